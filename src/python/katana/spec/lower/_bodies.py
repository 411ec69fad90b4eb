"""Request bodies and responses.

In: resolved nodes. Out: `ir.Body`, `ir.Response`. Never: encodings of parts (refused before this stage).
"""

from __future__ import annotations

from katana.ir import Body, Content, Response
from katana.spec.lower._identifiers import extend, pascal
from katana.spec.lower._parameters import headers
from katana.spec.lower._values import Values
from katana.spec.model import Node, Workspace


def media_type(key: str) -> str:
    """A media type without parameters, in lower case (RFC 9110, section 8.3.1: both are case-insensitive)."""
    return key.partition(";")[0].strip().lower()


def body(entry: Node, hint: str, values: Values, workspace: Workspace) -> Body | None:
    """The request body at `entry`; `hint` is the operation's name in PascalCase."""
    node = workspace.resolve(entry)
    if node is None:
        return None
    name = _shared(entry, node, "Request") or hint + "Request"
    return Body(
        pointer=values.definitions.place(node),
        contents=_contents(node, name, values),
        required=node.flag("required"),
    )


def responses(declared: Node | None, hint: str, values: Values, workspace: Workspace) -> tuple[Response, ...]:
    """The responses of an operation in document order."""
    entries = [] if declared is None else [(s, n) for s, n in declared.members() if not s.startswith("x-")]
    main = min((status for status, _ in entries if status.startswith("2")), default="")
    out = []
    for status, entry in entries:
        node = workspace.resolve(entry)
        if node is None:
            continue
        name = _shared(entry, node, "Response") or extend(hint + "Response", "" if status == main else status)
        out.append(
            Response(
                status=status,
                pointer=values.definitions.place(node),
                headers=headers(node.get("headers"), name, values, workspace),
                contents=_contents(node, name, values),
            )
        )
    return tuple(out)


def _contents(node: Node, name: str, values: Values) -> tuple[Content, ...]:
    content = node.get("content")
    return tuple(_content(key, entry, name, values) for key, entry in content.members()) if content is not None else ()


def _content(key: str, node: Node, name: str, values: Values) -> Content:
    schema = node.get("schema")
    if schema is None:
        return Content(media_type=media_type(key))
    value = values.of(schema, name)
    return Content(media_type=media_type(key), type=value.type, schema=value.schema, checks=value.checks)


def _shared(entry: Node, node: Node, role: str) -> str:
    """The name of a body or response that is written elsewhere, or nothing when it stands at the operation."""
    if node.identity == entry.identity:
        return ""
    name = pascal(node.key or node.source.stem)
    return name if name.endswith(role) else name + role
