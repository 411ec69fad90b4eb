"""The second half of an endpoint: what the controller returned becomes a reply.

In: the answers of an operation. Out: tests and `Reply(...)`. Never: an answer that the contract does not declare.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi import _media, _statuses
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._names import Names, constant, pascal
from katana.gen.openapi._plan import Answer, Method, Plan
from katana.gen.openapi._responses import header_names
from katana.gen.source import Chain, Doc, Group, Module, flat, literal

_RUNTIME = "katana.runtime"
_GENERATED = "katana.runtime.generated"


class Replies:
    """Prints heads, and the end of each endpoint."""

    def __init__(self, plan: Plan, module: Module, spell_type: Annotations) -> None:
        self._plan = plan
        self._module = module
        self._spell = spell_type
        self._heads: dict[tuple[int, str], str] = {}

    def heads(self) -> None:
        """One `Head` for each status and media type."""
        names = Names()
        for method in self._plan.methods:
            for answer in method.answers:
                key = _head_key(answer)
                if key is not None and key not in self._heads:
                    media = constant(pascal(key[1].partition(";")[0].rpartition("/")[2]))
                    word = constant(_statuses.word(str(key[0])))
                    self._heads[key] = names.new(f"_{word}_{media}".rstrip("_"))
        if self._heads:
            self._module.space()
        for (status, content_type), name in sorted(self._heads.items()):
            arguments = (str(status), literal(content_type)) if content_type else (str(status),)
            self._module.line(Group(f"{name} = {self._use('Head')}(", arguments, ")"))

    def emit(self, method: Method) -> None:
        """Code that makes the reply out of `result`."""
        module = self._module
        anything = None
        problems: dict[str, None] = {}
        for answer in method.answers:
            if answer.form == "problem":
                problems[answer.name] = None
                continue
            test = self._test(answer)
            if test is None:
                anything = answer
                continue
            with module.block(("if ", test, ":")):
                self._answer(method, answer)
        if problems:
            names = tuple(self._use(name) for name in (["Problem"] if "Problem" in problems else problems))
            with module.block(("if isinstance(result, ", Chain("|", names), "):")):
                module.line(f"return {self._use('problem_reply')}(ctx, result)")
        if anything is not None:
            self._answer(method, anything)
            return
        module.line(self._undeclared(method))

    def _test(self, answer: Answer) -> Doc | None:
        """Whether `result` is this answer; None when any value is."""
        if answer.form == "empty":
            return f"isinstance(result, {self._use('NoContent')})"
        if answer.form == "class":
            return f"isinstance(result, {self._module.use(f'{self._plan.package}.responses', answer.name)})"
        type_ = answer.content.type if answer.content is not None else None
        classes = None if type_ is None else self._classes(type_)
        if classes is None:
            return None
        names = [name for name in classes if name != "None"]
        test = ("isinstance(result, ", Chain("|", tuple(names)) if len(names) > 1 else names[0], ")") if names else None
        if "None" not in classes:
            return test
        return "result is None" if test is None else ("result is None or ", *test)

    def _classes(self, type_: ir.Type) -> list[str] | None:
        """The classes of the values of a type; None when it may be anything."""
        type_ = self._plan.types.resolve(type_)
        match type_:
            case ir.AnyType():
                return None
            case ir.UnionType():
                each = [self._classes(variant) for variant in type_.variants]
                if any(classes is None for classes in each):
                    return None
                return list(dict.fromkeys(name for classes in each for name in classes or ()))
            case ir.EnumType():
                python = {str: "str", int: "int", bool: "bool", float: "float", type(None): "None"}
                names = [python.get(type(value)) for value in type_.values]
                return None if None in names else list(dict.fromkeys(name for name in names if name))
            case ir.ArrayType():
                return ["list"]
            case ir.MapType() | ir.ObjectType():
                return ["dict"]
            case ir.NumberType() if type_.format != "decimal":
                return ["float", "int"]
            case ir.RefType():
                return None if self._plan.types.recursive(type_.name) else [flat(self._spell.named(type_.name))]
        return [flat(self._spell.of(type_))]

    def _answer(self, method: Method, answer: Answer) -> None:
        """The statements that make the reply of one answer."""
        module = self._module
        key = _head_key(answer)
        arguments: list[Doc] = [self._checked_head(method, answer) if key is None else self._heads[key]]
        if answer.content is not None:
            value = "result" if answer.form == "bare" else "result.body"
            kind = _media.kind(answer.content, self._plan.types)
            encoded = {"text": f'{value}.encode("utf-8")', "bytes": value}
            arguments.append(encoded.get(kind, f"{self._use_generated('encode_json')}({value})"))
        if answer.headers:
            fields = self._fields(answer)
            arguments.append(fields if answer.content is not None else ("fields=", fields))
        module.line(Group(f"return {self._use('Reply')}(", tuple(arguments), ")"))

    def _fields(self, answer: Answer) -> Doc:
        """The header fields: a literal tuple when all are required text, else through `header_fields`."""
        attributes = header_names(answer)
        pairs = tuple(
            Group("(", (literal(header.name), f"result.{attributes[header.name]}"), ")") for header in answer.headers
        )
        plain = all(
            header.required
            and isinstance(self._plan.types.resolve(header.type), ir.StringType)
            and flat(self._spell.of(self._plan.types.resolve(header.type))) == "str"
            for header in answer.headers
        )
        return (
            Group("(", pairs, ")", lone=True)
            if plain
            else Group(f"{self._use_generated('header_fields')}(", pairs, ")")
        )

    def _checked_head(self, method: Method, answer: Answer) -> str:
        """A head with the status that the handler chose, if the contract has it."""
        status = answer.response.status
        low, high = (200, 599) if status == "default" else (int(status[0]) * 100, int(status[0]) * 100 + 99)
        with self._module.block(f"if not {low} <= result.status <= {high}:"):
            self._module.line(self._undeclared(method))
        media = f", {literal(_media.content_type(answer.content.media_type))}" if answer.content is not None else ""
        return f"{self._use('Head')}(result.status{media})"

    def _undeclared(self, method: Method) -> Doc:
        function = self._use("undeclared_response")
        return Group(f"raise {function}(", (literal(method.operation.operation_id), "result"), ")")

    def _use(self, name: str) -> str:
        return self._module.use(_RUNTIME, name)

    def _use_generated(self, name: str) -> str:
        return self._module.use(_GENERATED, name)


def _head_key(answer: Answer) -> tuple[int, str] | None:
    status = _statuses.fixed(answer.response.status)
    if status is None or answer.form == "problem":
        return None
    return status, _media.content_type(answer.content.media_type) if answer.content is not None else ""
