"""Endpoints: what happens between a matched request and its reply.

In: a `Plan`. Out: a class for each controller with one method for each operation. Never: loops, look-ups by name.
"""

from __future__ import annotations

from msgspec import UNSET

from katana import ir
from katana.gen.openapi import _formats, _media, _statuses
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._bounds import integer_bounds, spell_bound
from katana.gen.openapi._defaults import fits, spell
from katana.gen.openapi._guards import Guards
from katana.gen.openapi._names import Names, constant, pascal
from katana.gen.openapi._plan import Answer, Argument, Controller, Method, Plan
from katana.gen.openapi._responses import header_names
from katana.gen.openapi._types import Types
from katana.gen.openapi._validators import Validators
from katana.gen.source import WIDTH, Chain, Doc, Group, Module, flat, identifier, literal

_RUNTIME = "katana.runtime"
_GENERATED = "katana.runtime.generated"

_LOCALS = frozenset(
    ("INVALID", "REJECTED", "UNSET", "body", "boolean", "checked", "ctx", "encode_json", "header_fields", "integer")
    + ("isinstance", "number", "parameter", "problem_reply", "query", "recover", "result", "self", "single", "string")
    + ("text", "undeclared_response", "validators", *_formats.PREDICATES.values())
)
"""Names that an endpoint uses itself."""


