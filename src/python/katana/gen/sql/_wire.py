"""What a PostgreSQL type is on the wire.

In: a `PgType` and the enums of the schema. Out: `Wire`, or the reason why there is none. Never: Python text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from katana import ir
from katana.gen.sql._codecs import CODECS, EXTENSION_CODECS, Codec


@dataclass(frozen=True, slots=True)
class Wire:
    """A value in binary format: of `codec`, or of `enum` (then `codec` is that of text); `array`: a list of those.

    Domains are gone: PostgreSQL sends and receives them as the type below.
    """

    codec: Codec
    enum: ir.EnumDef | None = None
    array: bool = False

    @property
    def oid(self) -> int:
        """The OID that PostgreSQL reports for a result column; 0 when it is not fixed."""
        if self.enum is not None:
            return 0
        return self.codec.array_oid if self.array else self.codec.oid


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why a type has no codec, as a key of `_support.REASONS`."""

    reason: str


def wire_of(type_: ir.PgType, enums: tuple[ir.EnumDef, ...]) -> Wire | Unsupported:
    """The form of a type's values."""
    if type_.kind == "domain":
        return _below_domain(type_, enums)
    element = _element(type_, enums)
    return replace(element, array=True) if type_.dimensions and isinstance(element, Wire) else element


def _below_domain(type_: ir.PgType, enums: tuple[ir.EnumDef, ...]) -> Wire | Unsupported:
    if type_.dimensions:
        return Unsupported("domain-array")
    below = type_.base.removesuffix("[]")
    namespace, _, name = below.rpartition(".")
    is_enum = any((enum.namespace, enum.name) == (namespace, name) for enum in enums)
    base = ir.PgType(
        name=name, kind="enum" if is_enum else "base", namespace=namespace, dimensions=int(type_.base != below)
    )
    wire = wire_of(base, enums)
    return wire if isinstance(wire, Wire) else Unsupported("domain-base")


def _element(type_: ir.PgType, enums: tuple[ir.EnumDef, ...]) -> Wire | Unsupported:
    if type_.kind == "enum":
        found = (enum for enum in enums if (enum.namespace, enum.name) == (type_.namespace, type_.name))
        enum = next(found, None)
        return Wire(CODECS["text"], enum) if enum is not None else Unsupported("enum")
    if type_.kind != "base":
        return Unsupported(type_.kind)
    codec = EXTENSION_CODECS.get(type_.name) if type_.namespace else CODECS.get(type_.name)
    return Wire(codec) if codec is not None else Unsupported("base")
