"""Credentials of a request, by scheme.

In: a request. Out: what the client claims, undecided, or None; the problem that ends a request which nobody let pass.
Never: a verdict: generated hooks decide.
"""

from base64 import b64decode
from binascii import Error as Base64Error

from katana.runtime import Ctx, Problem, Unauthorized


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


def http_credentials(ctx: Ctx, scheme: str) -> str | None:
    """What follows the name of a scheme in the field `authorization` (RFC 9110, 11.6.2); None when absent or empty."""
    return _authorization(ctx, scheme.lower())


def unauthenticated(ctx: Ctx) -> Unauthorized:
    """The problem 401 with the challenges of the operation (RFC 9110, 11.6.1).

    A bearer token that came and was refused is named as the reason (RFC 6750, 3).
    """
    fields = tuple(("www-authenticate", challenge) for challenge in _explained(ctx))
    return Unauthorized("request.unauthenticated", detail="The request has no valid credentials.", fields=fields)


class Refusals:
    """What hooks said against the alternatives of a requirement.

    `with refusals:` keeps a 401 or 403 that a hook raises, so that the next alternative has its turn.
    """

    __slots__ = ("_first",)

    def __init__(self) -> None:
        self._first: Problem | None = None

    def __enter__(self) -> None: ...

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> bool:
        if not isinstance(error, Problem) or error.status not in (401, 403):
            return False
        known = self._first
        if known is None or known.status < error.status:  # who is known but may not learns that
            self._first = error.with_traceback(None)
        return True

    def problem(self, ctx: Ctx) -> Problem:
        """The first refusal that names someone, else the first one, else the usual 401."""
        return self._first or unauthenticated(ctx)


def _explained(ctx: Ctx) -> tuple[str, ...]:
    if bearer_token(ctx) is None:
        return ctx.challenges
    return tuple(f'{each}, error="invalid_token"' if each[:7] == "Bearer " else each for each in ctx.challenges)


def _authorization(ctx: Ctx, scheme: str) -> str | None:
    field = ctx.header("authorization")
    if field is None:
        return None
    given, _, token = field.partition(" ")
    return token.strip(" ") or None if given.lower() == scheme else None
