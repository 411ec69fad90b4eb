"""Credentials of a request, by scheme.

In: a request. Out: what the client claims, undecided, or None. Never: a verdict: generated hooks decide.
"""

from base64 import b64decode
from binascii import Error as Base64Error

from katana.runtime import Ctx, Unauthorized


def basic_credentials(ctx: Ctx) -> tuple[str, str] | None:
    """User and password of RFC 7617 (UTF-8); None when absent or malformed."""
    token = _authorization(ctx, "basic")
    if token is None:
        return None
    try:
        user, colon, password = b64decode(token, validate=True).decode("utf-8").partition(":")
    except (Base64Error, ValueError):
        return None
    return (user, password) if colon else None


def bearer_token(ctx: Ctx) -> str | None:
    """The token of RFC 6750, 2.1; None when absent."""
    return _authorization(ctx, "bearer")


def header_key(ctx: Ctx, name: str) -> str | None:
    """An API key from a header; None when absent or empty."""
    return ctx.header(name) or None


def query_key(ctx: Ctx, name: str) -> str | None:
    """An API key from the query; None when absent, empty or given twice."""
    values = ctx.query().all(name)
    return values[0] or None if len(values) == 1 else None


def cookie_key(ctx: Ctx, name: str) -> str | None:
    """An API key from a cookie; None when absent or empty."""
    return ctx.cookies().get(name) or None


def unauthenticated(*challenges: str) -> Unauthorized:
    """The problem 401 with its `www-authenticate` field (RFC 9110, 11.6.1)."""
    fields = tuple(("www-authenticate", challenge) for challenge in challenges)
    return Unauthorized("request.unauthenticated", detail="The request has no valid credentials.", fields=fields)


def _authorization(ctx: Ctx, scheme: str) -> str | None:
    field = ctx.header("authorization")
    if field is None:
        return None
    given, _, token = field.partition(" ")
    return token.strip(" ") or None if given.lower() == scheme else None
