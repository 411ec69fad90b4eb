"""What receivers answer: statements that turn an answer into what the contract declares.

In: the answers of a request that the service sends. Out: tests of the status and `return`. Never: an answer that is not
declared: the last statement then raises.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from katana import ir
from katana.gen.openapi import _statuses
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._answers import Answer
from katana.gen.openapi._names import Names, constant
from katana.gen.openapi._plan import Method, Plan
from katana.gen.openapi._responses import header_names
from katana.gen.openapi._schemas import asserting
from katana.gen.openapi._sent_types import header_of
from katana.gen.source import Doc, Group, Module, literal

_RUNTIME = "katana.runtime"
_GENERATED = "katana.runtime.generated"
_LINKED = "katana.runtime.webhooks.generated"


def received_json(plan: Plan) -> Iterator[ir.Content]:
    """The JSON that receivers answer with."""
    for method in plan.sent_methods.values():
        for answer in method.answers:
            if answer.kind == "json" and answer.content is not None and answer.content.type is not None:
                yield answer.content


class Receiving:
    """Prints the end of each method, and the shapes of what it reads."""

    def __init__(self, plan: Plan, module: Module, plain: Annotations, exact: Annotations, names: Names) -> None:
        self._plan = plan
        self._module = module
        self._plain = plain
        self._exact = exact
        self._names = names
        self._shapes: dict[str, str] = {}

    def shapes(self) -> None:
        """A constant for each kind of JSON."""
        contents = list(received_json(self._plan))
        if not contents:
            return
        module = self._module
        module.space()
        for content in contents:
            key = self._key(content)
            if key in self._shapes or content.type is None:
                continue
            stem = constant(content.type.name) if isinstance(content.type, ir.RefType) else "ANSWER"
            name = self._shapes[key] = self._names.new(f"_{stem}")
            annotation = self._exact.of(content.type)
            schemas = module.use(f"{self._plan.package}.validators", "SCHEMAS")
            arguments: tuple[Doc, ...] = (annotation, schemas, literal(json.dumps(asserting(content.schema))))
            arguments += ("decimal=True",) if self._plan.types.decimal(content.type) else ()
            maker = module.use(_GENERATED, "CheckedShape")
            head = Group(f"{name}: {maker}[", (annotation,), "]", comma=False)
            module.line((head, " = ", Group(f"{maker}(", arguments, ")")))

    def emit(self, method: Method) -> None:
        """Code that returns what `received` is."""
        last = None
        for answer in sorted(method.answers, key=_breadth):
            status = answer.response.status
            fixed = _statuses.fixed(status)
            if status == "default":
                last = answer
                continue
            low = int(status[0]) * 100
            test = f"received.status == {fixed}" if fixed is not None else f"{low} <= received.status <= {low + 99}"
            with self._module.block(f"if {test}:"):
                self._module.line(("return ", self._value(answer)))
        if last is not None:
            self._module.line(("return ", self._value(last)))
        else:
            self._module.line(f"raise {self._module.use(_LINKED, 'unexpected')}(received)")

    def _value(self, answer: Answer) -> Doc:
        if answer.form == "empty":
            return f"{self._plain.name(_RUNTIME, 'NoContent')}()"
        if answer.form == "problem":
            cls = self._plain.name(_RUNTIME, answer.name)
            return Group(f"{self._module.use(_LINKED, 'received_problem')}(", ("received", cls), ")")
        if answer.form == "bare" and answer.content is not None:
            return self._body(answer.content, answer)
        arguments: list[Doc] = []
        if _statuses.fixed(answer.response.status) is None:
            arguments.append("status=received.status")
        if answer.content is not None:
            arguments.append(("body=", self._body(answer.content, answer)))
        attributes = header_names(answer)
        for header in answer.headers:
            function = self._module.use(_LINKED, "received_header")
            value = Group(f"{function}(", ("received", literal(header.name), header_of(self._plain, header)), ")")
            arguments.append((f"{attributes[header.name]}=", value))
        cls = self._plain.name(f"{self._plan.package}.responses", answer.name)
        return Group(f"{cls}(", tuple(arguments), ")")

    def _body(self, content: ir.Content, answer: Answer) -> Doc:
        if answer.kind == "bytes":
            return "received.body"
        if answer.kind == "text":
            return f"{self._module.use(_LINKED, 'received_text')}(received)"
        shape = "None" if content.type is None else self._shapes[self._key(content)]
        return Group(f"{self._module.use(_LINKED, 'received_json')}(", ("received", shape), ")")

    def _key(self, content: ir.Content) -> str:
        return json.dumps(content.schema, sort_keys=True)


def _breadth(answer: Answer) -> int:
    """Statuses before ranges (OAS 3.1, 4.8.16)."""
    return 0 if answer.response.status.isdecimal() else 1
