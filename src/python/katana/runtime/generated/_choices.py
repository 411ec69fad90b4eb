"""Unions that msgspec cannot tell apart: several object types, a text format beside a string.

In: the variants of a union, and their schemas or tags. Out: a stand-in type for decoders; type checkers see the union
itself. Never: a verdict on a `choice`: the schema of the whole document has said that the value is valid before
anything is converted, so the first variant that accepts it is right (`oneOf`: the only one). A `tagged` union needs no
schema: no other variant than that of its tag can accept the value.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from katana.runtime.generated._decimals import Exact, to_decimal
from katana.runtime.generated._schemas import Schemas


class Choice(type):
    """The class of stand-ins. Everything is an instance of one, as msgspec asks after each conversion."""

    schemas: Callable[[], Schemas]
    variants: Callable[[], Sequence[tuple[Any, str]]]

    def __instancecheck__(cls, instance: object) -> bool:
        return True


def choice(name: str, schemas: Callable[[], Schemas], variants: Callable[[], Sequence[tuple[Any, str]]]) -> Any:
    """A stand-in for a union.

    Args:
        name: for messages.
        schemas: gives the schemas that the variants refer to; called at the first conversion.
        variants: gives pairs of type and JSON Schema text; called at the first conversion.
    """
    return Choice(name, (), {"schemas": staticmethod(schemas), "variants": staticmethod(variants)})


class Tagged(type):
    """The class of stand-ins for unions whose variants a member tells apart."""

    member: str
    variants: Callable[[], Mapping[str, type]]
    null: bool
    table: Mapping[str, type] | None

    def __instancecheck__(cls, instance: object) -> bool:
        return True

    def of(cls, value: Any) -> Any:
        """The value of a plain JSON value; raises ValueError or msgspec.ValidationError when no variant accepts it."""
        if value is None and cls.null:
            return None
        if cls.table is None:
            cls.table = cls.variants()
        tag = value.get(cls.member) if isinstance(value, dict) else None
        variant = cls.table.get(tag) if isinstance(tag, str) else None
        if variant is None:
            raise ValueError("no alternative of the union has this tag")
        return msgspec.convert(value, variant, dec_hook=convert_choice)


def tagged(name: str, member: str, variants: Callable[[], Mapping[str, type]], *, null: bool = False) -> Any:
    """A stand-in for a union of objects that the text of one required member tells apart.

    Args:
        name: for messages.
        member: the name of the member in JSON.
        variants: gives the class for each text; called at the first conversion.
        null: null is a variant, too.
    """
    return Tagged(name, (), {"member": member, "variants": staticmethod(variants), "null": null, "table": None})


def convert_choice(stand_in: type, value: Any) -> Any:
    """The hook of msgspec for types it does not know.

    A union converts to the variant of the tag, or else to the first one whose schema accepts the value.
    """
    if isinstance(stand_in, Tagged):
        return stand_in.of(value)
    if isinstance(stand_in, Exact):
        return to_decimal(value)
    if not isinstance(stand_in, Choice):
        if isinstance(value, stand_in):
            return value  # an upload, which is no JSON
        raise NotImplementedError(f"{stand_in!r} is no type of generated code")
    schemas = stand_in.schemas()
    for type_, schema in stand_in.variants():
        if schemas.validator(schema).is_valid(value):
            try:
                return msgspec.convert(value, type_, dec_hook=convert_choice)
            except msgspec.ValidationError:
                continue
    raise ValueError("no alternative of the union fits")
