"""Rules for the contents of request bodies and responses.

In: a Request Body Object or a Response Object. Out: findings. Never: the rules of the schemas below it.
"""

from __future__ import annotations

import re

from katana.spec.model import Node, Workspace, bare, is_misplaced_example, is_unread, is_xml

_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*(?:;.*)?\Z")  # RFC 9110, 8.3.1


def check_contents(owner: Node, workspace: Workspace) -> None:
    """All rules for the media types of a body, which are the members of its `content`."""
    content = owner.get("content")
    seen: set[str] = set()
    for key, node in content.members() if content is not None else ():
        if _check_name(key, node, seen, workspace):
            _check_schema(bare(key), node, workspace)
        seen.add(bare(key))


def _check_name(key: str, node: Node, seen: set[str], workspace: Workspace) -> bool:
    """Whether the key is a media type, and the first of its name."""
    if is_misplaced_example(key):
        workspace.findings.warning(
            node,
            "misplaced-examples",
            f"`{key}` is no media type: it is ignored",
            hint="examples belong below a media type",
            key=True,
        )
    elif not _MEDIA_TYPE.match(key):
        workspace.findings.error(
            node, "bad-media-type", "not a media type", key=True, hint="write, for example, application/json"
        )
    elif bare(key) in seen:
        workspace.findings.error(
            node,
            "duplicate-media-type",
            f"{bare(key)} is given twice; parameters do not tell media types apart",
            key=True,
        )
    else:
        return True
    return False


def _check_schema(media_type: str, entry: Node, workspace: Workspace) -> None:
    node = workspace.resolve(entry)
    schema = node.get("schema") if node is not None else None
    if schema is None or not is_unread(media_type, schema, workspace):
        return
    xml = is_xml(media_type)
    text = xml or media_type.startswith("text/")
    workspace.findings.warning(
        schema,
        "unchecked-xml" if xml else "unchecked-content",
        f"this schema is not checked: {media_type} is {'text' if text else 'octets'} for the controller",
        hint=f"say `type: string`{'' if text else ' with lengths at most'}, and describe the structure in words",
        key=True,
    )
