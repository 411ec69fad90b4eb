"""The slow path: every input of a request, and every error in it.

In: a request whose fast path failed. Out: the values, or one problem that lists all errors. Never: a verdict that is
not the schema's.
"""

from collections.abc import Iterable
from typing import Any, Final

from katana.runtime import Ctx, UnprocessableContent
from katana.runtime.generated._details import pointer
from katana.runtime.generated._inputs import Inputs

MAX_ERRORS: Final = 100
"""A problem lists at most so many errors."""

_ORDER = {"path": 0, "query": 1, "querystring": 1, "header": 2, "cookie": 3, "body": 4}


def recover(ctx: Ctx, inputs: Inputs) -> tuple[Any, ...]:
    """The values of all inputs, in order.

    Raises:
        BadRequest: the body is not JSON.
        UnprocessableContent: an input is absent or not valid; `errors` lists `{in, pointer, detail}` of each mistake,
            sorted by place. The pointer (RFC 6901) starts with the name of a parameter, or in the body at its root.
    """
    values: list[Any] = []
    errors: list[tuple[str, str, str]] = []
    for each in inputs.inputs:
        value, found = each.read(ctx, inputs.schemas)
        values.append(value)
        root = pointer([each.name]) if each.name else ""
        errors += [(each.location, root + place, detail) for place, detail in found]
    if errors:
        raise refuse(errors)
    return tuple(values)


def refuse(errors: Iterable[tuple[str, str, str]]) -> UnprocessableContent:
    """The problem that lists errors: place in the request, pointer, sentence."""
    ordered = sorted(set(errors), key=lambda error: (_ORDER[error[0]], error))[:MAX_ERRORS]
    return UnprocessableContent(
        "request.invalid",
        detail="The request breaks the contract; `errors` lists every mistake.",
        errors=[{"in": location, "pointer": place, "detail": detail} for location, place, detail in ordered],
    )
