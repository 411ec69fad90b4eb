"""What an operation takes, as tables: the exact, slower way to read a request.

In: the contract's facts about each input, written by generated code. Out: values, or errors. Never: work at import:
schemas stay text until a request needs them.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

import msgspec
from msgspec import UNSET, Struct

from katana.runtime import BadRequest, Ctx
from katana.runtime.generated._converted import Errors, converted
from katana.runtime.generated._rejected import REJECTED
from katana.runtime.generated._repeats import has_repeats, repeated_member
from katana.runtime.generated._schemas import Schemas, too_deep
from katana.runtime.generated._shapes import Shape

_MALFORMED: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)


class BodyInput(Struct, frozen=True, kw_only=True):
    """A JSON request body; an absent optional one is UNSET. `keeps_document`: it is to be found in the context."""

    schema: str
    shape: Shape[Any]
    required: bool = True
    keeps_document: bool = False
    location: Literal["body"] = "body"
    name: str = ""

    def read(self, ctx: Ctx, schemas: Schemas) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none.

        Raises:
            BadRequest: the body is not JSON (RFC 8259), names a member twice, or nests too deep.
        """
        if not ctx.body:
            return UNSET, [("", "is required")] if self.required else []
        value = plain_json(ctx.body, self.shape.float_hook)
        if self.keeps_document:
            ctx.document = value
        return converted(value, self.schema, self.shape, schemas)


class Reader(Protocol):
    """One input of an operation. `name` is empty for a body."""

    @property
    def location(self) -> str: ...
    @property
    def name(self) -> str: ...
    def read(self, ctx: Ctx, schemas: Schemas, /) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none."""
        ...


class Inputs(Struct, frozen=True, kw_only=True):
    """All inputs of an operation, in the order in which generated code takes their values."""

    schemas: Schemas
    inputs: tuple[Reader, ...]


def parameter(ctx: Ctx, inputs: Inputs, index: int) -> Any:
    """The value of one input, for those that have no decoder of their own.

    Raises:
        Rejected: it is absent though required, or not valid.
    """
    value, errors = inputs.inputs[index].read(ctx, inputs.schemas)
    if errors:
        raise REJECTED
    return value


def plain_json(data: bytes, float_hook: Callable[[str], Any] | None = None) -> Any:
    """The plain value of a JSON document; `float_hook` makes the numbers that have a fraction or an exponent.

    Raises:
        BadRequest: it is not JSON (RFC 8259), names a member of an object twice (RFC 7493, 2.3), or nests too deep.
    """
    try:
        value = msgspec.json.Decoder(float_hook=float_hook).decode(data)
        repeated = repeated_member(data) if has_repeats(data) else None
    except _MALFORMED as error:
        raise malformed(error) from None
    if repeated is not None:
        raise BadRequest("request.malformed", detail="The body names a member of an object twice.", pointer=repeated)
    if too_deep(value):
        raise BadRequest("request.malformed", detail="The body nests too deep.")
    return value


def malformed(error: Exception) -> BadRequest:
    """The problem for a body that is not JSON; `position` is the offset of the offending byte, if it is known."""
    if isinstance(error, RecursionError):
        return BadRequest("request.malformed", detail="The body nests too deep.")
    if isinstance(error, UnicodeDecodeError):
        return BadRequest("request.malformed", detail="The body is not UTF-8.", position=error.start)
    text = str(error).removeprefix("JSON is malformed: ")
    reason, _, place = text.partition(" (byte ")
    members: dict[str, Any] = {"position": int(place[:-1])} if place[:-1].isdecimal() else {}
    return BadRequest("request.malformed", detail=f"The body is not JSON: {_lower(reason[:100])}.", **members)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
