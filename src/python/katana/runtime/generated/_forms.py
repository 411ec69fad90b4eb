"""Bodies of the type `application/x-www-form-urlencoded`.

In: a request and the members that its schema names. Out: the value, or errors. Never: parts of a multipart body.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal
from urllib.parse import unquote_to_bytes

from msgspec import UNSET, Struct

from katana.runtime import BadRequest, Ctx
from katana.runtime.generated._converted import Errors, converted
from katana.runtime.generated._members import TEXT, Member, read_members, with_verdict
from katana.runtime.generated._schemas import Schemas
from katana.runtime.generated._shapes import Shape

_BROKEN: Final = re.compile(r"%(?![0-9A-Fa-f]{2})").search

MAX_FORM_PAIRS: Final = 1000
"""How many names and values a URL-encoded form may have."""


class FormInput(Struct, frozen=True, kw_only=True):
    """A form (WHATWG URL, 5.1; OpenAPI 3.1, 4.8.14.3); an absent optional one is UNSET.

    `members` says how each member is read, `rest` how those are that have no name there.
    """

    schema: str
    shape: Shape[Any]
    members: dict[str, Member]
    rest: Member = TEXT
    required: bool = True
    location: Literal["body"] = "body"
    name: str = ""

    def read(self, ctx: Ctx, schemas: Schemas) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none.

        Raises:
            BadRequest: broken percent-encoding, bytes that are not UTF-8, names that contradict each other, or too many
                members.
        """
        if not ctx.body:
            return UNSET, [("", "is required")] if self.required else []
        try:
            pairs = list(_pairs(ctx.body.decode("utf-8"), self.members))
        except ValueError as error:
            raise BadRequest("request.malformed", detail=f"The body is not a form: {_reason(error)}.") from None
        value, errors = read_members(pairs, self.members, self.rest, self.shape.float_hook)
        found, more = converted(value, self.schema, self.shape, schemas)
        return found, with_verdict(errors, more)


def _pairs(text: str, members: Mapping[str, Member]) -> Iterator[tuple[str, Any]]:
    if text.count("&") >= MAX_FORM_PAIRS:
        raise ValueError(f"it has more than {MAX_FORM_PAIRS} members")
    for pair in text.split("&"):
        if pair:
            name, _, raw = pair.partition("=")
            name = _decoded(name)
            separator = members[name].separator if name in members else ""
            yield name, [_decoded(item) for item in _items(raw, separator)] if separator else _decoded(raw)


def _items(raw: str, separator: str) -> list[str]:
    """The items of an array, which an encoded separator does not end, but for those that a URL must encode."""
    if separator == " ":
        raw = raw.replace("+", " ").replace("%20", " ")
    elif separator == "|":
        raw = raw.replace("%7C", "|").replace("%7c", "|")
    return raw.split(separator) if raw else []


def _decoded(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    if _BROKEN(text):
        raise ValueError("a percent sign is not followed by two hexadecimal digits")
    return unquote_to_bytes(text).decode("utf-8")


def _reason(error: ValueError) -> str:
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
