"""Bodies of the type `multipart/form-data` (RFC 7578).

In: the body while it arrives, and what the contract says about each part. Out: a value whose files are `Upload`s, or
one problem that lists all mistakes. Never: a part in memory that is larger than the server's limits allow.

What is wrong with the message as a whole is 400; a limit, 413; what the contract forbids is 422, the media type of a
part included: 415 speaks of the request's own.
"""

import errno
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from msgspec import Struct
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser, parse_options_header

from katana.runtime import BadRequest, ContentTooLarge, Ctx, Headers, InsufficientStorage, Limits, Upload
from katana.runtime._percent import percent_decode
from katana.runtime._spool import Spool
from katana.runtime.generated._bodies import size_error
from katana.runtime.generated._converted import Errors, schema_errors, typed
from katana.runtime.generated._details import pointer
from katana.runtime.generated._members import TEXT, Member, read_members, with_verdict
from katana.runtime.generated._recover import refuse
from katana.runtime.generated._scalars import json_scalar
from katana.runtime.generated._schemas import Schemas
from katana.runtime.generated._shapes import Shape
from katana.runtime.generated._uploads import Uploads

__all__ = ["MultipartForm", "Part", "PartHeader", "Uploads"]

_MAX_BOUNDARY: Final = 70  # RFC 2046, 5.1.1
_SINGLE: Final = ("content-disposition", "content-type")
_UTF8: Final = frozenset(("", "ascii", "us-ascii", "utf-8", "utf8"))
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # RFC 9110, 5.5; browsers write %0D and %0A in names
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT)
_EXTENDED: Final = re.compile(r";\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]*)", re.IGNORECASE)  # RFC 8187


