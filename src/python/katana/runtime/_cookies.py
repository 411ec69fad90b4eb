"""The `cookie` request field (RFC 6265, 5.4 and 4.2.1).

In: the field's value. Out: names and values. Never: decoding: a cookie's value is what the server once set.
"""

from __future__ import annotations


def cookie_pairs(field: str | None) -> list[tuple[str, str]]:
    """Names and values in order. Pairs without `=` are left out; quotes around a value are removed."""
    pairs: list[tuple[str, str]] = []
    for pair in (field or "").replace(", ", "; ").split(";") if field else ():
        name, mark, value = pair.strip(" \t").partition("=")
        if mark and name:
            if len(value) >= 2 and value[0] == value[-1] == '"':
                value = value[1:-1]
            pairs.append((name, value))
    return pairs


def parse_cookies(field: str | None) -> dict[str, str]:
    """Cookies by name; of two with one name the first counts."""
    cookies: dict[str, str] = {}
    for name, value in cookie_pairs(field):
        cookies.setdefault(name, value)
    return cookies
