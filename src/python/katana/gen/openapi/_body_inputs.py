"""Shapes of bodies, and the rows of the tables of inputs that describe bodies.

In: an operation with a body. Out: constants and rows. Never: parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._checks import Checks
from katana.gen.openapi._colons import Colons
from katana.gen.openapi._form_members import FormMember, form_members, form_rest, spell_members, spell_parts
from katana.gen.openapi._forms import map_type, object_type
from katana.gen.openapi._names import Names, constant
from katana.gen.openapi._plan import Method
from katana.gen.openapi._policies import decoder_of
from katana.gen.openapi._readings import Reading, any_text
from katana.gen.openapi._schemas import asserting
from katana.gen.openapi._types import Types
from katana.gen.source import Chain, Doc, Group, flat, literal

_GENERATED = "katana.runtime.generated"
_SHORT = 115
"""So many characters fit into a line of their own, indented and with a comma."""


class BodyInputs:
    """Spells what `validators.py` says about bodies.

    Args:
        types: the named types.
        spell_type: annotations for the module.
        names: the names taken there.
        checks: gets the checks on decoded bodies.

    By operation and index of the reading, `constants` has the shape of each JSON body, `body_checks` the function that
    checks a decoded one, `tables` what reads a body apart from the other inputs, `elements` shapes and functions of the
    elements of a sequence.
    """

    def __init__(self, types: Types, spell_type: Annotations, names: Names, checks: Checks) -> None:
        self.constants: dict[tuple[str, int], str] = {}
        self.body_checks: dict[tuple[str, int], str] = {}
        self.tables: dict[tuple[str, int], str] = {}
        self.elements: dict[tuple[str, int], list[tuple[str, str]]] = {}
        self._types = types
        self._spell = spell_type
        self._names = names
        self._checks = checks
        self._by_type: dict[str, str] = {}
        self._colons = Colons(types)

    def roots(self, method: Method) -> list[ir.Json]:
        """The schemas that the body of an operation is validated by."""
        roots = [reading.content.schema for reading in method.readings if self._validated(reading)]
        return [*roots, *(each.schema for reading in method.readings for each in elements(reading))]

    def shapes(self, method: Method) -> list[Doc]:
        """The constants for the body of an operation that no operation before has made."""
        lines: list[Doc] = []
        for index, reading in enumerate(method.readings):
            key = method.operation.name, index
            if reading.kind == "json":
                content = reading.content
                self.constants[key], check, made = self._shape(method, content.type, content.schema, content.checks)
                self.body_checks |= {key: check} if check else {}
                lines += made
            elif reading.kind == "stream":
                for each in elements(reading):
                    shape, check, made = self._shape(method, each.type, each.schema, each.checks)
                    self.elements.setdefault(key, []).append((shape, check))
                    lines += made
        return lines

    def _shape(
        self, method: Method, type_: ir.Type | None, schema: ir.Json, checks: tuple[str, ...]
    ) -> tuple[str, str, list[Doc]]:
        """The constant for a type, the function for what it cannot check, and its line unless it stands already."""
        type_ = type_ if type_ is not None else ir.AnyType()
        annotation = self._spell.of(type_)
        keeps_document = decoder_of(method.operation) == "dom"
        exact = self._types.exact(type_, checks) and not keeps_document
        check = ""
        if exact and self._checks.needed(type_):
            check = self._checks.function(type_, f"{method.operation.name}_body")
        text = "" if exact else json.dumps(schema, sort_keys=True)
        key = f"{exact} {keeps_document} {flat(annotation)} {text}"
        if key in self._by_type:
            return self._by_type[key], check, []
        stem = constant(type_.name if isinstance(type_, ir.RefType) else f"{method.operation.name}_body")
        name = self._by_type[key] = self._names.new(f"{stem}_SHAPE")
        maker = self._use("DocumentShape" if keeps_document else "Shape" if exact else "CheckedShape")
        arguments: tuple[Doc, ...] = (annotation,)
        counts: tuple[Doc, ...] = ()
        if not exact:
            arguments += ("SCHEMAS", literal(json.dumps(asserting(schema))))
        else:
            arguments += ("loose=True",) if self._types.loose(type_) else ()
            colons = self._colons.least(type_)
            arguments += (f"colons={colons}",) if colons else ()
            counts = self._colons_of(type_)
            arguments += counts
        arguments += ("decimal=True",) if self._types.decimal(type_) else ()
        arguments += ("raw=True",) if self._types.raw(type_) else ()
        head: Doc = name
        # What mypy cannot infer from the arguments: a type that is no class, and a class beside a lambda.
        if counts or not (isinstance(type_, ir.RefType) and self._types.is_object(type_.name)):
            head = Group(f"{name}: {maker}[", (annotation,), "]", comma=False)
        return name, check, [(head, " = ", Group(f"{maker}(", arguments, ")"))]

    def _colons_of(self, type_: ir.Type) -> tuple[Doc, ...]:
        """The function that tells how many colons a decoded value stands for, where that is more than the least."""
        terms = self._colons.terms(type_, "value")
        if not terms:
            return ()
        if any("UNSET" in term for term in terms):
            self._spell.name("msgspec", "UNSET")
        # A term alone needs no parentheses around its comparison.
        alone = len(terms) == 1 and terms[0].startswith("(")
        plain = f"colons_of=lambda value: {terms[0][1:-1] if alone else ' + '.join(terms)}"
        if len(plain) <= _SHORT:
            return (plain,)
        if len(" + ".join(terms)) <= _SHORT - 3:
            return (Group("colons_of=lambda value: (", (" + ".join(terms),), ")", comma=False),)
        return (("colons_of=lambda value: ", Chain("+", terms)),)

    def row(self, method: Method) -> Doc:
        """The row of a body that is read with the other inputs."""
        required = method.body_required
        rows = [self._row(method, index, reading, required) for index, reading in enumerate(method.readings)]
        if len(rows) == 1:
            return rows[0]
        pairs = tuple(
            Group("(", (literal(reading.media_types), row), ")")
            for reading, row in zip(method.readings, rows, strict=True)
        )
        return Group(f"{self._use('BodyChoice')}(", (Group("readings=(", pairs, ")"),), ")")

    def apart(self, method: Method) -> Iterator[Doc]:
        """What an operation that streams reads its bodies by: forms, and tables for bodies that do not stream."""
        for index, reading in enumerate(method.readings):
            if reading.kind == "multipart":
                name = self._names.new(f"{constant(method.operation.name)}_FORM")
                self.tables[method.operation.name, index] = name
                yield (f"{name} = ", self._multipart(reading.content))
            if reading.kind == "stream":
                yield self._sequence(method, index, reading)
            if not method.streams or reading.streams:
                continue
            name = self.tables[method.operation.name, index] = self._names.new(
                f"{constant(method.operation.name)}_BODY"
            )
            table = Group("inputs=(", (self._row(method, index, reading, method.body_required),), ")", lone=True)
            final = self._spell.name("typing", "Final")
            yield (f"{name}: {final} = ", Group(f"{self._use('Inputs')}(", ("schemas=SCHEMAS", table), ")"))

    def _row(self, method: Method, index: int, reading: Reading, required: bool) -> Doc:
        if reading.kind == "form":
            return self._form(reading.content, required)
        items = [] if required else ["required=False"]
        if reading.kind == "text":
            if self._validated(reading):
                items.insert(0, f"schema={literal(json.dumps(asserting(reading.content.schema)))}")
            return Group(f"{self._use('TextInput')}(", tuple(items), ")")
        schema = f"schema={literal(json.dumps(asserting(reading.content.schema)))}"
        shape = f"shape={self.constants[method.operation.name, index]}"
        items += ["keeps_document=True"] * (decoder_of(method.operation) == "dom")
        return Group(f"{self._use('BodyInput')}(", (schema, shape, *items), ")")

    def _validated(self, reading: Reading) -> bool:
        """Whether a schema decides about the body as a whole."""
        if reading.kind == "text":
            return not any_text(reading.content, self._types)
        return reading.kind in ("form", "json", "multipart")

    def _form(self, content: ir.Content, required: bool) -> Doc:
        form = object_type(content.type or ir.AnyType(), self._types)
        members = form_members(form, content.encodings, self._types)
        items: list[Doc] = [
            f"schema={literal(json.dumps(asserting(content.schema)))}",
            ("shape=", self._form_shape(content)),
            ("members=", spell_members(members, self._use("Member")) if members else "{}"),
            *self._rest(content),
        ]
        if not required:
            items.append("required=False")
        return Group(f"{self._use('FormInput')}(", tuple(items), ")")

    def _multipart(self, content: ir.Content) -> Doc:
        form = object_type(content.type or ir.AnyType(), self._types)
        members = form_members(form, content.encodings, self._types)
        items: tuple[Doc, ...] = (
            self._form_shape(content),
            "SCHEMAS",
            literal(json.dumps(asserting(content.schema))),
            spell_members(members, self._use("Member")) if members else "{}",
            spell_parts(form, content.encodings, self._types, self._spell.module),
            *self._rest(content),
        )
        return Group(f"{self._spell.name(f'{_GENERATED}.multipart', 'MultipartForm')}(", items, ")")

    def _sequence(self, method: Method, index: int, reading: Reading) -> Doc:
        """What the elements of a sequence look like; of events, by their names."""
        events = _media.of_events(reading.media_types[0])
        name = self._names.new(f"{constant(method.operation.name)}_{'EVENTS' if events else 'ELEMENT'}")
        self.tables[method.operation.name, index] = name
        made = self.elements[method.operation.name, index]
        each = elements(reading)
        rows = [self._element(*one, element) for one, element in zip(made, each, strict=True)]
        if not events:
            return (f"{name} = ", rows[0])
        names = [element.name if isinstance(element, ir.Event) else "" for element in each]
        nothing = [isinstance(element.type, ir.NullType) for element in each]
        pairs = tuple(
            (f"{literal(key)}: ", "None" if empty else row)
            for key, empty, row in zip(names, nothing, rows, strict=True)
        )
        element = self._spell.name(f"{_GENERATED}.sequences", "Element")
        annotation = f"dict[str, {element}[{self._spell.name('typing', 'Any')}] | None]"
        return (f"{name}: {annotation} = ", Group("{", pairs, "}"))

    def _element(self, shape: str, check: str, element: ir.Item | ir.Event) -> Doc:
        items = [shape, "SCHEMAS", literal(json.dumps(asserting(element.schema)))]
        items += [check] if check else []
        items += ["text=True"] if element.text else []
        return Group(f"{self._spell.name(f'{_GENERATED}.sequences', 'Element')}(", tuple(items), ")")

    def _rest(self, content: ir.Content) -> list[Doc]:
        """How members without a declared name are read, where they are not just any text."""
        free = map_type(content.type or ir.AnyType(), self._types)
        rest = FormMember(("string",)) if free is None else form_rest(free, self._types)
        return [] if rest == FormMember(("string",)) else [("rest=", rest.spell(self._use("Member")))]

    def _form_shape(self, content: ir.Content) -> Doc:
        unbounded = replace(self._spell, limits=False)
        type_ = content.type or ir.AnyType()
        arguments: tuple[Doc, ...] = (unbounded.of(type_),)
        arguments += ("decimal=True",) if self._types.decimal(type_) else ()
        return Group(f"{self._use('Shape')}(", arguments, ")")

    def _use(self, name: str) -> str:
        return self._spell.name(_GENERATED, name)


def elements(reading: Reading) -> tuple[ir.Item | ir.Event, ...]:
    """The kinds of elements of a sequence: one, but for events that have names."""
    item = reading.content.item
    return () if item is None else item.events or (item,)
