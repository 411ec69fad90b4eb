"""What an operation takes, as tables: the exact, slower way to read a request.

In: the contract's facts about each input, written by generated code. Out: values, or errors. Never: work at import:
schemas stay text until a request needs them.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, Protocol

import msgspec
from jsonschema_rs import Draft202012Validator, ValidationError
from msgspec import UNSET, Struct

from katana.runtime import BadRequest, Ctx
from katana.runtime.generated._details import explain
from katana.runtime.generated._rejected import REJECTED
from katana.runtime.generated._repeats import has_repeats, repeated_member
from katana.runtime.generated._scalars import json_scalar
from katana.runtime.generated._schemas import Schemas, too_deep, too_large
from katana.runtime.generated._shapes import Shape
from katana.runtime.generated._texts import texts

Errors = list[tuple[str, str]]
"""Pairs of JSON pointer and sentence."""

_MALFORMED: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)


class Input(Struct, frozen=True, kw_only=True):
    """A parameter.

    `kinds` are the scalar types of JSON that its text (or each item of an array) may spell. `separator` is None for a
    scalar, `""` for an array that is sent as a repeated parameter, else what stands between the items. `position` is
    the index of a path parameter in `Ctx.args`. `default` is in JSON; UNSET: none.
    """

    location: Literal["path", "query", "header", "cookie"]
    name: str
    schema: str
    shape: Shape[Any]
    kinds: tuple[str, ...]
    position: int = 0
    separator: str | None = None
    required: bool = False
    default: Any = UNSET

    def read(self, ctx: Ctx, schemas: Schemas) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none."""
        found = texts(ctx, self.location, self.name, self.position, self.separator)
        if found is None:
            return self._absent()
        if self.separator is None and len(found) > 1:
            return None, [("", "must be given once")]
        values = [json_scalar(text, self.kinds) for text in found]
        return converted(values[0] if self.separator is None else values, self.schema, self.shape, schemas)

    def _absent(self) -> tuple[Any, Errors]:
        if self.default is not UNSET:
            return self.shape.convert(self.default), []
        return None, [("", "is required")] if self.required else []


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


def converted(value: Any, schema: str, shape: Shape[Any], schemas: Schemas) -> tuple[Any, Errors]:
    """A plain JSON value as what a type makes of it, or what its schema says against it."""
    validator = schemas.validator(schema)
    if not validator.is_valid(value):
        return None, [pair for error in _errors(validator, value) for pair in explain(error)]
    try:
        return shape.convert(value), []
    except (msgspec.ValidationError, ValueError) as error:
        return None, [(_place(str(error)), "is valid but has no value here (a leap second, or a year beyond 9999)")]


def _errors(validator: Draft202012Validator, value: Any) -> Iterable[ValidationError]:
    """All errors of a value, the first of a very large one."""
    if not too_large(value):
        return validator.iter_errors(value)
    try:
        validator.validate(value)
    except ValidationError as error:
        return (error,)
    return ()


def _place(message: str) -> str:
    """The path at the end of a message of msgspec, `$.a[0].b`, as a JSON pointer; the root if it has a wildcard."""
    path = message.rpartition("`$")[2].rstrip("`") if "`$" in message else ""
    return "" if "[...]" in path else path.replace("[", "/").replace("]", "").replace(".", "/")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
