"""Request bodies and responses.

In: resolved nodes. Out: `ir.Body`, `ir.Response`. Never: what becomes of a media type.
"""

from __future__ import annotations

from katana.ir import Body, Content, Response
from katana.spec.lower._encodings import encodings_of
from katana.spec.lower._headers import headers
from katana.spec.lower._identifiers import extend, pascal
from katana.spec.lower._links import Targets
from katana.spec.lower._sequences import item_of
from katana.spec.lower._values import Values
from katana.spec.model import Node, Workspace, bare, has_no_body, is_misplaced_example, is_unread


def body(entry: Node, hint: str, values: Values, workspace: Workspace) -> Body | None:
    """The request body at `entry`; `hint` is the operation's name in PascalCase."""
    node = workspace.resolve(entry)
    if node is None:
        return None
    name = _shared(entry, node, "Request") or hint + "Request"
    return Body(
        pointer=values.definitions.place(node),
        contents=_contents(node, name, values, workspace),
        required=node.flag("required"),
    )


def responses(
    declared: Node | None, hint: str, values: Values, workspace: Workspace, targets: Targets | None = None
) -> tuple[Response, ...]:
    """The responses at `declared` in document order; without `targets` their links are left out."""
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
                contents=() if has_no_body(status) else _contents(node, name, values, workspace),
                links=() if targets is None else targets.links(node),
            )
        )
    return tuple(out)


def undeclared(pointer: str, *, received: bool) -> tuple[Response, ...]:
    """What an operation that declares nothing answers (3.1 allows that): 204, or any success where it is sent."""
    return (Response(status="204" if received else "2XX", pointer=pointer),)


def _contents(node: Node, name: str, values: Values, workspace: Workspace) -> tuple[Content, ...]:
    content = node.get("content")
    entries = content.members() if content is not None else ()
    resolved = [(key, workspace.resolve(entry)) for key, entry in entries if not is_misplaced_example(key)]
    return tuple(_content(bare(key), one, name, values, workspace) for key, one in resolved if one is not None)


def _content(media_type: str, node: Node, name: str, values: Values, workspace: Workspace) -> Content:
    item = item_of(node, media_type, name, values, workspace)
    schema = node.get("schema")
    # What is said about a sequence as a whole is said about its elements; there is no type for the whole.
    if schema is None or item is not None or is_unread(media_type, schema, workspace):
        return Content(media_type=media_type, item=item)
    value = values.of(schema, name)
    return Content(
        media_type=media_type,
        type=value.type,
        schema=value.schema,
        checks=value.checks,
        encodings=encodings_of(node, media_type, name, values, workspace),
    )


def _shared(entry: Node, node: Node, role: str) -> str:
    """The name of a body or response that is written elsewhere, or nothing when it stands at the operation."""
    if node.identity == entry.identity:
        return ""
    name = pascal(node.key or node.source.stem)
    return name if name.endswith(role) else name + role
