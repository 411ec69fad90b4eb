"""Where requests may go.

In: URLs, and addresses that names were resolved to. Out: nothing, or the reason why not. Never: name resolution.

The URL of a callback comes from a client, who may want the service to ask its own network for something (server-side
request forgery). So, unless a target was allowed by name or by network:

1. The scheme is https, the port 443 or one above 1023, and there are no user and password.
2. Every address must be one of the public internet: none of those that IANA lists as special (RFC 6890), in any of the
   disguises that IPv6 has for IPv4.
3. Addresses are checked when they are connected to: a name that leads elsewhere a moment later gains nothing.
4. Redirects are not followed (`_client`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from katana.runtime.webhooks._exchange import TargetError

_LONGEST: Final = 2048
_URL: Final = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
_HOST: Final = re.compile(r"[0-9A-Za-z_.\-]{1,253}")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
"""The last part of an IPv4 address in a spelling that some resolvers know (`127.1`, `0x7f000001`)."""
_SPECIAL: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_SPECIAL_V6: Final = tuple(
    IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


class Target(NamedTuple):
    """A URL that may be asked, as far as one can tell before its name is resolved."""

    url: str
    host: str
    port: int


class Targets:
    """What is allowed beyond the public internet by https.

    Args:
        allow: names (`hooks.internal`, `localhost`), addresses or networks (`10.1.0.0/16`). They may be asked over
            plain http too, at any port.

    Raises:
        ValueError: an entry is neither a name nor a network.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        networks = []
        for entry in allow:
            try:
                networks.append(ip_network(entry))
            except ValueError:
                if not _HOST.fullmatch(entry) or not entry.strip("0123456789."):
                    raise ValueError(f"{entry!r} is neither a host name nor an address or a network") from None
                self._names.add(entry.lower())
        self._networks = tuple(networks)

    def check(self, url: str) -> Target:
        """The target of a URL.

        Raises:
            TargetError: requests may not go there.
        """
        if len(url) > _LONGEST or not _URL.fullmatch(url):
            raise TargetError("this is no URL, or one with characters that have to be percent-encoded")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise TargetError("this is no URL") from None
        if parts.username is not None or parts.password is not None or "@" in parts.netloc:
            raise TargetError("a user or password in a URL is not accepted")
        if parts.scheme not in ("http", "https") or not host:
            raise TargetError("only https URLs are accepted")
        address = _address(host)
        if address is None and (not _HOST.fullmatch(host) or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2])):
            raise TargetError("its host is no name")
        port = port if port is not None else 443 if parts.scheme == "https" else 80
        if not self._names_host(host) and not (address is not None and self._allows(address)):
            if parts.scheme != "https":
                raise TargetError("only https URLs are accepted")
            if port != 443 and port < 1024:
                raise TargetError(f"the port {port} is not accepted")
            if address is not None:
                self.check_address(host, host)
        return Target(url.partition("#")[0], host, port)

    def check_address(self, host: str, text: str) -> None:
        """Whether a connection for `host` may be made to the address.

        Raises:
            TargetError: it may not.
        """
        if self._names_host(host):
            return
        address = _address(text)
        if address is None or not (_public(address) or self._allows(address)):
            raise TargetError("its address is not one of the public internet")

    def _names_host(self, host: str) -> bool:
        return host.lower().rstrip(".") in self._names

    def _allows(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL)
    return address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)
