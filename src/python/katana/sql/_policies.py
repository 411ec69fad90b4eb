"""What the annotations `timeout`, `cache`, `read_only` and `replica_ok` say about how a query may be run.

In: a query as written, its analysed form, the functions that may change something. Out: `ir.Policy`, or what is wrong.
Never: belief. That a query only reads is proved, since an answer from a cache or a replica would hide that it does not.

A query only reads when nothing in its analysed form (views are opened there) changes rows, locks them, or calls a
volatile function. PostgreSQL holds functions that are declared STABLE or IMMUTABLE to reading themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from katana.ir import Command, Policy
from katana.sql._annotations import Note
from katana.sql._node_tree import Node, TreeError, read_tree
from katana.sql._query_file import WrittenQuery
from katana.sql._session import Session

POLICIES: Final = ("timeout", "cache", "read_only", "replica_ok")
_READING: Final = ("cache", "read_only", "replica_ok")
_LOOK_UPS: Final = ("one", "one!", "many", "page")
_SELECT: Final = 1
_DURATION: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)[ \t]*(ms|s|m|h)")
_UNITS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_LONGEST: Final = 24 * 3_600_000
_CALLS: Final = ("funcid", "opfuncid", "winfnoid", "aggfnoid", "hashfuncid")
_HARMLESS: Final = (
    "clock_timestamp",
    "gen_random_uuid",
    "pg_sleep",
    "pg_sleep_for",
    "pg_sleep_until",
    "random",
    "random_normal",
    "timeofday",
    "uuidv4",
    "uuidv7",
)
"""Built-in functions that are volatile because their value changes, not because they change something."""


@dataclass(frozen=True)
class Refusal:
    """What is wrong with a policy: where it stands, how wide that is, and a diagnostic's message, code and hint."""

    offset: int
    width: int
    message: str
    code: str
    hint: str


class _Refused(Exception):
    def __init__(self, note: Note, message: str, code: str, hint: str) -> None:
        word = note.value or note.key
        offset = note.offset if note.value else note.offset - len(note.key)  # a flag ends where its value would begin
        self.refusal = Refusal(offset, len(word), message, code, hint)


def read_volatile(session: Session) -> Mapping[int, str]:
    """OID and name of the functions that may change something."""
    sql = """
        SELECT oid, proname FROM pg_catalog.pg_proc
        WHERE provolatile = 'v' AND NOT (pronamespace = 'pg_catalog'::regnamespace AND proname = ANY ($1::text[]))
    """
    return {int(oid): name for oid, name in session.rows(sql, "{" + ",".join(_HARMLESS) + "}")}


def read_policy(written: WrittenQuery, tree: str, volatile: Mapping[int, str]) -> tuple[Policy | None, Refusal | None]:
    """The policy of a query; None when it has no annotation of that kind.

    Args:
        written: the query.
        tree: its analysed form, as the server prints it.
        volatile: of `read_volatile`.
    """
    notes = {key: written.notes[key][0] for key in POLICIES if key in written.notes}
    if not notes:
        return None, None
    try:
        return _policy(written.command, notes, tree, volatile), None
    except _Refused as refused:
        return None, refused.refusal


def _policy(command: Command, notes: Mapping[str, Note], tree: str, volatile: Mapping[int, str]) -> Policy:
    reading = next((notes[key] for key in _READING if key in notes), None)
    if reading is not None:
        what = why_not_read_only(tree, volatile)
        if what is not None:
            hint = f"remove `{reading.key}`, which is for queries that only read"
            if what.startswith("it calls"):
                hint += "; a function that only reads is declared STABLE"
            raise _Refused(reading, f"this query does not only read: {what}", "not-read-only", hint)
    for key in ("cache", "replica_ok"):
        if key in notes and command not in _LOOK_UPS:
            message = f"`{key}` is for `:one`, `:one!`, `:many` and `:page`, not for `:{command}`"
            raise _Refused(notes[key], message, "bad-annotation", f"remove `{key}`, or change the command")
    return Policy(
        timeout_ms=_milliseconds(notes.get("timeout")),
        cache_ms=_milliseconds(notes.get("cache")),
        read_only=reading is not None,
        replica_ok="replica_ok" in notes,
    )


def _milliseconds(note: Note | None) -> int:
    if note is None:
        return 0
    match = _DURATION.fullmatch(note.value)
    found = round(float(match[1]) * _UNITS[match[2]]) if match is not None else 0
    if not 0 < found <= _LONGEST:
        hint = f"write `-- {note.key}: 2s`, with one of the units ms, s, m, h; from 1 ms to 24 h"
        raise _Refused(note, f"`{note.value}` is no duration", "bad-annotation", hint)
    return found


def why_not_read_only(tree: str, volatile: Mapping[int, str]) -> str | None:
    """What in an analysed query changes something, or may; None when it only reads."""
    try:
        nodes = list(_nodes(read_tree(tree)))
    except TreeError:
        return "PostgreSQL's analysis of it cannot be read"
    if not any(node.name == "QUERY" for node in nodes):
        return "it is no SELECT"
    for node in nodes:
        if node.name == "QUERY" and (node.integer("commandType") != _SELECT or node.true("hasModifyingCTE")):
            return "it changes rows"
        if node.name == "QUERY" and node.nodes("rowMarks"):
            return "it locks rows (`FOR UPDATE`, `FOR SHARE`)"
        for call in _CALLS:
            name = volatile.get(node.integer(call))
            if name is not None:
                return f"it calls `{name}`, which is VOLATILE"
    return None


def _nodes(root: object) -> Iterator[Node]:
    waiting: list[object] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, Node):
            yield value
            waiting += value.fields.values()
