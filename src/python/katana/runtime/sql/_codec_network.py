"""Binary format of inet and cidr: family, prefix length, a flag for cidr, address length, address; and of macaddr.

In: values of `ipaddress`, or the bytes of one. Out: the other. Never: an IPv6 zone, which PostgreSQL does not store.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network
from typing import Final

from katana.runtime.sql._codec_errors import invalid_value, not_in_python, wrong_type

Interface = IPv4Interface | IPv6Interface
Network = IPv4Network | IPv6Network

_FAMILY_4: Final = 2
_FAMILY_6: Final = 3
_MAC: Final = re.compile(r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2})*")


def pack_inet(value: Interface, /) -> bytes:
    """An `inet`: an address with its network. Raises DataError for an IPv6 zone."""
    if not isinstance(value, Interface):
        raise wrong_type(value, "an IPv4Interface or IPv6Interface")
    return _pack(value.version, value.network.prefixlen, 0, value.ip.packed, getattr(value, "scope_id", None))


def unpack_inet(data: bytes, /) -> Interface:
    """An `inet`; an address alone has the prefix /32 or /128."""
    return IPv4Interface((data[4:], data[1])) if _family(data) == _FAMILY_4 else IPv6Interface((data[4:], data[1]))


def pack_cidr(value: Network, /) -> bytes:
    """A `cidr`: a network."""
    if not isinstance(value, Network):
        raise wrong_type(value, "an IPv4Network or IPv6Network")
    scope = getattr(value.network_address, "scope_id", None)
    return _pack(value.version, value.prefixlen, 1, value.network_address.packed, scope)


def unpack_cidr(data: bytes, /) -> Network:
    """A `cidr`."""
    return IPv4Network((data[4:], data[1])) if _family(data) == _FAMILY_4 else IPv6Network((data[4:], data[1]))


def _pack(version: int, prefix: int, is_cidr: int, address: bytes, scope: object) -> bytes:
    if scope is not None:
        raise invalid_value("inet", "PostgreSQL does not store IPv6 zones")
    return bytes((_FAMILY_4 if version == 4 else _FAMILY_6, prefix, is_cidr, len(address))) + address


def _family(data: bytes) -> int:
    if len(data) >= 4 and data[0] in (_FAMILY_4, _FAMILY_6):
        return data[0]
    raise not_in_python("inet", "unknown address family")


def pack_macaddr(value: str, /) -> bytes:
    """A `macaddr`, as `08:00:2b:01:02:03`. Raises DataError for another form."""
    return _pack_mac("macaddr", value, 6)


def pack_macaddr8(value: str, /) -> bytes:
    """A `macaddr8`, as `08:00:2b:01:02:03:04:05`. Raises DataError for another form."""
    return _pack_mac("macaddr8", value, 8)


def unpack_macaddr(data: bytes, /) -> str:
    """A `macaddr`, in lower case."""
    return data.hex(":")


def unpack_macaddr8(data: bytes, /) -> str:
    """A `macaddr8`, in lower case."""
    return data.hex(":")


def _pack_mac(pg_type: str, value: str, size: int) -> bytes:
    if not isinstance(value, str):
        raise wrong_type(value, "a str")
    if len(value) == 3 * size - 1 and _MAC.fullmatch(value):
        return bytes.fromhex(value.replace(":", ""))
    raise invalid_value(pg_type, f"it is not {size} pairs of hexadecimal digits with colons between them")
