"""Parameters as tables: the exact, slower way to read them.

In: the contract's facts about a parameter, written by generated code. Out: its value, or errors. Never: bodies.

Theory. A URL has texts, a schema has types, and the same text may spell several values: `7` is a number and a text,
one `tag=a` is a text and an array of one. So a parameter has candidates, and the first one that the schema accepts is
the value: scalars before arrays before objects, numbers and booleans before text. When the schema accepts none, its
complaints are those about the first.
"""

from __future__ import annotations

from typing import Any, Final, Literal
from urllib.parse import unquote_to_bytes

from msgspec import UNSET, Struct

from katana.runtime import BadRequest, Ctx
from katana.runtime.generated._converted import Errors, converted
from katana.runtime.generated._inputs import plain_json
from katana.runtime.generated._rejected import Misspelt
from katana.runtime.generated._scalars import json_scalar
from katana.runtime.generated._schemas import Schemas
from katana.runtime.generated._shapes import Shape
from katana.runtime.generated._texts import Pairs, Texts

Location = Literal["path", "query", "querystring", "header", "cookie"]
Kinds = tuple[str, ...]
"""Scalar types of JSON that a text may spell."""

_REQUIRED: Final = [("", "is required")]


class Members(Struct, frozen=True, kw_only=True):
    """How an object is written.

    `names` maps declared members to what their text may spell, and whether they are arrays, which repeat the name;
    `rest` is that of all others. Where the names stand among those of other parameters, `free` says whether undeclared
    ones belong to the object, unless they are in `others`.
    """

    names: dict[str, tuple[Kinds, bool]]
    rest: Kinds
    free: bool = False
    others: tuple[str, ...] = ()


class Input(Struct, frozen=True, kw_only=True):
    """A parameter that is written in a style of the standard.

    `kinds` are what its text may spell, `items` what that of an array's item may, `members` how an object is written;
    each is empty or None where the schema has no such value. `style` is empty for the default of the location.
    `position` is the index of a path parameter in `Ctx.args`. With `allow_empty`, an empty text that is no value means
    that the parameter is not used. `default` is in JSON; UNSET: none.
    """

    location: Location
    name: str
    schema: str
    shape: Shape[Any]
    kinds: Kinds = ()
    items: Kinds | None = None
    members: Members | None = None
    style: str = ""
    explode: bool = False
    position: int = 0
    required: bool = False
    allow_empty: bool = False
    default: Any = UNSET

    def read(self, ctx: Ctx, schemas: Schemas) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none."""
        texts = Texts(ctx, self.location, self.name, self.style, explode=self.explode, position=self.position)
        candidates, misspelt = self._candidates(texts)
        if not candidates and misspelt is not None:
            return None, misspelt.errors
        if not candidates:
            return absent(self)
        if len(candidates) == 1 and not self.allow_empty:
            return converted(candidates[0], self.schema, self.shape, schemas)
        is_valid = schemas.validator(self.schema).is_valid
        accepted = [candidate for candidate in candidates if is_valid(candidate)]
        if not accepted and self.allow_empty and candidates[0] in ("", [], [""]):
            return (None, []) if is_valid(None) else absent(self)
        return converted((accepted or candidates)[0], self.schema, self.shape, schemas)

    def _candidates(self, texts: Texts) -> tuple[list[Any], Misspelt | None]:
        """What the texts may mean, in the order of preference, or why nothing; neither when they are absent."""
        found: list[Any] = []
        misspelt: Misspelt | None = None
        for read in (self._scalars, self._arrays, self._objects):
            try:
                found += read(texts)
            except Misspelt as error:
                misspelt = misspelt or error
        return found, misspelt

    def _scalars(self, texts: Texts) -> list[Any]:
        text = texts.scalar() if self.kinds else None
        return [] if text is None else _distinct(json_scalar(text, self.kinds), text, self.kinds)

    def _arrays(self, texts: Texts) -> list[Any]:
        found = None if self.items is None else texts.array()
        if found is None or self.items is None:
            return []
        return _distinct([json_scalar(text, self.items) for text in found], found, self.items)

    def _objects(self, texts: Texts) -> list[Any]:
        members = self.members
        if members is None:
            return []
        pairs = texts.object(members.names, free=members.free, others=members.others)
        if pairs is None and self.required and not self.kinds and self.items is None:
            pairs = []  # an object without members is written as nothing at all
        if pairs is None:
            return []
        typed, plain = _object(pairs, members, typed=True), _object(pairs, members, typed=False)
        return [typed] if typed == plain else [typed, plain]


class ContentInput(Struct, frozen=True, kw_only=True):
    """A parameter that is a document of a media type: JSON, or text as it is."""

    location: Location
    name: str
    schema: str
    shape: Shape[Any]
    json: bool
    position: int = 0
    required: bool = False
    default: Any = UNSET

    def read(self, ctx: Ctx, schemas: Schemas) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none."""
        texts = Texts(ctx, self.location, self.name, "cookie", position=self.position)
        try:
            text = texts.scalar()
            if text is None:
                return absent(self)
            value = self._document(text) if self.json else text
        except Misspelt as error:
            return None, error.errors
        return converted(value, self.schema, self.shape, schemas)

    def _document(self, text: str) -> Any:
        """A JSON document.

        Header fields and cookies are bytes, which the server reads as Latin-1 (RFC 9110, 5.5). Percent-encoding belongs
        to URLs; browsers put it into cookies, too, and no JSON begins with a `%`.
        """
        latin = self.location in ("header", "cookie")
        data = text.encode("latin-1" if latin else "utf-8")
        if self.location == "cookie" and text.startswith("%"):
            data = unquote_to_bytes(data)
        try:
            return plain_json(data, self.shape.float_hook)
        except BadRequest as problem:
            raise Misspelt(str(problem.detail).removeprefix("The body ").rstrip(".")) from None


def absent(parameter: Input | ContentInput) -> tuple[Any, Errors]:
    """The value of a parameter that the request does not have, or the error."""
    if parameter.default is not UNSET:
        return parameter.shape.convert(parameter.default), []
    return None, list(_REQUIRED) if parameter.required else []


def _distinct(typed: Any, text: Any, kinds: Kinds) -> list[Any]:
    """The value that a text spells, and the text itself where that may be meant."""
    return [typed] if typed == text or "string" not in kinds else [typed, text]


def _object(pairs: Pairs, members: Members, *, typed: bool) -> dict[str, Any]:
    value: dict[str, Any] = {}
    repeated: list[str] = []
    for name, text in pairs:
        kinds, array = members.names.get(name, (members.rest, False))
        spelled = json_scalar(text, kinds) if typed or "string" not in kinds else text
        if array:
            value.setdefault(name, []).append(spelled)
        elif name in value:
            repeated.append(name)
        else:
            value[name] = spelled
    if repeated:
        raise Misspelt("must be given once", repeated)
    return value
