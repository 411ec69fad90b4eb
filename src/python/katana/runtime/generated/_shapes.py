"""Types of generated code as decoders, made when they are first needed.

In: JSON bytes or plain JSON values. Out: values of a Python type. Never: more than the type says (`Shape`) or than the
schema says (`CheckedShape`).

A value that a schema allows may still have no Python value (the 29 February of a leap second's year is fine, second 60
is not): `convert` refuses it with a reason, `decode` just refuses.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, cast, overload

import msgspec

from katana.runtime import Ctx
from katana.runtime.generated._choices import convert_choice
from katana.runtime.generated._decimals import exact_number
from katana.runtime.generated._rejected import REJECTED
from katana.runtime.generated._repeats import has_repeats
from katana.runtime.generated._schemas import Schemas, too_deep
from katana.runtime.generated._slices import text_of, whole

# msgspec reads more spellings of times and UUIDs than RFC 3339 and RFC 9562 allow: a blank for the `T`, an offset
# without colon, no hyphens. Each of them, and any way to hide it in an escape, shows in the text of the document.
_LOOSE: Final = re.compile(rb'[0-9] [0-9]{2}:|[0-9][+-][0-9]{4}"|"[0-9A-Fa-f]{32}"|\\u00').search


class Shape[T]:
    """A type whose msgspec decoder accepts nothing that the schema refuses.

    Args:
        type_: what to decode to; anything that msgspec takes.
        loose: the type has times or UUIDs, whose looser spellings must be kept out.
        colons: how many colons a document has at least: one for each member that it must have, and those in times. One
            that has no more names no member twice, and needs no search for that.
        colons_of: how many the document of a decoded value has at least, for the same purpose.
        decimal: the type has decimals. Numbers with a fraction are then `Decimal` in free-form members, too.
        raw: the type has members that stay text.
    """

    __slots__ = ("_colons", "_colons_of", "_loose", "_raw", "_type", "decode", "float_hook")

    decode: Callable[[bytes], T]
    """JSON bytes to a value; raises one of `INVALID`."""

    float_hook: Callable[[str], Any] | None
    """What makes the numbers of a plain document that have a fraction or an exponent; None: binary64."""

    @overload
    def __init__(
        self,
        type_: type[T],
        *,
        loose: bool = False,
        colons: int = 0,
        colons_of: Callable[[T], int] | None = None,
        decimal: bool = False,
        raw: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self,
        type_: Any,
        *,
        loose: bool = False,
        colons: int = 0,
        colons_of: Callable[[T], int] | None = None,
        decimal: bool = False,
        raw: bool = False,
    ) -> None: ...
    def __init__(
        self,
        type_: Any,
        *,
        loose: bool = False,
        colons: int = 0,
        colons_of: Callable[[T], int] | None = None,
        decimal: bool = False,
        raw: bool = False,
    ) -> None:
        self._type = type_
        self._loose = loose
        self._colons = colons
        self._colons_of = colons_of
        self._raw = raw
        self.float_hook = exact_number if decimal else None
        self.decode = self._first

    def convert(self, value: Any) -> T:
        """A plain JSON value, known to be valid, to a value of the type.

        Raises:
            msgspec.ValidationError: no value of the type stands for it.
        """
        try:
            return self._convert(value)
        except msgspec.ValidationError:
            return self._convert(_integral(value))

    def _convert(self, value: Any) -> T:
        if self._raw:
            return self._typed()(text_of(value))
        return cast(T, msgspec.convert(value, self._type, dec_hook=convert_choice))

    def _first(self, data: bytes) -> T:
        self.decode = self._decoder()
        return self.decode(data)

    def _decoder(self) -> Callable[[bytes], T]:
        decode = _strict(self._typed()) if self._loose else self._typed()
        return whole(decode) if self._raw else _once(decode, self._colons, self._colons_of)

    def _typed(self) -> Callable[[bytes], T]:
        made = msgspec.json.Decoder(self._type, dec_hook=convert_choice, float_hook=self.float_hook)
        return cast(Callable[[bytes], T], made.decode)


class CheckedShape[T](Shape[T]):
    """A type that is wider than its schema: the schema decides, on the plain document, before the conversion."""

    __slots__ = ("_schema", "_schemas")

    @overload
    def __init__(
        self, type_: type[T], schemas: Schemas, schema: str, *, decimal: bool = False, raw: bool = False
    ) -> None: ...
    @overload
    def __init__(
        self, type_: Any, schemas: Schemas, schema: str, *, decimal: bool = False, raw: bool = False
    ) -> None: ...
    def __init__(self, type_: Any, schemas: Schemas, schema: str, *, decimal: bool = False, raw: bool = False) -> None:
        super().__init__(type_, decimal=decimal, raw=raw)
        self._schemas = schemas
        self._schema = schema

    def _decoder(self) -> Callable[[bytes], T]:
        valid = self._valid()
        if not self._raw:
            return lambda data: self.convert(valid(data))
        typed = self._typed()

        def slices(data: bytes) -> T:
            value = valid(data)
            try:
                return typed(data)
            except msgspec.ValidationError:
                return self.convert(value)

        return slices

    def _valid(self) -> Callable[[bytes], Any]:
        """What makes a plain value of a document that the schema accepts."""
        plain = msgspec.json.Decoder(float_hook=self.float_hook).decode
        is_valid = self._schemas.validator(self._schema).is_valid

        def valid(data: bytes) -> Any:
            value = plain(data)
            if too_deep(value) or has_repeats(data) or not is_valid(value):
                raise REJECTED
            return value

        return valid


class DocumentShape[T](CheckedShape[T]):
    """The same where the plain document is kept, in the context."""

    __slots__ = ("_plain",)

    _plain: Callable[[bytes], Any]

    def read(self, ctx: Ctx) -> T:
        """The value of the body, whose plain document the context gets; raises one of `INVALID`."""
        try:
            valid = self._plain
        except AttributeError:
            valid = self._plain = self._valid()
        ctx.document = valid(ctx.body)
        return self.convert(ctx.document)


def _strict[T](decode: Callable[[bytes], T]) -> Callable[[bytes], T]:
    def strict(data: bytes) -> T:
        if _LOOSE(data) is not None:
            raise REJECTED
        return decode(data)

    return strict


def _once[T](decode: Callable[[bytes], T], least: int, colons_of: Callable[[T], int] | None) -> Callable[[bytes], T]:
    """A decoder that refuses repeated members; see `_repeats` for what colons tell."""
    if colons_of is None:

        def once(data: bytes) -> T:
            value = decode(data)
            if data.count(b":") != least and has_repeats(data):
                raise REJECTED
            return value

        return once

    def counted(data: bytes) -> T:
        value = decode(data)
        colons = data.count(b":")
        if colons != least and colons != colons_of(value) and has_repeats(data):
            raise REJECTED
        return value

    return counted


def _integral(value: Any) -> Any:
    """`value` with whole floats as integers: to JSON Schema `1.0` is an integer (2020-12 core, 4.2.3)."""
    if isinstance(value, float | Decimal) and value == value.__trunc__():
        return int(value)
    if isinstance(value, list):
        return [_integral(item) for item in value]
    if isinstance(value, dict):
        return {name: _integral(member) for name, member in value.items()}
    return value
