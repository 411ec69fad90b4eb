"""Parameters.

In: resolved nodes. Out: `ir.Parameter`. Never: decoding. The standard's defaults are filled in here
(OAS 3.1, section 4.8.12.2): style `form` in queries and cookies, `simple` elsewhere; `form` and `cookie` explode.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from msgspec import UNSET

from katana.ir import AnyType, Location, Parameter
from katana.spec.lower._identifiers import extend, pascal, unique
from katana.spec.lower._reserved import ARGUMENT_NAMES
from katana.spec.lower._values import Value, Values
from katana.spec.model import Node, Workspace, bare, is_ignored_header, template_names

_ORDER = ("path", "query", "querystring", "header", "cookie")
_ANYTHING = Value(AnyType(), {}, (), UNSET)


def parameters(
    nodes: Iterable[Node], path: str, hint: str, values: Values, workspace: Workspace
) -> tuple[Parameter, ...]:
    """The parameters of an operation in the IR's order."""
    position = {name: index for index, name in enumerate(template_names(path))}
    kept = [node for node in nodes if not is_ignored_header(node)]
    ordered = sorted(kept, key=lambda node: _rank(node, position))
    names = unique([node.text("name") for node in ordered], "arg", ARGUMENT_NAMES)
    return tuple(_parameter(node, name, hint, values, workspace) for node, name in zip(ordered, names, strict=True))


def _rank(node: Node, position: dict[str, int]) -> tuple[int, int]:
    location = node.text("in")
    return _ORDER.index(location), position.get(node.text("name"), 0) if location == "path" else 0


def _parameter(node: Node, py_name: str, hint: str, values: Values, workspace: Workspace) -> Parameter:
    location = cast("Location", node.text("in"))
    media, schema = _described(node, workspace)
    style = "" if media else node.text("style") or ("form" if location in ("query", "cookie") else "simple")
    name = _name(node, extend(hint, node.text("name")))
    value = _ANYTHING if schema is None else values.of(schema, name)
    required = location == "path" or node.flag("required")
    return Parameter(
        name=node.text("name"),
        py_name=py_name,
        location=location,
        type=value.type,
        schema=value.schema,
        pointer=values.definitions.place(node),
        style=style,
        explode=location == "querystring" or node.value.get("explode", style in ("form", "cookie")),
        required=required,
        allow_reserved=node.flag("allowReserved"),
        allow_empty=node.flag("allowEmptyValue"),
        media_type=media,
        default=UNSET if required else value.default,
        checks=value.checks,
    )


def _described(node: Node, workspace: Workspace) -> tuple[str, Node | None]:
    """The media type of a parameter that has `content` (with exactly one entry), and its schema."""
    content = node.get("content")
    for key, entry in content.members() if content is not None else ():
        described = workspace.resolve(entry)
        return bare(key), None if described is None else described.get("schema")
    return "", _schema(node)


def _schema(node: Node) -> Node:
    schema = node.get("schema")
    if schema is None:
        raise AssertionError(f"validation let pass a parameter without schema: {node.pointer}")
    return schema


def _name(node: Node, hint: str) -> str:
    """A parameter that is shared lends its own name to its type."""
    listed = node.parent is not None and isinstance(node.parent.value, list)
    return hint if listed or node.tokens[:1] == ("paths",) else pascal(node.key or node.source.stem)
