"""Rules for sequences of values: Server-Sent Events, JSON lines, JSON text sequences.

In: a Media Type Object. Out: findings. Never: the rules of the schemas below it.
"""

from __future__ import annotations

from katana.spec.model import EVENT_MEMBERS, EVENT_STREAM, Node, Workspace, bare, events, is_array, is_sequential

_OF_THE_WHOLE = ("contains", "maxItems", "minItems", "prefixItems", "unevaluatedItems", "uniqueItems")


def check_sequence(node: Node, workspace: Workspace) -> None:
    """All rules for what stands at `node`, an entry of `content`: only there has it a media type."""
    entry = workspace.resolve(node)
    if entry is not None and node.parent is not None and node.parent.key == "content":
        _check(entry, bare(node.key), workspace)


def _check(node: Node, media_type: str, workspace: Workspace) -> None:
    item = node.get("itemSchema")
    if item is not None and not is_sequential(media_type):
        _misplaced(item, media_type, workspace)
        return
    if item is not None and media_type == EVENT_STREAM and events(item, workspace) is None:
        workspace.findings.error(
            item,
            "bad-event-schema",
            "`itemSchema` of Server-Sent Events describes an object with the members "
            f"{', '.join(f'`{name}`' for name in EVENT_MEMBERS)}",
            hint="describe the payload as `contentSchema` of the member `data`, with "
            "`contentMediaType: application/json`",
            key=True,
        )
    schema = node.get("schema")
    whole = workspace.resolve(schema) if schema is not None else None
    if schema is None or whole is None or not is_sequential(media_type):
        return
    asserted = [name for name in _OF_THE_WHOLE if is_array(whole) and name in whole.value]
    if asserted:
        workspace.findings.warning(
            schema,
            "unchecked-sequence",
            f"`{asserted[0]}` is not checked: the elements of {media_type} are read and written one by one",
            hint="say it in the description",
            key=True,
        )


def _misplaced(item: Node, media_type: str, workspace: Workspace) -> None:
    multipart = media_type.startswith("multipart/")
    workspace.findings.error(
        item,
        "unsupported-item-schema" if multipart else "misplaced-item-schema",
        "not supported: a multipart body as a sequence of parts"
        if multipart
        else f"{media_type} is no sequence of values, so it has no `itemSchema`",
        hint="use `multipart/form-data` with a schema that names the parts"
        if multipart
        else "use `application/jsonl` or `text/event-stream`, or `schema` with an array",
        key=True,
    )
