"""Members that travel in one direction only, taken out of schemas.

In: the canonical schemas of an API, and the annotation of what does not travel (`readOnly` in what is received,
`writeOnly` in what is sent). Out: schemas to which such a member means nothing: it need not be there, and if it is, it
may be anything (JSON Schema 2020-12 validation, section 9.4: to be ignored). Never: names of types.

- `required` and `properties` may stand in different parts of an `allOf`, so the parts are looked at together.
- A part that is only referred to, and demands a member that another part takes out, is copied to where it is used.
- `not` and `if` stay as they are: with less in them they would refuse more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from katana.spec.lower._objects import carried
from katana.spec.model.keywords import LIST, MAP, ONE

Json = Any
Schema = dict[str, Json]

_PREFIX = "#/$defs/"
_SAME_VALUE = frozenset(("allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"))
_UNTOUCHED = frozenset(("not", "if"))
_NONE: frozenset[str] = frozenset()
_MAX_COPIES = 100
"""More parts of one type are not copied; a document that wants them is made to grow."""


class Members:
    """What one direction does to schemas.

    Args:
        defs: the named schemas.
        flag: `readOnly` or `writeOnly`.
        kept: by type, members that stay whatever is said about them (a union is told apart by them).
    """

    def __init__(self, defs: Mapping[str, Schema], flag: str, kept: Mapping[str, frozenset[str]]) -> None:
        self._defs = dict(defs)
        self._flag = flag
        self._kept = kept
        self._flagged: dict[str, frozenset[str]] = {}
        self._copies = 0

    def definition(self, name: str) -> Schema:
        """A named schema without what does not travel."""
        self._copies = 0
        return self._without(self._defs[name], _NONE, self._kept.get(name, _NONE))

    def schema(self, schema: Schema) -> Schema:
        """Any other schema without it."""
        self._copies = 0
        return self._without(schema, _NONE, _NONE)

    def _without(self, schema: Schema, outer: frozenset[str], kept: frozenset[str]) -> Schema:
        names = (outer | self._own(schema)) - kept
        out: Schema = {}
        for key, value in schema.items():
            if key == "required":
                stay = [name for name in value if name not in names]
                if stay:
                    out[key] = stay
            elif key == "properties":
                out[key] = {n: {} if n in names else self._without(v, _NONE, _NONE) for n, v in value.items()}
            elif key == "dependentRequired":
                out[key] = {n: [each for each in needed if each not in names] for n, needed in value.items()}
            elif key == "$ref":
                self._reference(out, value, names)
            elif key not in _UNTOUCHED:
                out[key] = self._below(key, value, names if key in _SAME_VALUE else _NONE, kept)
            else:
                out[key] = value
        return out

    def _below(self, key: str, value: Json, names: frozenset[str], kept: frozenset[str]) -> Json:
        kept = kept if key in _SAME_VALUE else _NONE
        if key in ONE:
            return self._without(value, names, kept)
        if key in LIST:
            return [self._without(entry, names, kept) for entry in value]
        if key in MAP:
            return {name: self._without(entry, names, kept) for name, entry in value.items()}
        return value

    def _reference(self, out: Schema, reference: str, names: frozenset[str]) -> None:
        """A reference, or a copy of what it refers to."""
        name = reference.removeprefix(_PREFIX)
        foreign = names - self.flagged(name)
        if foreign and self._copies < _MAX_COPIES and foreign & self._mentioned(self._defs[name], {name}):
            self._copies += 1
            copied = self._without(self._defs[name], names, self._kept.get(name, _NONE))
            out["allOf"] = [*out.get("allOf", ()), copied]
        else:
            out["$ref"] = reference

    def flagged(self, name: str) -> frozenset[str]:
        """The members of a named type that do not travel."""
        if name not in self._flagged:
            self._flagged[name] = _NONE  # what a cycle sees of itself
            self._flagged[name] = self._own(self._defs[name]) - self._kept.get(name, _NONE)
        return self._flagged[name]

    def _own(self, schema: Schema) -> frozenset[str]:
        """The members that `schema`, or what holds together with it, says do not travel."""
        own = {
            name
            for name, entry in schema.get("properties", {}).items()
            if (carried(entry, self._flag, self._defs) or (False,))[0]
        }
        for part in schema.get("allOf", ()):
            own |= self._own(part)
        if "$ref" in schema:
            own |= self.flagged(schema["$ref"].removeprefix(_PREFIX))
        return frozenset(own)

    def _mentioned(self, schema: Schema, seen: set[str]) -> set[str]:
        """The members that a schema declares or demands."""
        out = {*schema.get("properties", ()), *schema.get("required", ())}
        for part in schema.get("allOf", ()):
            out |= self._mentioned(part, seen)
        if "$ref" in schema and (name := schema["$ref"].removeprefix(_PREFIX)) not in seen:
            seen.add(name)
            out |= self._mentioned(self._defs[name], seen)
        return out


def renamed(schema: Json, names: Mapping[str, str]) -> Json:
    """`schema` with references to other names."""
    out = dict(schema)
    if "$ref" in out:
        name = out["$ref"].removeprefix(_PREFIX)
        out["$ref"] = _PREFIX + names.get(name, name)
    for key in out.keys() & ONE:
        out[key] = renamed(out[key], names)
    for key in out.keys() & LIST:
        out[key] = [renamed(entry, names) for entry in out[key]]
    for key in out.keys() & MAP:
        out[key] = {name: renamed(entry, names) for name, entry in out[key].items()}
    return out


def references(schema: Json) -> Iterator[str]:
    """The names that a schema refers to, itself and below."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if "$ref" in node:
            yield node["$ref"].removeprefix(_PREFIX)
        waiting += [node[key] for key in ONE if key in node]
        for key in LIST:
            waiting += node.get(key, ())
        for key in MAP:
            waiting += node.get(key, {}).values()
