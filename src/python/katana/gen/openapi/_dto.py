"""`dto.py`: the named types.

In: a `Plan`. Out: the module's text. Never: constraints that msgspec cannot say; those are in `validators.py`.
"""

from dataclasses import replace

from msgspec import UNSET

from katana import ir
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._defaults import fits, spell
from katana.gen.openapi._header import module_of
from katana.gen.openapi._memory import tracked_types
from katana.gen.openapi._plan import Plan
from katana.gen.openapi._tags import Tags
from katana.gen.openapi._variants import variant_schema
from katana.gen.source import Chain, Doc, Group, Module, identifier, literal

_GENERATED = "katana.runtime.generated"


def emit(plan: Plan) -> str:
    """The text of `dto.py`."""
    module = module_of(plan, f"The types of {plan.title}.")
    module.use("__future__", "annotations")
    module.define(*plan.types.named, *plan.stand_ins.anonymous)
    spell_type = Annotations(plan.types, plan.stand_ins, module, dto=None)
    if any(plan.stand_ins.undecided()):
        _schemas(module, plan.package)
    tracked = tracked_types(plan.api, plan.types)
    for definition in plan.api.types:
        module.space()
        module.comment(f"ref: {definition.pointer}")
        if isinstance(definition.type, ir.ObjectType):
            untracked = definition.name not in tracked
            _struct(module, spell_type, definition.name, definition.type, untracked=untracked)
        elif definition.name in plan.stand_ins.named:
            _stand_in(module, spell_type, definition.name, plan.stand_ins.named[definition.name])
        elif plan.types.recursive(definition.name):
            _recursive(module, spell_type, definition)
        else:
            module.line((f"type {identifier(definition.name)} = ", spell_type.of(definition.type)))
    for name, union in plan.stand_ins.anonymous.items():
        module.space()
        _stand_in(module, spell_type, name, union)
    return module.render()


def _struct(module: Module, spell_type: Annotations, name: str, type_: ir.ObjectType, *, untracked: bool) -> None:
    spell_type = spell_type.avoiding(frozenset(field.py_name for field in type_.fields))
    spell_type = replace(spell_type, files=name in spell_type.types.forms)
    renamed = {field.py_name: field.name for field in type_.fields if field.py_name != field.name}
    options: list[Doc] = [module.use("msgspec", "Struct"), "frozen=True", "kw_only=True"]
    if untracked:
        options.append("gc=False")
    if type_.closed:
        options.append("forbid_unknown_fields=True")
    if renamed:
        pairs = tuple(f"{literal(py_name)}: {literal(json_name)}" for py_name, json_name in renamed.items())
        options.append(Group("rename={", pairs, "}"))
    with module.block(Group(f"class {identifier(name)}(", tuple(options), "):")):
        for field in type_.fields:
            module.line(_field(spell_type, field))
        if not type_.fields:
            module.line("pass")


def _field(spell_type: Annotations, field: ir.Field) -> Doc:
    name = identifier(field.py_name)
    if field.default is not UNSET and not field.required:
        return (f"{name}: ", spell_type.of(field.type), " = ", _default(spell_type, field))
    if field.required:
        return (f"{name}: ", spell_type.of(field.type))
    unset_type = spell_type.name("msgspec", "UnsetType")
    return (f"{name}: ", spell_type.optional(field.type, unset_type), f" = {spell_type.name('msgspec', 'UNSET')}")


def _default(spell_type: Annotations, field: ir.Field) -> Doc:
    value = field.default
    if fits(value, field.type, spell_type.types) and not isinstance(value, list | dict):
        return spell(value, field.type, spell_type.types)
    if value in ([], {}) and fits(value, field.type, spell_type.types):
        return literal(value)
    head = f"{spell_type.name('msgspec', 'field')}(default_factory=lambda: {spell_type.name(_GENERATED, 'default')}("
    return Group(head, (literal(value), spell_type.of(field.type)), "))")


def _stand_in(module: Module, spell_type: Annotations, name: str, union: ir.UnionType) -> None:
    plain = Chain("|", tuple(spell_type.of(variant) for variant in union.variants))
    with module.block(f"if {module.use('typing', 'TYPE_CHECKING')}:"):
        module.line((f"type {identifier(name)} = ", plain))
    tags = spell_type.types.tags(union)
    with module.block("else:"):
        made = _chosen(module, spell_type, name, union) if tags is None else _tagged(module, spell_type, name, tags)
        module.line((f"{name} = ", made))


def _chosen(module: Module, spell_type: Annotations, name: str, union: ir.UnionType) -> Doc:
    """A union whose variants their schemas tell apart."""
    variants = tuple(
        Group("(", (spell_type.of(variant), literal(variant_schema(variant))), ")") for variant in union.variants
    )
    make = module.use(_GENERATED, "choice")
    return Group(f"{make}(", (literal(name), "_schemas", ("lambda: ", Group("(", variants, ")"))), ")")


def _tagged(module: Module, spell_type: Annotations, name: str, tags: Tags) -> Doc:
    """A union whose variants one member tells apart."""
    variants = tuple(f"{literal(word)}: {spell_type.named(each)}" for word, each in tags.variants.items())
    arguments: list[Doc] = [literal(name), literal(tags.member), ("lambda: ", Group("{", variants, "}"))]
    if tags.null:
        arguments.append("null=True")
    return Group(f"{module.use(_GENERATED, 'tagged')}(", tuple(arguments), ")")


def _recursive(module: Module, spell_type: Annotations, definition: ir.TypeDef) -> None:
    """Msgspec cannot take a type that contains itself without a class between; JSON values pass as they are."""
    with module.block(f"if {module.use('typing', 'TYPE_CHECKING')}:"):
        module.line((f"type {identifier(definition.name)} = ", spell_type.of(definition.type)))
    with module.block("else:"):
        module.line(f"{definition.name} = {module.use('typing', 'Any')}")


def _schemas(module: Module, package: str) -> None:
    module.space()
    with module.block(f"def _schemas() -> {module.use(_GENERATED, 'Schemas')}:"):
        module.line(f"from {package}.validators import SCHEMAS")
        module.line()
        module.line("return SCHEMAS")
