"""Unions of objects that one member tells apart.

In: a union and the named types. Out: that member, and the variant for each of its values. Never: a guess: the member is
required in every variant, and no two of them allow the same value, so the value alone decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from katana import ir


@dataclass(frozen=True)
class Tags:
    """By `member`, its name in JSON; `variants` has the type's name for each value. `null`: null is a variant, too."""

    member: str
    variants: dict[str, str]
    null: bool


def tags_of(union: ir.UnionType, named: Mapping[str, ir.TypeDef]) -> Tags | None:
    """How the variants of a union are told apart; None where it takes more than one member, or other variants."""
    objects: dict[str, dict[str, tuple[str, ...]]] = {}
    for variant in union.variants:
        if isinstance(variant, ir.NullType):
            continue
        if not isinstance(variant, ir.RefType):
            return None
        words = _words(named[variant.name].type, named)
        if not words or variant.name in objects:
            return None
        objects[variant.name] = words
    if len(objects) < 2:
        return None
    null = any(isinstance(variant, ir.NullType) for variant in union.variants)
    for member in _candidates(union, objects):
        variants = _told_apart(member, objects)
        if variants is not None:
            return Tags(member, variants, null)
    return None


def _candidates(union: ir.UnionType, objects: Mapping[str, Mapping[str, tuple[str, ...]]]) -> list[str]:
    """The members that may tell the variants apart, the one that the document names first."""
    first, *others = objects.values()
    common = [member for member in first if all(member in other for other in others)]
    wanted = union.discriminator.property_name if union.discriminator is not None else ""
    return sorted(common, key=lambda member: member != wanted)


def _told_apart(member: str, objects: Mapping[str, Mapping[str, tuple[str, ...]]]) -> dict[str, str] | None:
    variants: dict[str, str] = {}
    for name, words in objects.items():
        for word in words[member]:
            if word in variants:
                return None
            variants[word] = name
    return variants


def _words(type_: ir.Type, named: Mapping[str, ir.TypeDef]) -> dict[str, tuple[str, ...]]:
    """The required members of an object that are one of some words, and the words."""
    found: dict[str, tuple[str, ...]] = {}
    for field in type_.fields if isinstance(type_, ir.ObjectType) else ():
        member = field.type
        if isinstance(member, ir.RefType):
            member = named[member.name].type
        if (
            field.required
            and isinstance(member, ir.EnumType)
            and all(isinstance(value, str) for value in member.values)
        ):
            found[field.name] = member.values
    return found
