"""Sequential media types, and what a document says about the elements of one (OAS 3.2, section 4.14.1).

In: a Media Type Object. Out: the schemas of its elements, of Server-Sent Events those of their data. Never: types.

`itemSchema` describes an element. Before 3.2 there is only `schema`: people write an array of the elements, which 3.2
makes the rule, or the element itself. The schema of a Server-Sent Event is that of the object `{data, event, id,
retry}`; one that is anything else is, again by habit, that of the data.
"""

from __future__ import annotations

from typing import NamedTuple

from katana.spec.model._node import Node
from katana.spec.model._workspace import Workspace

EVENT_STREAM = "text/event-stream"
LINES = frozenset(
    f"application/{name}" for name in ("json-lines", "jsonl", "jsonlines", "ndjson", "x-jsonlines", "x-ndjson")
)
EVENT_MEMBERS = ("data", "event", "id", "retry")
"""The fields of an event (WHATWG HTML, section 9.2.5)."""

MAX_EVENTS = 1_000
"""A schema that describes more kinds of events than that counts as the schema of their data."""

_Members = dict[str, list[Node]]


class Kind(NamedTuple):
    """A kind of event: the value of its field `event` (empty: any), and the schema of its data, if there is one.

    `json`: the data is JSON whatever that schema says, because `contentSchema` or `contentMediaType` says so.
    """

    name: str
    data: Node | None
    json: bool


def bare(media_type: str) -> str:
    """A media type without parameters, in lower case (RFC 9110, section 8.3.1: both are case-insensitive)."""
    return media_type.partition(";")[0].strip().lower()


def is_sequential(media_type: str) -> bool:
    """Whether a body of the media type (in lower case, without parameters) is a sequence of JSON values or events."""
    return (
        media_type == EVENT_STREAM
        or media_type in LINES
        or media_type == "application/json-seq"
        or media_type.endswith("+json-seq")
    )


def element(node: Node, workspace: Workspace) -> Node | None:
    """The schema of an element; None when anything may stand there."""
    item = node.get("itemSchema")
    if item is not None:
        return item
    schema = node.get("schema")
    resolved = workspace.resolve(schema) if schema is not None else None
    if resolved is not None and is_array(resolved):
        return resolved.get("items")
    return schema


def is_array(schema: Node) -> bool:
    """Whether a schema says that the value is an array."""
    return isinstance(schema.value, dict) and schema.value.get("type") in ("array", ["array"])


def events(schema: Node, workspace: Workspace) -> list[Kind] | None:
    """The kinds of events that `schema` describes; None when it does not describe an event."""
    described = _members(schema, workspace, frozenset())
    names = {name for members in described for name in members}
    if not names <= set(EVENT_MEMBERS) or not names & {"data", "event"} or len(described) > MAX_EVENTS:
        return None
    kinds = [kind for members in described for kind in _kinds(members, workspace)]
    return kinds if len(kinds) <= MAX_EVENTS else None


def _members(schema: Node, workspace: Workspace, above: frozenset[tuple[str, str]]) -> list[_Members]:
    """The members of an object, once for each of its variants, with every schema that describes them."""
    node = workspace.resolve(schema)
    if node is None or node.identity in above:
        return [{}]
    above |= {node.identity}
    own: _Members = {}
    properties = node.get("properties")
    for name, entry in properties.members() if properties is not None else ():
        own[name] = [entry]
    found = [own]
    for key in ("allOf", "oneOf", "anyOf"):
        listed = node.get(key)
        parts = [_members(part, workspace, above) for part in listed.items()] if listed is not None else []
        if key != "allOf" and parts:
            parts = [[variant for part in parts for variant in part]]
        for part in parts:
            if len(found) * len(part) > MAX_EVENTS:
                return [{}]
            found = [_merged(one, other) for one in found for other in part]
    return found


def _merged(one: _Members, other: _Members) -> _Members:
    return {name: one.get(name, []) + other.get(name, []) for name in {**one, **other}}


def _kinds(members: _Members, workspace: Workspace) -> list[Kind]:
    data, json = _data(members.get("data", ()), workspace)
    names: list[str] = []
    for entry in members.get("event", ()):
        node = workspace.resolve(entry)
        value = node.value if node is not None and isinstance(node.value, dict) else {}
        given = [value["const"]] if "const" in value else value.get("enum", ())
        names = [name for name in given if isinstance(name, str)] or names
    return [Kind(name, data, json) for name in names or [""]]


def _data(described: list[Node] | tuple[()], workspace: Workspace) -> tuple[Node | None, bool]:
    """The schema that says most about the data: of JSON in the text, else the last one."""
    for entry in reversed(described):
        node = workspace.resolve(entry)
        media_type = bare(node.text("contentMediaType")) if node is not None else ""
        is_json = media_type in ("", "application/json") or media_type.endswith("+json")
        if node is not None and is_json and (media_type or node.get("contentSchema") is not None):
            return node.get("contentSchema"), True
    return (described[-1], False) if described else (None, False)
