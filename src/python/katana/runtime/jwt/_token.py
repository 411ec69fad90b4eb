"""A token that was checked, and the reason why another one was not believed.

In: claims. Out: values. Never: checks.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class InvalidToken(Exception):
    """A token that cannot be believed. The text says why, for the log; a client learns `invalid_token` only."""


class Token(Struct, frozen=True, kw_only=True):
    """Who calls, by a token whose signature and claims were checked.

    Attributes:
        subject: the claim `sub`; empty when there is none.
        scopes: the words of the claim `scope` (RFC 9068, 2.2.3) or `scp`.
        claims: all claims, JSON values.
    """

    subject: str
    scopes: frozenset[str]
    claims: dict[str, Any]


def scopes_of(claims: dict[str, Any]) -> frozenset[str]:
    """The scopes of a token; providers write `scope` as words, `scp` as words or as a list."""
    found: list[str] = []
    for name in ("scope", "scp"):
        value = claims.get(name)
        if isinstance(value, str):
            found += value.split()
        elif isinstance(value, list):
            found += [each for each in value if isinstance(each, str)]
    return frozenset(found)
