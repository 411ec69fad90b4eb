"""The answer for someone who is known and may not.

In: the scopes that an operation needs. Out: a problem. Never: who has which scope.
"""

from __future__ import annotations

from collections.abc import Iterable

from katana.runtime._ctx import Ctx
from katana.runtime._problem_statuses import Forbidden


def insufficient_scope(ctx: Ctx, scopes: Iterable[str]) -> Forbidden:
    """The problem 403 with the scopes that are needed, in `www-authenticate` too (RFC 6750, 3.1)."""
    needed = " ".join(scopes)
    bearer = next((each for each in ctx.challenges if each[:7] == "Bearer "), "Bearer")
    comma = "," if " " in bearer else ""
    challenge = f'{bearer}{comma} error="insufficient_scope", scope="{needed}"'
    return Forbidden(
        "token.insufficient_scope",
        detail="The token does not grant all scopes that this operation needs.",
        scopes=needed.split(),
        fields=(("www-authenticate", challenge),),
    )
