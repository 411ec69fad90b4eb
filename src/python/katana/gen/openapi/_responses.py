"""`responses.py`: classes for the responses that are more than a body.

In: a `Plan`. Out: the module's text. Never: responses that the runtime has a class for.
"""

from katana.gen.openapi import _statuses
from katana.gen.openapi._annotations import Annotations, union
from katana.gen.openapi._answers import Answer
from katana.gen.openapi._header import module_of
from katana.gen.openapi._names import Names
from katana.gen.openapi._plan import Method, Plan
from katana.gen.openapi._response_words import header_words, link_words, media_words
from katana.gen.openapi._sent_types import body_of, header_of
from katana.gen.source import Doc, Group, Module, identifier, one_line

_ATTRIBUTES = ("body", "length", "media_type", "status")
"""What a class has beside the headers."""


def emit(plan: Plan) -> str:
    """The text of `responses.py`."""
    module = module_of(plan, f"The responses of {plan.title} that have headers or no DTO of their own.")
    methods = (*plan.methods, *plan.sent_methods.values())
    answers = [(method, answer) for method in methods for answer in method.answers if answer.form == "class"]
    module.define(*(answer.name for _, answer in answers))
    spell_type = Annotations(plan.types, plan.stand_ins, module, dto=f"{plan.package}.dto", constrained=False)
    for method, answer in answers:
        module.space()
        _class(module, spell_type, method, answer)
    return module.render()


def header_names(answer: Answer) -> dict[str, str]:
    """Attribute by header; one that would clash with another attribute gets a number."""
    names = Names(_ATTRIBUTES)
    return {header.name: names.new(header.py_name) for header in answer.headers}


def _class(module: Module, spell_type: Annotations, method: Method, answer: Answer) -> None:
    attributes = header_names(answer)
    spell_type = spell_type.avoiding(frozenset((*attributes.values(), *_ATTRIBUTES)))
    bases = (module.use("msgspec", "Struct"), "frozen=True", "kw_only=True")
    with module.block(Group(f"class {identifier(answer.name)}(", bases, "):")):
        module.docstring(one_line(_summary(method, answer)))
        lines: list[Doc] = []
        if _statuses.fixed(answer.response.status) is None:
            lines.append(f"status: {spell_type.builtin('int')}")
        if answer.content is not None:
            if answer.ranged:
                lines.append(f"media_type: {spell_type.builtin('str')}")
            lines.append(("body: ", body_of(spell_type, answer.content)))
        for header in answer.headers:
            name = identifier(attributes[header.name])
            lines.append((f"{name}: ", header_of(spell_type, header), "" if header.required else " = None"))
        if answer.kind == "bytes":
            lines.append(("length: ", union((spell_type.builtin("int"), "None")), " = None"))
        if lines:
            module.line()
        for line in lines:
            module.line(line)


def _summary(method: Method, answer: Answer) -> str:
    status = answer.response.status
    word = f"any of {status}" if status.endswith("XX") else "any status" if status == "default" else status
    text = f"{word[0].upper()}{word[1:]} of {method.title}{media_words(answer)}."
    return text + header_words(answer) + link_words(answer)