class Endpoints:
    """Prints heads and endpoint classes into `routes.py`."""

    def __init__(
        self, plan: Plan, module: Module, spell_type: Annotations, validators: Validators, guards: Guards
    ) -> None:
        self._plan = plan
        self._module = module
        self._spell = spell_type
        self._validators = validators
        self._guards = guards
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

    def emit(self, controller: Controller, name: str) -> None:
        """The endpoints of a controller."""
        module = self._module
        module.space()
        with module.block(f"class {name}:"):
            api = module.use(f"{self._plan.package}.api", controller.name)
            guarded = self._guards.used_by(controller)
            security = f", security: {module.use(f'{self._plan.package}.api', 'Security')}" if guarded else ""
            with module.block(f"def __init__(self, api: {api}{security}) -> None:"):
                module.line("self._api = api")
                if guarded:
                    module.line("self._security = security")
            for method in controller.methods:
                module.space()
                module.comment(method.title)
                head = f"async def {identifier(method.operation.name)}(self, ctx: {self._use('Ctx')}) -> {self._use('Reply')}:"
                with module.block(head):
                    self._method(method)

    def _method(self, method: Method) -> None:
        guard = self._guards.function(method.operation)
        if guard:
            self._module.line(f"await {guard}(ctx, self._security)")
        if method.arguments or method.body is not None:
            self._decode(method)
        arguments: list[str] = ["ctx", *(_local(a) for a in method.path_arguments)]
        arguments += ["body"] * (method.body is not None)
        arguments += [f"{a.name}={_local(a)}" for a in method.keyword_arguments]
        call = Group(f"await self._api.{identifier(method.operation.name)}(", tuple(arguments), ")")
        self._module.line(("result = ", call))
        self._reply(method)

    def _decode(self, method: Method) -> None:
        module = self._module
        table = f"validators.{self._validators.tables[method.operation.name]}"
        with module.block("try:"):
            for index, argument in enumerate(method.path_arguments):
                self._argument(argument, table, index)
            if method.body is not None:
                self._body(method, method.body)
            first = len(method.path_arguments) + (method.body is not None)
            if any(a.parameter.location == "query" and self._fast(a) for a in method.keyword_arguments):
                module.line("query = ctx.query()")
            for index, argument in enumerate(method.keyword_arguments, first):
                self._argument(argument, table, index)
        with module.block(f"except {self._use_generated('INVALID')}:"):
            names = [_local(a) for a in method.path_arguments]
            names += ["body"] * (method.body is not None)
            names += [_local(a) for a in method.keyword_arguments]
            targets = Group("(", tuple(names), ")", lone=True, bare=len(names) > 1)
            module.line((targets, " = ", Group(f"{self._use_generated('recover')}(", ("ctx", table), ")")))

    def _argument(self, argument: Argument, table: str, index: int) -> None:
        """Code that binds one parameter; what has no decoder of its own is read by its table."""
        module, local = self._module, _local(argument)
        fast = self._fast(argument)
        if fast is None:
            call = Group(f"{self._use_generated('parameter')}(", ("ctx", table, str(index)), ")")
            module.line((f"{local} = ", call))
            return
        location, name = argument.parameter.location, literal(argument.parameter.name)
        if location == "path":
            module.line(f"{local} = {fast.format(text=f'ctx.args[{index}]')}")
            return
        read = f"{self._use_generated('single')}(query, {name})" if location == "query" else f"ctx.header({name})"
        module.line(f"text = {read}")
        decoded = fast.format(text="text")
        if argument.parameter.required:
            with module.block("if text is None:"):
                module.line(f"raise {self._use_generated('REJECTED')}")
            module.line(f"{local} = {decoded}")
        elif argument.optional and decoded == "text":
            module.line(f"{local} = text")
        else:
            default = "None" if argument.optional else self._default(argument.parameter)
            module.line(f"{local} = {default} if text is None else {decoded}")

    def _default(self, parameter: ir.Parameter) -> str:
        return spell(parameter.default, parameter.type, self._plan.types)

    def _fast(self, argument: Argument) -> str | None:
        """An expression over `{text}` that decodes the parameter as its schema says; None when there is none."""
        parameter = argument.parameter
        default = parameter.default
        if parameter.checks or parameter.location == "cookie":
            return None
        if default is not UNSET and not fits(default, parameter.type, self._plan.types):
            return None
        expression = self._scalar(self._plan.types.resolve(parameter.type), self._plan.types)
        return expression.replace("{", "{{").replace("}", "}}").replace("{{text}}", "{text}") if expression else None

    def _scalar(self, type_: ir.Type, types: Types) -> str | None:
        if not types.exact(type_):
            return None
        match type_:
            case ir.IntegerType(multiple_of=None):
                low, high = integer_bounds(type_)
                return self._call("integer", "{text}", low, high)
            case ir.NumberType(exclusive_minimum=None, exclusive_maximum=None):
                return self._call("number", "{text}", type_.minimum, type_.maximum)
            case ir.BooleanType():
                return f"{self._use_generated('boolean')}({{text}})"
            case ir.StringType(pattern=None) if _formats.python_type(type_.format) is None:
                return self._string(type_)
        return None

    def _string(self, type_: ir.StringType) -> str:
        predicate = _formats.PREDICATES.get(type_.format)
        low = type_.min_length or (None if type_.max_length is None else 0)
        if predicate:
            accepts = self._module.use("katana.runtime.generated.formats", predicate)
            return self._call("checked", f"{{text}}, {accepts}", low, type_.max_length)
        if low is None:
            return "{text}"
        return self._call("string", "{text}", low, type_.max_length)

    def _body(self, method: Method, content: ir.Content) -> None:
        """Code that binds `body`."""
        module = self._module
        kind = _media.kind(content.media_type)
        if kind == "json":
            shape = f"validators.{self._validators.shapes[method.operation.name]}"
            decoded: Doc = Group(f"{shape}.decode(", ("ctx.body",), ")")
        else:
            decoded = 'ctx.body.decode("utf-8")' if kind == "text" else "ctx.body"
        if not method.body_required:
            unset = module.use("msgspec", "UNSET")
            module.line(("body = ", Chain("", (decoded, "if ctx.body", f"else {unset}"))))
        elif kind == "json":
            module.line(("body = ", decoded))
        else:
            with module.block("if not ctx.body:"):
                module.line(f"raise {self._use_generated('REJECTED')}")
            module.line(("body = ", decoded))
        check = self._validators.body_checks.get(method.operation.name)
        if check:
            guard = "" if method.body_required else f"body is not {module.use('msgspec', 'UNSET')} and "
            with module.block(f"if {guard}not validators.{check}(body):"):
                module.line(f"raise {self._use_generated('REJECTED')}")

    def _reply(self, method: Method) -> None:
        module = self._module
        anything = None
        problems: dict[str, None] = {}
        for answer in method.answers:
            if answer.form == "problem":
                problems[self._use(answer.name)] = None
                continue
            test = self._test(answer)
            if test is None:
                anything = answer
                continue
            with module.block(("if ", test, ":")):
                self._answer(method, answer)
        if problems:
            specific = [name for name in problems if name.lstrip("_") != "Problem"]
            names = tuple(["Problem"] if len(specific) < len(problems) else specific)
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
            case ir.NumberType():
                return ["float", "int"]
            case ir.RefType():
                return None if self._plan.types.recursive(type_.name) else [flat(self._spell.named(type_.name))]
        return [flat(self._spell.of(type_))]

    def _answer(self, method: Method, answer: Answer) -> None:
        """The statements that make the reply of one answer."""
        module = self._module
        key = _head_key(answer)
        if key is None:
            head = self._checked_head(method, answer)
        else:
            head = self._heads[key]
        arguments: list[Doc] = [head]
        if answer.content is not None:
            value = "result" if answer.form == "bare" else "result.body"
            kind = _media.kind(answer.content.media_type)
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

    def _call(self, function: str, first: str, low: float | None, high: float | None) -> str:
        """A call with the bounds that there are."""
        bounds = [] if low is None and high is None else [low] if high is None else [low, high]
        spelled = ["None" if bound is None else spell_bound(bound, self._use_generated) for bound in bounds]
        return f"{self._use_generated(function)}({', '.join((first, *spelled))})"

    def _use(self, name: str) -> str:
        return self._module.use(_RUNTIME, name)

    def _use_generated(self, name: str) -> str:
        return self._module.use(_GENERATED, name)


def _local(argument: Argument) -> str:
    """The local variable for an argument."""
    return f"{argument.name}_" if argument.name in _LOCALS else identifier(argument.name)


def _head_key(answer: Answer) -> tuple[int, str] | None:
    status = _statuses.fixed(answer.response.status)
    if status is None or answer.form == "problem":
        return None
    return status, _media.content_type(answer.content.media_type) if answer.content is not None else ""
