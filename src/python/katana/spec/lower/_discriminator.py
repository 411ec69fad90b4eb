"""Discriminators: which value of which property means which type.

In: a schema that has one beside `oneOf` or `anyOf`. Out: the property and the type's name for each value. Never:
validity, which only the variants decide (OAS 3.1, section 4.8.25.4). What does not tell the variants apart is left out
with a warning: the union is then decided by its schemas.
"""

from __future__ import annotations

from typing import Any

from katana.spec.lower._definitions import Definitions
from katana.spec.model import Node, ReferenceRefusedError, Workspace, parse_reference

Json = Any


def resolve_discriminator(node: Node, workspace: Workspace, definitions: Definitions) -> Json | None:
    """`{"propertyName": ..., "mapping": {value: type name}}`, or None (with a finding) when it is of no use."""
    discriminator = node.get("discriminator")
    if discriminator is None or not discriminator.text("propertyName"):
        return None
    variants = _variants(node, workspace)
    if variants is None:
        workspace.findings.warning(
            discriminator,
            "discriminator-inline",
            "a discriminator cannot tell variants apart that are written inline",
            hint="move each variant to components/schemas and refer to it",
        )
        return None
    names = {target.identity: definitions.name_of(target) for target in variants}
    mapping: dict[str, str] = {}
    explicit = discriminator.get("mapping")
    if explicit is not None:
        for value, entry in explicit.members():
            target = _mapped(entry, workspace)
            if target is None or target.identity not in names:
                workspace.findings.error(
                    entry, "discriminator-mapping", f"`{entry.value}` is none of the variants of this union"
                )
            else:
                mapping[value] = names[target.identity]
    for target in variants:
        if names[target.identity] not in mapping.values():
            mapping.setdefault(target.key or names[target.identity], names[target.identity])
    return {"propertyName": discriminator.text("propertyName"), "mapping": mapping}


def _variants(node: Node, workspace: Workspace) -> list[Node] | None:
    """What the variants refer to; None when one of them (other than null) is written inline."""
    union = node.get("oneOf") or node.get("anyOf")
    out = []
    for entry in union.items() if union is not None else ():
        reference = workspace.reference(entry)
        target = workspace.target(reference) if reference is not None else None
        if target is not None:
            out.append(target)
        elif not (isinstance(entry.value, dict) and entry.value.get("type") == "null"):
            return None
    return out


def _mapped(entry: Node, workspace: Workspace) -> Node | None:
    """The schema that a mapping names: a component by its name, or a reference (section 4.8.25.2)."""
    component = workspace.root.follow(("components", "schemas", entry.value))
    if component is not None and "/" not in entry.value:
        return component
    try:
        parse_reference(entry.value)
    except ReferenceRefusedError:
        return None
    return workspace.target(entry)
