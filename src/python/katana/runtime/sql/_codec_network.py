"""Binary format of inet and cidr: family, prefix length, a flag for cidr, address length, address.

In: values of `ipaddress`, or the bytes of one. Out: the other. Never: macaddr, which has no Python type.
"""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network
from typing import Final

from katana.runtime.sql._codec_errors import invalid_value, not_in_python

Interface = IPv4Interface | IPv6Interface
Network = IPv4Network | IPv6Network

_FAMILY_4: Final = 2
_FAMILY_6: Final = 3


def pack_inet(value: Interface, /) -> bytes:
    """An `inet`: an address with its network. Raises DataError for an IPv6 zone."""
    return _pack(value.version, value.network.prefixlen, 0, value.ip.packed, getattr(value, "scope_id", None))


def unpack_inet(data: bytes, /) -> Interface:
    """An `inet`; an address alone has the prefix /32 or /128."""
    return IPv4Interface((data[4:], data[1])) if _family(data) == _FAMILY_4 else IPv6Interface((data[4:], data[1]))


def pack_cidr(value: Network, /) -> bytes:
    """A `cidr`: a network."""
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
