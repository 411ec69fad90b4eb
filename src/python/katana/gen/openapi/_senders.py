"""`senders.py`: the requests that a service sends by itself, webhooks and callbacks.

In: a `Plan`. Out: the module's text; only a docstring when the contract has none. Never: how a request is retried,
signed or kept away from private addresses, which is the runtime's.
"""

from __future__ import annotations

from katana.gen.openapi import _media
from katana.gen.openapi._annotations import Annotations, union
from katana.gen.openapi._answers import Answer
from katana.gen.openapi._api import answer_type
from katana.gen.openapi._header import module_of
from katana.gen.openapi._names import Names, constant
from katana.gen.openapi._outgoing import Send, Sends
from katana.gen.openapi._plan import Argument, Method, Plan
from katana.gen.openapi._receiving import Receiving
from katana.gen.openapi._request_types import request_type
from katana.gen.openapi._words import argument_words, type_words
from katana.gen.source import Doc, Group, Module, flat, identifier, literal, one_line

_RUNTIME = "katana.runtime"
_WEBHOOKS = "katana.runtime.webhooks"
_LINKED = "katana.runtime.webhooks.generated"
_GENERATED = "katana.runtime.generated"
_TAKEN = frozenset(("body", "ctx", "delivery", "received", "self", "url"))
_USED = frozenset(
    (
        "Outgoing",
        "bool",
        "bytes",
        "encode_json",
        "float",
        "header_fields",
        "int",
        "list",
        "query_fields",
        "received_header",
        "received_json",
        "received_problem",
        "received_text",
        "str",
        "unexpected",
    )
)
"""Names that a method uses itself."""


def emit(plan: Plan) -> str:
    """The text of `senders.py`."""
    if not plan.sends:
        return module_of(plan, f"What {plan.title} sends by itself: nothing.").render()
    module = module_of(plan, f"What {plan.title} sends by itself.")
    module.define(*(sends.name for sends in plan.sends))
    _Printer(plan, module).emit()
    return module.render()


