"""Headers of responses and of parts.

In: a map of Header Objects. Out: `ir.Header`. Never: text; the style of headers is `simple`, and they do not explode
unless they say so (OAS 3.1, section 4.8.21).
"""

from __future__ import annotations

from msgspec import UNSET

from katana.ir import AnyType, Header
from katana.spec.lower._identifiers import extend, pascal, unique
from katana.spec.lower._reserved import ARGUMENT_NAMES
from katana.spec.lower._values import Value, Values
from katana.spec.model import Node, Workspace, bare

_ANYTHING = Value(AnyType(), {}, (), UNSET)


def headers(declared: Node | None, hint: str, values: Values, workspace: Workspace) -> tuple[Header, ...]:
    """The headers in document order; `Content-Type` is described by the content (OAS 3.1, section 4.8.17)."""
    found: list[tuple[str, Node]] = []
    for name, entry in declared.members() if declared is not None else ():
        node = workspace.resolve(entry)
        if node is not None and name.lower() != "content-type":
            found.append((name, node))
    # A word to itself: not `e_tag`.
    names = unique([name.replace("ETag", "Etag") for name, _ in found], "header", ARGUMENT_NAMES)
    out = []
    for (name, node), py_name in zip(found, names, strict=True):
        media_type, schema = _described(node, workspace)
        value = _ANYTHING if schema is None else values.of(schema, _name(node, extend(hint, name)))
        out.append(
            Header(
                name=name,
                py_name=py_name,
                type=value.type,
                schema=value.schema,
                required=node.flag("required"),
                explode=node.flag("explode"),
                media_type=media_type,
                checks=value.checks,
            )
        )
    return tuple(out)


def _described(node: Node, workspace: Workspace) -> tuple[str, Node | None]:
    """The media type, empty for a header with a style, and the schema."""
    content = node.get("content")
    for key, entry in content.members() if content is not None else ():
        described = workspace.resolve(entry)
        return bare(key), None if described is None else described.get("schema")
    return "", node.get("schema")


def _name(node: Node, hint: str) -> str:
    """A header that is shared lends its own name to its type."""
    return hint if node.tokens[:1] == ("paths",) else pascal(node.key or node.source.stem)
