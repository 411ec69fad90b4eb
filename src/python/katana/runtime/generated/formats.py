"""Predicates for the formats of OpenAPI and JSON Schema.

In: a string. Out: whether it is of the format. Never: look-ups, networks, or time beyond linear in the length.

The fast path calls them directly, the schema validators through `FORMATS`, so both ask the same question. Sources are
named at each predicate. A format that is not in `FORMATS` accepts every string.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date as _date
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

_MAX = 8192

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+"
_LOCAL: Final = re.compile(rf'{_ATEXT}(?:\.{_ATEXT})*|"(?:[ !#-\[\]-~]|\\[ -~])*"').fullmatch
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_HOSTNAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*").fullmatch
# Nearly every address, without steps back. As short as `_SHORT` it cannot break a limit of length either.
_USUAL_EMAIL: Final = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*+@[A-Za-z0-9]++(?:[.\-][A-Za-z0-9]++)*+").fullmatch
_SHORT: Final = 64
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})").fullmatch
_TIME: Final = re.compile(
    r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
).fullmatch
_DURATION: Final = re.compile(
    r"P(?:[0-9]+W|(?=[0-9T])(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)?"
    r"(?:T(?=[0-9])(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?)"
).fullmatch
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch
_BYTE: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?").fullmatch
_POINTER: Final = re.compile(r"(?:/(?:[^~/]|~[01])*)*").fullmatch
_RELATIVE_POINTER: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~[01])*)*)").fullmatch

_PCHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
_URI: Final = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):)?"
    r"(?P<authority>//(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?"
    r"(?:\[(?P<literal>[^\[\]]*)\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?(?=[/?#]|\Z))?"
    rf"(?P<path>(?:{_PCHAR}|/)*)(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
).fullmatch
_IPV_FUTURE: Final = re.compile(r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+").fullmatch


def is_email(text: str) -> bool:
    """RFC 5321, 4.1.2: Local-part `@` Domain (a host name or an address literal), within its limits of length."""
    if len(text) <= _SHORT and _USUAL_EMAIL(text) is not None:
        return True
    local, at, domain = text.rpartition("@")
    if not at or len(text) > 254 or len(local) > 64 or _LOCAL(local) is None:
        return False
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1]
        return is_ipv6(literal[5:]) if literal[:5].lower() == "ipv6:" else is_ipv4(literal)
    return is_hostname(domain)


def is_hostname(text: str) -> bool:
    """RFC 1123, 2.1: labels of 1 to 63 letters, digits and inner hyphens, at most 253 characters."""
    return len(text) <= 253 and _HOSTNAME(text) is not None


def is_ipv4(text: str) -> bool:
    """RFC 2673, 3.2: dotted quad, decimal, without leading zeros."""
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def is_ipv6(text: str) -> bool:
    """RFC 4291, 2.2, without zone."""
    if "%" in text:
        return False
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def is_uri(text: str) -> bool:
    """RFC 3986, 3: with a scheme."""
    return _uri(text, absolute=True)


def is_uri_reference(text: str) -> bool:
    """RFC 3986, 4.1: with or without a scheme."""
    return _uri(text, absolute=False)


def is_date(text: str) -> bool:
    """RFC 3339, 5.6: full-date; years 0001 to 9999."""
    found = _DATE(text)
    if found is None:
        return False
    try:
        _date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """RFC 3339, 5.6: full-time, with its offset; second 60 only where it is 23:59 UTC."""
    if len(text) > _MAX:
        return False
    found = _TIME(text)
    if found is None:
        return False
    if found[3] != "60":
        return True
    minutes = int(found[1]) * 60 + int(found[2])
    if found[4]:
        offset = int(found[5]) * 60 + int(found[6])
        minutes += offset if found[4] == "-" else -offset
    return minutes % 1440 == 1439


def is_date_time(text: str) -> bool:
    """RFC 3339, 5.6: date-time, with its offset."""
    return text[10:11] in ("T", "t") and is_date(text[:10]) and is_time(text[11:])


def is_duration(text: str) -> bool:
    """RFC 3339, appendix A: whole numbers, and no gap between the units."""
    return len(text) <= _MAX and text != "P" and _DURATION(text) is not None


def is_uuid(text: str) -> bool:
    """RFC 9562, 4: 8-4-4-4-12 hexadecimal digits."""
    return len(text) == 36 and _UUID(text) is not None


def is_byte(text: str) -> bool:
    """RFC 4648, 4: base64 with padding."""
    return len(text) % 4 == 0 and _BYTE(text) is not None


def is_json_pointer(text: str) -> bool:
    """RFC 6901, 3."""
    return _POINTER(text) is not None


def is_relative_json_pointer(text: str) -> bool:
    """draft-bhutton-relative-json-pointer-00, 3."""
    return len(text) <= _MAX and _RELATIVE_POINTER(text) is not None


def _uri(text: str, *, absolute: bool) -> bool:
    if len(text) > _MAX:
        return False
    found = _URI(text)
    if found is None:
        return False
    literal = found["literal"]
    if literal is not None and not is_ipv6(literal) and _IPV_FUTURE(literal) is None:
        return False
    if found["authority"] is None and found["path"].startswith("//"):
        return False
    if found["scheme"] is None:
        # RFC 3986, 4.2: the first segment of a relative path has no colon.
        return not absolute and ":" not in found["path"].split("/", 1)[0]
    return True


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "byte": is_byte,
    "date": is_date,
    "date-time": is_date_time,
    "duration": is_duration,
    "email": is_email,
    "hostname": is_hostname,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "json-pointer": is_json_pointer,
    "relative-json-pointer": is_relative_json_pointer,
    "time": is_time,
    "uri": is_uri,
    "uri-reference": is_uri_reference,
    "uuid": is_uuid,
}
"""Predicates by the name of the format."""