class _Printer:
    def __init__(self, plan: Plan, module: Module) -> None:
        self._plan = plan
        self._module = module
        self._names = Names()
        methods = frozenset(plan.sent_methods)
        dto = f"{plan.package}.dto"
        self._spell = Annotations(plan.types, plan.stand_ins, module, dto, constrained=False, avoid=methods)
        exact = Annotations(plan.types, plan.stand_ins, module, dto)
        self._receiving = Receiving(plan, module, self._spell, exact, self._names)

    def emit(self) -> None:
        """Constants and classes."""
        self._receiving.shapes()
        expressions = self._expressions()
        for sends in self._plan.sends:
            self._class(sends, expressions)

    def _expressions(self) -> dict[tuple[str, tuple[str, ...]], str]:
        found: dict[tuple[str, tuple[str, ...]], str] = {}
        for send in (request for sends in self._plan.sends for request in sends.requests if request.expression):
            key = send.expression, send.path_names
            if key in found:
                continue
            if not found:
                self._module.line()
            found[key] = self._names.new(f"_{constant(send.operation.name)}_URL")
            maker = self._module.use(_LINKED, "Expression")
            arguments = (literal(send.expression), *([f"path={literal(send.path_names)}"] if send.path_names else []))
            self._module.line((f"{found[key]} = ", Group(f"{maker}(", arguments, ")")))
        return found

    def _class(self, sends: Sends, expressions: dict[tuple[str, tuple[str, ...]], str]) -> None:
        module = self._module
        module.space()
        with module.block(f"class {identifier(sends.name)}:"):
            of = sends.of
            what = "The webhooks" if of is None else f"The callbacks of `{one_line(f'{of.method} {of.path}')}`"
            module.docstring(f"{what}. A constructor of a controller that names this class gets one.")
            module.space()
            sender = module.use(_WEBHOOKS, "Sender")
            with module.block(f"def __init__(self, sender: {sender}) -> None:"):
                module.line("self._sender = sender")
            for send in sends.requests:
                if send.expression:
                    self._url(send, expressions[send.expression, send.path_names])
                self._method(send, self._plan.sent_methods[send.operation.name])

    def _url(self, send: Send, name: str) -> None:
        module = self._module
        module.space()
        module.line("@staticmethod")
        ctx = f"ctx: {self._spell.name(_RUNTIME, 'Ctx')}"
        head = Group(f"def {identifier(send.operation.name)}_url(", (ctx,), f") -> {self._spell.builtin('str')}:")
        with module.block(head):
            expression = one_line(send.expression)
            lines = [
                f"Where `{send.operation.name}` goes: `{expression}` of the request that is being handled.",
                "",
                "Raises:",
                "    TargetRefused: the request does not say it.",
            ]
            module.docstring("\n".join(lines))
            module.line(f"return {name}.of(ctx)")

    def _method(self, send: Send, method: Method) -> None:
        module, spell = self._module, self._spell
        names = _argument_names(method)
        parameters: list[Doc] = ["self", ("ctx: ", union((spell.name(_RUNTIME, "Ctx"), "None")))]
        if method.has_body:
            parameters.append(("body: ", request_type(spell, method)))
        parameters += ["*", f"url: {spell.builtin('str')}"]
        for argument in method.arguments:
            type_ = argument.parameter.type
            optional = not argument.parameter.required
            spelled = spell.optional(type_, "None") if optional else spell.of(type_)
            parameters.append((f"{names[argument.name]}: ", spelled, " = None" if optional else ""))
        parameters.append(("delivery: ", union((spell.name(_WEBHOOKS, "Delivery"), "None")), " = None"))
        returns = union(tuple(answer_type(spell, self._plan, answer) for answer in method.answers))
        head = Group(f"async def {identifier(method.operation.name)}(", tuple(parameters), ")")
        module.space()
        with module.block((head, " -> ", returns, ":")):
            module.docstring(self._docstring(send, method, names))
            outgoing = Group(f"{module.use(_LINKED, 'Outgoing')}(", tuple(self._outgoing(method, names)), ")")
            module.line(("received = ", Group("await self._sender.send(", ("ctx", outgoing, "delivery"), ")")))
            self._receiving.emit(method)

    def _outgoing(self, method: Method, names: dict[str, str]) -> list[Doc]:
        parts: list[Doc] = [f"method={literal(method.operation.method)}", "url=url"]
        query: list[Doc] = []
        fields: list[Doc] = []
        for argument in method.arguments:
            parameter = argument.parameter
            name = names[argument.name]
            if parameter.location == "query":
                query.append(Group("(", (literal(parameter.name), name, literal(parameter.explode)), ")"))
            else:
                fields.append(Group("(", (literal(parameter.name), name), ")"))
        content = method.readings[0].content if method.readings else None
        if content is not None:
            fields.insert(0, Group("(", ('"content-type"', literal(_media.content_type(content.media_type))), ")"))
        if query:
            parts.append(("query=", Group(f"{self._module.use(_LINKED, 'query_fields')}(", tuple(query), ")")))
        if fields:
            header_fields = self._module.use(_GENERATED, "header_fields")
            parts.append(("fields=", Group(f"{header_fields}(", tuple(fields), ")")))
        if content is not None:
            text = method.readings[0].kind == "text"
            encode = 'body.encode("utf-8")' if text else f"{self._module.use(_GENERATED, 'encode_json')}(body)"
            parts.append(f"body={encode}")
        declared = _declared(method)
        if declared:
            parts.append(f"declared={declared}")
        return parts

    def _docstring(self, send: Send, method: Method, names: dict[str, str]) -> str:
        operation = method.operation
        types = self._plan.types
        kind = "Webhook" if send.outgoing.of == "" else "Callback"
        lines = [one_line(operation.summary) or f"{kind} `{one_line(send.outgoing.name)}`."]
        if operation.deprecated:
            lines += ["", "Deprecated."]
        lines += [
            "",
            "Args:",
            "    ctx: the request that is being handled, whose deadline counts; None: there is none.",
        ]
        if method.has_body:
            content = method.readings[0].content
            words = type_words(content.type, types) if content.type is not None else "content"
            lines.append(f"    body: {words}, `{content.media_type}`.")
        where = f"`self.{operation.name}_url(ctx)`, or one that was kept" if send.expression else "of the receiver"
        lines.append(f"    url: {where}.")
        for argument in method.arguments:
            plain = Argument(argument.parameter, argument.name)
            lines.append(f"    {names[argument.name]}: {one_line(argument_words(plain, types))}")
        lines.append("    delivery: id, signer or retries other than the usual ones.")
        lines += ["", "Returns:"]
        lines += [f"    {self._answer_words(answer)}" for answer in method.answers]
        lines += ["", "Raises:", "    SendError: it was not sent, or not answered as declared."]
        return "\n".join(lines)

    def _answer_words(self, answer: Answer) -> str:
        return f"{flat(answer_type(self._spell, self._plan, answer))}: {answer.response.status}."


def _argument_names(method: Method) -> dict[str, str]:
    names = Names((*_TAKEN, *_USED, *(a.name for a in method.arguments if a.name not in _TAKEN | _USED)))
    return {
        a.name: names.new(f"{a.name}_") if a.name in _TAKEN | _USED else identifier(a.name) for a in method.arguments
    }


def _declared(method: Method) -> str:
    """The declared statuses that are worth another attempt; the last of them is an answer like any other."""
    statuses = [answer.response.status for answer in method.answers]
    if "default" in statuses:
        return "range(100, 600)"
    codes = [int(status) for status in statuses if status.isdecimal() and (status[0] == "5" or status in _AGAIN)]
    ranges = [f"*range({status[0]}00, {int(status[0]) + 1}00)" for status in statuses if status in ("4XX", "5XX")]
    parts = [*map(str, codes), *ranges]
    return f"({', '.join(parts)},)" if len(parts) == 1 else f"({', '.join(parts)})" if parts else ""


_AGAIN = frozenset(("408", "425", "429"))
