"""Request targets and authorities (RFC 9112, 3.2; RFC 3986).

In: the target of a request line, ASCII. Out: a normalised path and the raw query. Never: decoding of reserved
characters: `%2F` stays `%2F` until the router has split the path.

1. Only visible ASCII may stand in a target, without `"`, `#`, `<`, `>`, backslash and backtick.
2. Escapes are made canonical first: `%7e` becomes `~`, `%2f` becomes `%2F` (RFC 3986, 6.2.2); `%00` is refused.
3. Dot segments are removed after that, once, so `%2e%2e` counts as `..` (5.2.4). A path never leads above its root.
4. A trailing slash and empty segments are kept: `/users` and `/users/` are two paths.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final

TARGET_CHARACTERS: Final = bytes(c for c in range(0x21, 0x7F) if c not in b'"#<>\\`')
# Of these alone a target consists that needs no normalising.
PLAIN_CHARACTERS: Final = bytes(c for c in TARGET_CHARACTERS if c not in b"%.")

_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})?")
# A comma may stand in a host by RFC 3986; in a Host field it is the sign of two fields joined into one.
_AUTHORITY: Final = re.compile(
    r"(?:\[([0-9A-Fa-f:.]+)\]|(?:[A-Za-z0-9\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?"
)
_ABSOLUTE: Final = re.compile(r"https?://([^/?]*)([^?]*)", re.IGNORECASE)
_MAX_PORT: Final = 65535


def split_target(target: str) -> tuple[str, str]:
    """Path and query of a target in origin-form, absolute-form or asterisk-form. Raises ValueError."""
    if not target.startswith("/"):
        if target == "*":
            return target, ""
        target = _origin_form(target)
    path, _, query = target.partition("?")
    if "%" in path:
        path = _ESCAPE.sub(_canonical, path)
    if "/." in path:
        path = _remove_dot_segments(path)
    return path, query


def is_authority(text: str) -> bool:
    """Whether text is a host with an optional port: no user information, no path, no list, not empty."""
    match = _AUTHORITY.fullmatch(text)
    if match is None or int(match[2] or 0) > _MAX_PORT:
        return False
    return match[1] is None or _is_ipv6(match[1])


def authority_of(target: str) -> str | None:
    """The authority of a target in absolute-form that `split_target` has accepted; None for the other forms."""
    match = None if target.startswith("/") else _ABSOLUTE.match(target)
    return None if match is None else match[1]


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _origin_form(target: str) -> str:
    match = _ABSOLUTE.match(target)
    if match is None:
        raise ValueError("the request target is neither a path nor an http URI")
    if not is_authority(match[1]):
        raise ValueError("the request target has an authority that is no host")
    return f"{match[2] or '/'}{target[match.end() :]}"


def _canonical(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is None:
        raise ValueError("a percent sign is not followed by two hexadecimal digits")
    character = chr(int(digits, 16))
    if character == "\0":
        raise ValueError("the path contains an encoded NUL")
    return character if character in _UNRESERVED else f"%{digits.upper()}"


def _remove_dot_segments(path: str) -> str:
    segments = path.split("/")[1:]
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
