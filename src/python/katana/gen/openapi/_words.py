"""Inputs and types in words, for docstrings.

In: parameters and types. Out: one phrase each: `integer (int64), 1 or more`. Never: Python.
"""

from msgspec import UNSET

from katana import ir
from katana.gen.openapi._plan import Argument
from katana.gen.openapi._types import Types
from katana.gen.source import literal

_MAX = 200


def argument_words(argument: Argument, types: Types) -> str:
    """What a parameter is, where it comes from, what happens without it."""
    parameter = argument.parameter
    text = f"{type_words(parameter.type, types)}; {parameter.location} parameter `{parameter.name}`"
    if parameter.default is not UNSET:
        return f"{text}, default {literal(parameter.default)[:_MAX]}."
    return f"{text}, None when absent." if argument.optional else f"{text}."


def type_words(type_: ir.Type, types: Types) -> str:
    """A type with its limits."""
    resolved = types.resolve(type_)
    match resolved:
        case ir.IntegerType() | ir.NumberType():
            kind = "integer" if isinstance(resolved, ir.IntegerType) else "number"
            return _limited(_named(kind, resolved.format), _range(resolved))
        case ir.StringType():
            sizes = _sizes(resolved.min_length, resolved.max_length, "character")
            pattern = f"pattern {resolved.pattern[:_MAX]}" if resolved.pattern is not None else ""
            return _limited(_named("string", resolved.format), ", ".join(part for part in (sizes, pattern) if part))
        case ir.EnumType():
            words = ", ".join(literal(value) for value in resolved.values)
            return f"one of {words}" if len(words) <= _MAX else f"one of {len(resolved.values)} values"
        case ir.ArrayType():
            items = f"array of {type_words(resolved.items, types)}"
            return _limited(items, _sizes(resolved.min_items, resolved.max_items, "item"))
        case ir.UnionType():
            return " or ".join(type_words(variant, types) for variant in resolved.variants)
        case ir.RefType():
            return f"`{resolved.name}`"
        case ir.AnyType():
            return "any value"
        case ir.MapType() | ir.ObjectType():
            return "object"
    return type(resolved).__name__.removesuffix("Type").lower()


def _named(kind: str, format_: str) -> str:
    return f"{kind} ({format_})" if format_ else kind


def _limited(text: str, limits: str) -> str:
    return f"{text}, {limits}" if limits else text


def _range(type_: ir.IntegerType | ir.NumberType) -> str:
    parts = [
        f"{words} {literal(value)}"
        for words, value in (
            ("at least", type_.minimum),
            ("more than", type_.exclusive_minimum),
            ("at most", type_.maximum),
            ("less than", type_.exclusive_maximum),
            ("a multiple of", type_.multiple_of),
        )
        if value is not None
    ]
    return ", ".join(parts)


def _sizes(low: int, high: int | None, noun: str) -> str:
    if high is None:
        return f"at least {low} {noun}s" if low else ""
    return f"{low} to {high} {noun}s" if low else f"at most {high} {noun}s"
