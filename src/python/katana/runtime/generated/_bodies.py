"""Bodies that are no JSON: text, bytes of a limited size, and a choice of media types.

In: a request. Out: values, or errors. Never: forms, which have modules of their own.
"""

from collections.abc import AsyncIterator
from typing import Any, Final, Literal

from msgspec import UNSET, Struct

from katana.runtime import ByteStream, Ctx, UnsupportedMediaType
from katana.runtime.generated._converted import Errors, converted
from katana.runtime.generated._inputs import Reader
from katana.runtime.generated._recover import refuse
from katana.runtime.generated._rejected import REJECTED
from katana.runtime.generated._schemas import Schemas
from katana.runtime.generated._shapes import Shape

_CHARSETS: Final = frozenset(("ascii", "us-ascii", "utf-8", "utf8"))
_TEXT: Final = Shape(str)


class TextInput(Struct, frozen=True, kw_only=True):
    """A body of UTF-8 text; an absent optional one is UNSET. `schema` is empty where every text is valid."""

    schema: str = ""
    required: bool = True
    location: Literal["body"] = "body"
    name: str = ""

    def read(self, ctx: Ctx, schemas: Schemas) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none.

        Raises:
            UnsupportedMediaType: the request names another charset.
        """
        if not ctx.body:
            return UNSET, [("", "is required")] if self.required else []
        _check_charset(ctx)
        try:
            text = ctx.body.decode("utf-8")
        except UnicodeDecodeError as error:
            return None, [("", f"must be UTF-8, byte {error.start} is not")]
        return converted(text, self.schema, _TEXT, schemas) if self.schema else (text, [])


class BodyChoice(Struct, frozen=True, kw_only=True):
    """A body of one of several media types. `readings` are asked in order; the last reads what no other does."""

    readings: tuple[tuple[tuple[str, ...], Reader], ...]
    location: Literal["body"] = "body"
    name: str = ""

    def read(self, ctx: Ctx, schemas: Schemas) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none."""
        media_type = ctx.content_type or ""
        for patterns, reader in self.readings:
            if any(_covers(pattern, media_type) for pattern in patterns):
                return reader.read(ctx, schemas)
        return self.readings[-1][1].read(ctx, schemas)


def utf8_text(ctx: Ctx) -> str:
    """The body as text.

    Raises:
        Rejected: there is none.
        UnicodeDecodeError: it is not UTF-8.
        UnsupportedMediaType: the request names another charset.
    """
    if not ctx.body:
        raise REJECTED
    _check_charset(ctx)
    return ctx.body.decode("utf-8")


def sized(stream: ByteStream, minimum: int, maximum: int | None) -> ByteStream:
    """The stream, if its length in bytes is within the bounds (OAS 3.1, 4.8.14.1: `maxLength` of binary data).

    Raises:
        UnprocessableContent: the announced length is not; of a stream without one, where it is read.
    """
    if stream.length is None:
        return ByteStream(_counted(stream, minimum, maximum), None, lambda: stream.trailers)
    _check_size(stream.length, minimum, maximum)
    return stream


async def _counted(stream: ByteStream, minimum: int, maximum: int | None) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in stream:
        size += len(chunk)
        _check_size(size, 0, maximum)
        yield chunk
    _check_size(size, minimum, maximum)


def _check_size(size: int, minimum: int, maximum: int | None) -> None:
    detail = size_error(size, minimum, maximum)
    if detail:
        raise refuse([("body", "", detail)])


def size_error(size: int, minimum: int, maximum: int | None) -> str:
    """What is wrong with a number of bytes; empty when nothing is."""
    if size < minimum:
        return f"must have at least {minimum} byte{'' if minimum == 1 else 's'}"
    if maximum is not None and size > maximum:
        return f"must have at most {maximum} byte{'' if maximum == 1 else 's'}"
    return ""


def _check_charset(ctx: Ctx) -> None:
    """A text in another encoding would be read as something else (RFC 9110, 8.3.2)."""
    value = ctx.header("content-type") or ""
    for parameter in value.split(";")[1:]:
        name, _, charset = parameter.partition("=")
        if name.strip(" \t").lower() == "charset" and charset.strip(' \t"').lower() not in _CHARSETS:
            raise UnsupportedMediaType("http.charset", detail="text is to be UTF-8")


def _covers(pattern: str, media_type: str) -> bool:
    start, star, suffix = pattern.partition("*")
    return media_type.startswith(start) and media_type.endswith(suffix) if star else media_type == pattern
