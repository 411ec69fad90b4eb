"""Schemas of a document as canonical JSON Schema 2020-12.

In: nodes. Out: plain JSON with references of the form `#/$defs/<name>`. Never: shapes. What happens on the way:

1. The dialect of 3.0 becomes 2020-12; annotations, and keywords that assert nothing, are left out.
2. Inline objects and enums where a value stands (a property, an item, a variant) get a name and become a reference.
   Below `not`, `if` and the like they do not: nobody constructs such a value.
3. A named type that may be null becomes "the named value or null", so that the object itself has a name.
4. `default`, `readOnly`, `writeOnly` and `discriminator` stay for the next stage; `strip` removes them at the end.
"""

from __future__ import annotations

from typing import Any

from katana.spec.lower._definitions import Definitions
from katana.spec.lower._dialect import normalised, types
from katana.spec.lower._discriminator import resolve_discriminator
from katana.spec.lower._identifiers import extend
from katana.spec.lower._inline import Inline
from katana.spec.model import Node, Workspace
from katana.spec.model.keywords import APPLICATORS, LIST, MAP, NO_OPS, ONE, VALUES, spelled

Json = Any
Schema = dict[str, Json]

REF = "#/$defs/"


class Canonical:
    """Compiles schemas; `defs` fills up with the named ones, `defaults` with every `default` and its schema.

    `without` are the identities of defaults that count as not given.
    """

    def __init__(
        self,
        workspace: Workspace,
        version: str,
        definitions: Definitions,
        without: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.defs: dict[str, Schema] = {}
        self.defaults: list[tuple[Node, Schema]] = []
        self._workspace = workspace
        self._version = version
        self._without = without
        self._definitions = definitions
        self._inline = Inline(workspace, version)
        self._parts: dict[tuple[str, str], str] = {}

    def complete(self) -> None:
        """Compiles every schema that has a name."""
        while self._definitions.pending:
            name, node = self._definitions.pending.popleft()
            self.defs[name] = self._definition(name, node)

    def value(self, node: Node, hint: str) -> Schema:
        """The schema of a value that is sent or received; an inline type that needs a name is called `hint`."""
        if self._inline.is_plain_reference(node) or not self._needs_name(node):
            return self._schema(node, hint)
        if self._may_be_null(node):
            return self._or_null(node, hint)
        return self._carry(node, {"$ref": REF + self._definitions.name_of(node, hint)})

    def _definition(self, name: str, node: Node) -> Schema:
        if self._needs_name(node) and self._may_be_null(node):
            return self._or_null(node, name + "Value")
        return self._schema(node, name)

    def _needs_name(self, node: Node) -> bool:
        if not isinstance(node.value, dict) or self._inline.is_plain_reference(node):
            return False
        return self._inline.is_closed_set(node) or self._inline.is_object(node)

    def _may_be_null(self, node: Node) -> bool:
        schema = normalised(node.value, self._version)
        named = types(schema)
        if "enum" in schema:
            return None in schema["enum"] and (not named or "null" in named)
        return "null" in named

    def _or_null(self, node: Node, hint: str) -> Schema:
        """Rule 3. What else the schema demands of every value (`allOf`, `not`, ...) is demanded of null, too."""
        schema = self._schema(node, hint)
        name = self._parts.get(node.identity)
        if name is None:
            name = self._parts[node.identity] = self._definitions.part_of(node, hint)
            self.defs[name] = _without_null(schema)
        out: Schema = {"anyOf": [{"$ref": REF + name}, {"type": "null"}]}
        rest = {key: value for key, value in schema.items() if key in (*APPLICATORS, "then", "else")}
        if rest:
            out["allOf"] = [rest]
        return self._carry(node, out)

    def _schema(self, node: Node, hint: str, *, named: bool = True) -> Schema:
        """One schema, keyword by keyword. `named` is false where no value stands (rule 2)."""
        if not isinstance(node.value, dict):
            return {"not": {}} if node.value is False else {}
        schema = normalised(node.value, self._version)
        out: Schema = {}
        for key, value in schema.items():
            if key in VALUES:
                out[key] = _copied(key, value)
            elif key in ("$ref", "$dynamicRef"):
                out["$ref"] = self._reference(node)
            elif (child := node.get(key)) is not None:
                self._below(out, key, child, node, hint, named=named)
        for key in [key for key, value in out.items() if _says_nothing(key, value, out)]:
            del out[key]
        return self._carry(node, out)

    def _below(self, out: Schema, key: str, child: Node, owner: Node, hint: str, *, named: bool) -> None:
        """The subschemas of one keyword."""
        if key in ONE:
            out[key] = self._one(key, child, hint, named=named)
        elif key in LIST:
            out[key] = self._list(key, child, owner, hint, named=named)
        elif key in MAP:
            value_stands = named and key == "properties"
            out[key] = {
                name: self.value(entry, extend(hint, name)) if value_stands else self._schema(entry, hint, named=False)
                for name, entry in child.members()
            }

    def _one(self, key: str, child: Node, hint: str, *, named: bool) -> Schema:
        if named and key in ("items", "additionalProperties"):
            return self.value(child, extend(hint, "Item" if key == "items" else "Value"))
        return self._schema(child, hint, named=False)

    def _list(self, key: str, child: Node, owner: Node, hint: str, *, named: bool) -> list[Schema]:
        if key == "allOf":
            return [self._schema(entry, hint, named=named) for entry in child.items()]
        # Beside properties, variants only restrict: `anyOf: [{required: [a]}, {required: [b]}]`.
        if named and key in ("anyOf", "oneOf") and "properties" not in owner.value:
            return [self.value(entry, extend(hint, f"Option{i}")) for i, entry in enumerate(child.items(), 1)]
        return [self._schema(entry, hint, named=False) for entry in child.items()]

    def _reference(self, node: Node) -> str:
        reference = self._workspace.reference(node)
        target = self._workspace.target(reference) if reference is not None else None
        if target is None:
            raise AssertionError(f"validation let pass a reference that leads nowhere: {node.pointer}")
        return REF + self._definitions.name_of(target)

    def _carry(self, node: Node, out: Schema) -> Schema:
        """Rule 4."""
        source = node.value if isinstance(node.value, dict) else {}
        if "$ref" in source and self._version == "3.0":
            return out
        default = node.get("default")
        if default is not None and default.identity not in self._without:
            out["default"] = default.value
            self.defaults.append((default, out))
        for key in ("readOnly", "writeOnly"):
            if source.get(key) is True:
                out[key] = True
        if "discriminator" in source and ("anyOf" in out or "oneOf" in out) and "discriminator" not in out:
            found = resolve_discriminator(node, self._workspace, self._definitions)
            if found is not None:
                out["discriminator"] = found
        return out


def strip(schema: Json) -> Json:
    """`schema` without what rule 4 left in it, except `readOnly` and `writeOnly`: they decide who sends a member."""
    out = {key: value for key, value in schema.items() if key not in ("default", "discriminator")}
    for key in ONE:
        if key in out:
            out[key] = strip(out[key])
    for key in LIST:
        if key in out:
            out[key] = [strip(entry) for entry in out[key]]
    for key in MAP:
        if key in out:
            out[key] = {name: strip(entry) for name, entry in out[key].items()}
    return out


def _without_null(schema: Schema) -> Schema:
    out = {key: value for key, value in schema.items() if key not in ("default", "readOnly", "writeOnly")}
    if isinstance(out.get("type"), list):
        rest = [name for name in out["type"] if name != "null"]
        out["type"] = rest[0] if len(rest) == 1 else rest
    if "enum" in out:
        out["enum"] = [value for value in out["enum"] if value is not None]
    return out


def _copied(key: str, value: Json) -> Json:
    """A keyword's value with one spelling for one meaning."""
    if key == "type" and isinstance(value, list):
        return value[0] if len(value) == 1 else sorted(set(value), key=lambda name: (name == "null", name))
    if key == "required":
        return sorted(set(value))
    if key == "enum":
        return list({spelled(entry): entry for entry in value}.values())
    if key == "dependentRequired":
        return {name: sorted(set(names)) for name, names in value.items()}
    if isinstance(value, float) and key != "const" and value.is_integer():
        return int(value)
    return value


def _says_nothing(key: str, value: Json, schema: Schema) -> bool:
    if key in NO_OPS and value == NO_OPS[key] and type(value) is type(NO_OPS[key]):
        return True
    if key in ("then", "else"):
        return "if" not in schema
    return key in ("minContains", "maxContains") and "contains" not in schema
