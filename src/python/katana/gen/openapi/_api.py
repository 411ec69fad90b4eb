"""`api.py`: the interfaces that people implement, one abstract class for each tag, and `Security`.

In: a `Plan`. Out: the module's text. Never: how a request becomes arguments; that is `routes.py`.
"""

from katana.gen.openapi import _security
from katana.gen.openapi._annotations import Annotations, union
from katana.gen.openapi._answers import Answer
from katana.gen.openapi._header import module_of
from katana.gen.openapi._plan import Argument, Controller, Method, Plan
from katana.gen.openapi._request_types import body_words, request_type
from katana.gen.openapi._response_words import link_words, media_words, problem_words
from katana.gen.openapi._sent_types import body_of
from katana.gen.openapi._words import argument_words
from katana.gen.source import Doc, Group, Module, flat, identifier, one_line

_RUNTIME = "katana.runtime"


def emit(plan: Plan) -> str:
    """The text of `api.py`."""
    module = module_of(plan, f"The interfaces of {plan.title}: implement them, the router calls them.")
    module.define(*(controller.name for controller in plan.controllers))
    if plan.schemes:
        module.define("Security")
    dto = f"{plan.package}.dto"
    for controller in plan.controllers:
        methods = frozenset(method.operation.name for method in controller.methods)
        spell_type = Annotations(plan.types, plan.stand_ins, module, dto, constrained=False, avoid=methods)
        _controller(module, spell_type, plan, controller)
    if plan.schemes:
        _security.emit(module, plan)
    return module.render()


def _controller(module: Module, spell_type: Annotations, plan: Plan, controller: Controller) -> None:
    module.space()
    with module.block(f"class {identifier(controller.name)}({module.use('abc', 'ABC')}):"):
        module.docstring(f"Operations tagged `{one_line(controller.tag)}`.")
        for method in controller.methods:
            module.space()
            module.line(f"@{module.use('abc', 'abstractmethod')}")
            with module.block(signature(spell_type, plan, method)):
                module.docstring(_docstring(plan, method, spell_type))


def signature(spell_type: Annotations, plan: Plan, method: Method) -> Doc:
    """The line that opens the definition of a method, its colon included."""
    parameters: list[Doc] = ["self", f"ctx: {spell_type.name(_RUNTIME, 'Ctx')}"]
    parameters += [_parameter(spell_type, argument) for argument in method.path_arguments]
    if method.has_body:
        parameters.append(("body: ", request_type(spell_type, method)))
    if method.keyword_arguments:
        parameters.append("*")
    parameters += [_parameter(spell_type, argument) for argument in method.keyword_arguments]
    head = Group(f"async def {identifier(method.operation.name)}(", tuple(parameters), ")")
    return (head, " -> ", returns(spell_type, plan, method), ":")


def _parameter(spell_type: Annotations, argument: Argument) -> Doc:
    type_ = argument.parameter.type
    spelled = spell_type.optional(type_, "None") if argument.optional else spell_type.of(type_)
    return (f"{identifier(argument.name)}: ", spelled)


def returns(spell_type: Annotations, plan: Plan, method: Method) -> Doc:
    """The union of the declared responses, in the order of the document."""
    return union(tuple(answer_type(spell_type, plan, answer) for answer in method.answers))


def answer_type(spell_type: Annotations, plan: Plan, answer: Answer) -> Doc:
    """The type of one response."""
    if answer.form == "bare" and answer.content is not None:
        return body_of(spell_type, answer.content)
    if answer.form == "class":
        return spell_type.name(f"{plan.package}.responses", answer.name)
    return spell_type.name(_RUNTIME, answer.name)


def _docstring(plan: Plan, method: Method, spell_type: Annotations) -> str:
    operation = method.operation
    lines = [one_line(operation.summary) or f"Operation `{operation.operation_id}`."]
    if operation.deprecated:
        lines += ["", "Deprecated."]
    lines += ["", method.title]
    if method.arguments or method.has_body:
        lines += ["", "Args:"]
        lines += [f"    {a.name}: {one_line(argument_words(a, plan.types))}" for a in method.path_arguments]
        if method.has_body:
            lines.append(f"    body: {body_words(method, plan.types)}")
        lines += [f"    {a.name}: {one_line(argument_words(a, plan.types))}" for a in method.keyword_arguments]
    lines += ["", "Returns:"]
    lines += [f"    {_answer_words(spell_type, plan, answer)}" for answer in method.answers]
    return "\n".join(lines)


def _answer_words(spell_type: Annotations, plan: Plan, answer: Answer) -> str:
    status = answer.response.status
    name = flat(answer_type(spell_type, plan, answer))
    links = one_line(link_words(answer))
    links = f" {links}" if links else ""
    if answer.form != "problem":
        return f"{name}: {status}{media_words(answer)}.{links}"
    return f"{name}: {status}, {one_line(problem_words(answer, plan.types))}{links}"