class PartHeader(Struct, frozen=True, kw_only=True):
    """A header field of a part; `kinds` and `many` are those of `Member`, items stand between commas."""

    name: str
    schema: str
    kinds: tuple[str, ...] = ("string",)
    many: bool = False
    required: bool = False


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the contract says about a part beyond its value.

    Attributes:
        file: it becomes an `Upload`.
        media_types: those that it may have, ranges allowed; empty: whatever fits its kind.
        minimum: bytes of a file.
        maximum: bytes of a file; None: the server's limit.
        headers: fields that it may or must have.
    """

    file: bool = False
    media_types: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int | None = None
    headers: tuple[PartHeader, ...] = ()


_FIELD: Final = Part()


class MultipartForm[T]:
    """What an operation takes as `multipart/form-data`.

    Args:
        shape: the type of the value.
        schemas: the named schemas.
        schema: JSON text of the form's own, which says nothing about the content of files.
        members: how the value of each part is read.
        parts: what else is said about parts.
        rest: how parts are read that have no name there.
    """

    def __init__(
        self,
        shape: Shape[T],
        schemas: Schemas,
        schema: str,
        members: Mapping[str, Member],
        parts: Mapping[str, Part],
        *,
        rest: Member = TEXT,
    ) -> None:
        self._shape = shape
        self._schemas = schemas
        self._schema = schema
        self._members = members
        self._parts = parts
        self._rest = rest

    async def receive(self, ctx: Ctx, uploads: Uploads) -> T:
        """The value of the body of a request.

        Raises:
            BadRequest: the body is not multipart, or ends early.
            ContentTooLarge: it has more or larger parts than the server takes.
            InsufficientStorage: there is no room for its files.
            UnprocessableContent: it is not what the contract describes.
        """
        errors: Errors = []
        pairs: list[tuple[str, Any]] = []
        try:
            async for segment, content in _parts(ctx, self._parts, uploads):
                value = self._read(segment, content, errors)
                if value is not None:
                    pairs.append((segment.name or "", value))
        except ParserLimitReached as error:
            raise ContentTooLarge("http.multipart", detail=f"{error}.") from None
        except MultipartError as error:
            raise BadRequest(
                "request.malformed", detail=f"The body is not multipart/form-data: {_lower(error)}."
            ) from None
        except OSError as error:
            if error.errno in _NO_SPACE:
                raise InsufficientStorage("http.storage", detail="there is no room for the files") from error
            raise
        value, more = read_members(pairs, self._members, self._rest, self._shape.float_hook)
        plain = {name: _plain(each) for name, each in value.items()}
        errors = with_verdict([*errors, *more], schema_errors(plain, self._schema, self._schemas))
        if not errors:
            found, errors = typed(value, self._shape)
        if errors:
            raise refuse([("body", place, detail) for place, detail in errors])
        return found

    def _read(self, segment: MultipartSegment, content: Spool | bytes, errors: Errors) -> Any:
        """The value of one part, for `read_members`; None for a file that was not chosen (WHATWG HTML, 4.10.21.4)."""
        name = segment.name or ""
        place = pointer([name])
        part = self._parts.get(name, _FIELD)
        headers = Headers(tuple((key.lower(), text) for key, text in segment.headerlist))
        if isinstance(content, Spool):
            if segment.filename == "" and not content.size:
                return None
            filename = _filename(segment)
            media_type = segment.content_type or ("text/plain" if filename is None else "application/octet-stream")
            errors += self._judged(place, part, media_type, headers)
            detail = size_error(content.size, part.minimum, part.maximum)
            errors += [(place, detail)] if detail else []
            return Upload(content, filename, media_type, headers)
        member = self._members.get(name, self._rest)
        if segment.content_type is not None:
            errors += self._judged(place, _expecting(part, member), segment.content_type, headers)
        else:
            errors += self._judged(place, Part(headers=part.headers), "", headers)
        text = _text(content, segment.charset or "")
        if text is None:
            errors.append((place, "must be UTF-8"))
            text = ""
        return (text.split(member.separator) if text else []) if member.separator else text

    def _judged(self, place: str, part: Part, media_type: str, headers: Headers) -> Errors:
        """What is wrong with the head of a part."""
        errors: Errors = []
        if part.media_types and not any(_covers(pattern, media_type) for pattern in part.media_types):
            errors.append((place, f"must have the media type {' or '.join(part.media_types)}"))
        for header in part.headers:
            text = headers.get(header.name)
            if text is None:
                errors += [(place, f"the header `{header.name}` is required")] * header.required
                continue
            items = [json_scalar(item.strip(" \t"), header.kinds) for item in text.split(",")]
            value = items if header.many else json_scalar(text, header.kinds)
            found = schema_errors(value, header.schema, self._schemas)
            errors += [(place, f"the header `{header.name}` {detail}") for _, detail in found]
        return errors


class _Reading:
    """The part that is being read: a file, spooled, or the bytes of a field."""

    def __init__(self, limits: Limits, known: Mapping[str, Part], uploads: Uploads) -> None:
        self._limits = limits
        self._known = known
        self._uploads = uploads
        self._segment: MultipartSegment | None = None
        self._spool: Spool | None = None
        self._field = bytearray()

    async def take(self, event: MultipartSegment | bytes | None) -> tuple[MultipartSegment, Spool | bytes] | None:
        """Takes an event of the parser; returns a part when it is complete."""
        if isinstance(event, MultipartSegment):
            _check_head(event, self._limits)
            self._segment = event
            self._spool = self._uploads.new(self._limits.upload_memory) if _is_file(event, self._known) else None
            self._field = bytearray()
        elif event is not None:
            await self._write(event)
        elif self._segment is not None:
            if self._spool is not None:
                await self._spool.finish()
            return self._segment, bytes(self._field) if self._spool is None else self._spool
        return None

    async def _write(self, chunk: bytes) -> None:
        if self._spool is None:
            _check_size("field", len(self._field) + len(chunk), self._limits.part_field)
            self._field += chunk
        else:
            _check_size("file", self._spool.size + len(chunk), self._limits.upload)
            await self._spool.write(chunk)


async def _parts(
    ctx: Ctx, known: Mapping[str, Part], uploads: Uploads
) -> AsyncIterator[tuple[MultipartSegment, Spool | bytes]]:
    """Every part with its content."""
    parser = _parser(ctx, ctx.limits)
    reading = _Reading(ctx.limits, known, uploads)
    async for chunk in ctx.stream:
        for event in parser.parse(chunk):
            part = await reading.take(event)
            if part is not None:
                yield part
    parser.close()


def _check_size(noun: str, size: int, limit: int) -> None:
    if size > limit:
        raise ContentTooLarge("http.multipart", detail=f"A {noun} has more than {limit} bytes.")


def _parser(ctx: Ctx, limits: Limits) -> PushMultipartParser:
    _, options = parse_options_header(ctx.header("content-type") or "")
    boundary = options.get("boundary", "")
    if not 0 < len(boundary) <= _MAX_BOUNDARY or not boundary.isascii() or not boundary.isprintable():
        raise BadRequest("request.malformed", detail="The field content-type has no boundary of 1 to 70 characters.")
    return PushMultipartParser(
        boundary,
        max_header_size=limits.part_header,
        max_header_count=limits.part_headers,
        max_segment_count=limits.parts,
    )


def _check_head(segment: MultipartSegment, limits: Limits) -> None:
    names = [name.lower() for name, _ in segment.headerlist]
    if any(names.count(name) > 1 for name in _SINGLE):
        raise BadRequest("request.malformed", detail="A part of the body has a header twice.")
    if any(_CONTROL.search(value) for _, value in segment.headerlist):
        raise BadRequest("request.malformed", detail="A header of a part has a control character.")
    if not segment.name:
        raise BadRequest("request.malformed", detail="A part of the body has no name.")
    if any(len(text) > limits.part_name for text in (segment.name or "", segment.filename or "")):
        raise ContentTooLarge("http.multipart", detail=f"A name has more than {limits.part_name} characters.")


def _is_file(segment: MultipartSegment, known: Mapping[str, Part]) -> bool:
    """A file of the contract; or one that it does not know, which must not count as a field."""
    part = known.get(segment.name or "")
    return segment.filename is not None if part is None else part.file


def _filename(segment: MultipartSegment) -> str | None:
    """The name of a file; RFC 7578, 4.2 has no `filename*`, but some clients send it."""
    plain: str | None = segment.filename
    extended = _EXTENDED.search(segment.header("Content-Disposition", ""))
    if extended is None:
        return plain
    try:
        decoded = percent_decode(extended[1])
    except ValueError:
        return plain
    return plain if _CONTROL.search(decoded) else decoded


def _text(content: bytes, charset: str) -> str | None:
    if charset.lower() not in _UTF8:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _expecting(part: Part, member: Member) -> Part:
    """The part with the media types that a value of its kind has, where the contract names none."""
    if part.media_types:
        return part
    fitting = ("application/json", "application/*+json", "text/plain") if member.json else ("text/*",)
    return Part(media_types=fitting, headers=part.headers)


def _covers(pattern: str, media_type: str) -> bool:
    start, star, suffix = pattern.partition("*")
    return media_type.startswith(start) and media_type.endswith(suffix) if star else media_type == pattern


def _plain(value: Any) -> Any:
    """A value for the schema, which says of a file only that it is there."""
    if isinstance(value, Upload):
        return ""
    return ["" if isinstance(item, Upload) else item for item in value] if isinstance(value, list) else value


def _lower(error: MultipartError) -> str:
    text = str(error.args[0]) if error.args else "it is malformed"
    return text[:1].lower() + text[1:]
