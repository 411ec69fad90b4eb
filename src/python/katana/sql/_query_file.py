"""Annotated queries of a file, before a server has seen them.

In: a `Source`. Out: `WrittenQuery` values and every diagnostic of the file. Never: a guess at what a statement means.

    -- name: rename_user :one            the start of a query: its name and what it gives
    -- params: id, name                  names of $1, $2 (not with @name parameters)
    -- nullable: name                    parameters that may be None
    -- not_null: name                    result columns that the author knows are never null
    UPDATE users SET name = $2 WHERE id = $1 RETURNING id, name;

1. Annotations are line comments between `-- name:` and the statement. A comment there that looks like one
   (`-- word: ...`) and is not known is an error, since a slip of the pen must not change a query in silence.
2. One statement follows, up to its semicolon.
3. Comments before `-- name:`, and inside the statement, are the author's; only a known annotation there is an error.
"""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from katana.diagnostics import Diagnostic
from katana.ir import Command
from katana.sql._annotations import ANNOTATIONS, FLAGS, Note, Word
from katana.sql._lexer import Token, tokens
from katana.sql._names import py_name
from katana.sql._psql import command_error
from katana.sql._source import Source

COMMANDS: tuple[str, ...] = get_args(Command)
_KNOWN = frozenset(("name", *ANNOTATIONS))

_ANNOTATION = re.compile(r"--[ \t]*(?P<key>[a-z][a-z0-9_]*)[ \t]*:(?P<value>.*)$", re.DOTALL)
_FLAG = re.compile(rf"--[ \t]*(?P<key>{'|'.join(FLAGS)})[ \t]*$")
_IN_BLOCK = re.compile(rf"/\*+\s*(?P<text>(?P<key>{'|'.join(sorted(_KNOWN))})\s*:[^\n]*?)\s*(?:\*/|\n)")
_SLIP = re.compile(r"--[ \t]*(?P<key>\w+)[ \t]*:[ \t]*(?P<query>\S+[ \t]+:[a-z]+!?)[ \t]*$")
_HASH = re.compile(r"#[ \t]*name[ \t]*:[ \t]*(?P<query>\S+[ \t]+:[a-z]+!?)")
_NAME = re.compile(r"[ \t]*(?P<name>[^\s:]+)(?:[ \t]*:(?P<command>\S+))?[ \t]*(?P<rest>.*)$", re.DOTALL)
_QUERY_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class WrittenQuery:
    """A query as written: its statement is `source.text[start:end]`, without the semicolon.

    `notes` holds the annotations that are not fields of their own, by key, in order. `variant_of` is the name of the
    query that an annotation made this one of.
    """

    source: Source
    name: Word
    command: Command
    start: int
    end: int
    params: tuple[Word, ...] | None = None
    nullable: tuple[Word, ...] = ()
    not_null: tuple[Word, ...] = ()
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    variant_of: str = ""

    @property
    def group(self) -> str:
        """What the file is called: the name of the repository."""
        return py_name(self.source.name.rpartition(".")[0])


@dataclass
class _Header:
    """What the annotations of one query say."""

    name: Word | None = None
    command: Command | None = None
    lists: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    notes: dict[str, tuple[Note, ...]] = field(default_factory=dict)


def read_queries(source: Source) -> tuple[list[WrittenQuery], list[Diagnostic]]:
    """The queries of a file in order, and everything that is wrong with how they are written."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._diagnostics: list[Diagnostic] = []

    def read(self) -> tuple[list[WrittenQuery], list[Diagnostic]]:
        preamble: list[Token] = []
        blocks: list[list[Token]] = []
        block = preamble
        in_command_until = -1
        for token in tokens(self._source.text):
            if token.start < in_command_until:
                continue
            if token.kind == "error":
                what = "comment" if token.text.startswith("/*") else "quoted text"
                self._error(token.start, f"this {what} has no end", "unterminated")
                break
            if token.kind == "command":
                error, in_command_until = command_error(self._source, token)
                self._diagnostics.append(error)
                continue
            if _key(token) == "name":
                block = []
                blocks.append(block)
            elif self._is_name_in_other_words(token):
                block = []
            block.append(token)
        self._check_preamble(preamble)
        queries = [query for block in blocks if (query := self._query(block)) is not None]
        return queries, self._diagnostics

    def _error(self, offset: int, message: str, code: str, *, width: int = 1, hint: str = "") -> None:
        self._diagnostics.append(self._source.diagnostic(offset, message, code, width=width, hint=hint))

    def _is_name_in_other_words(self, token: Token) -> bool:
        """Whether a comment was meant to name a query; it, or another annotation in a block comment, is an error."""
        if token.kind != "comment":
            return False
        if found := _IN_BLOCK.match(token.text):
            key, hint = found.group("key"), f"write `-- {found.group('text')}`"
            message = "an annotation in a block comment"
        elif (found := _SLIP.match(token.text)) and _nearest(found.group("key").lower(), ("name",)):
            key, hint = "name", f"write `-- name: {found.group('query')}`"
            message = f"`{found.group('key')}` is not `name`"
        else:
            return False
        width = len(token.text.split("\n", 1)[0])
        self._error(token.start, message, "misplaced-annotation", width=width, hint=hint)
        return key == "name"

    def _check_preamble(self, preamble: list[Token]) -> None:
        first = next((token for token in preamble if token.significant), None)
        if first is not None and not self._diagnostics:
            hint = self._named_by_hash(first) or "write `-- name: get_user :one` above it"
            self._error(first.start, "this statement has no name", "missing-name", width=len(first.text), hint=hint)
        self._refuse_misplaced(preamble)

    def _refuse_misplaced(self, stray: Iterable[Token]) -> None:
        for token in stray:
            key = _key(token)
            if key in ANNOTATIONS:
                hint = "move it between `-- name:` and the statement"
                self._error(
                    token.start, f"`{key}` stands outside a query's annotations", "misplaced-annotation", hint=hint
                )

    def _query(self, block: list[Token]) -> WrittenQuery | None:
        body_at = next((i for i, token in enumerate(block) if token.significant), len(block))
        header = self._header(block[:body_at])
        semicolon = next((i for i in range(body_at, len(block)) if block[i].text == ";"), len(block))
        self._refuse_misplaced(block[body_at:])
        body = [token for token in block[body_at:semicolon] if token.significant]
        self._check_statement(block, body, block[semicolon:])
        if header.name is None or header.command is None or not body:
            return None
        return WrittenQuery(
            source=self._source,
            name=header.name,
            command=header.command,
            start=body[0].start,
            end=body[-1].end,
            params=header.lists.get("params"),
            nullable=header.lists.get("nullable", ()),
            not_null=header.lists.get("not_null", ()),
            notes=header.notes,
        )

    def _check_statement(self, block: list[Token], body: list[Token], tail: list[Token]) -> None:
        if not body:
            hint = "write the statement under its annotations, and a semicolon behind it"
            self._error(block[0].start, "this query has no statement", "missing-statement", hint=hint)
        elif not tail:
            last = body[-1]
            self._error(
                last.start,
                "this statement has no end",
                "missing-semicolon",
                width=len(last.text),
                hint="end it with `;`",
            )
        second = next((token for token in tail[1:] if token.significant and token.text != ";"), None)
        if second is not None:
            hint = self._named_by_hash(second) or "give it a name of its own, or combine the two with WITH"
            self._error(
                second.start,
                "a second statement under one name",
                "several-statements",
                width=len(second.text),
                hint=hint,
            )

    def _named_by_hash(self, statement: Token) -> str:
        """A hint for a statement that begins with `# name: get_user :one`."""
        found = _HASH.match(self._source.text, statement.start)
        return f"write `-- name: {found.group('query')}`" if found is not None else ""

    def _header(self, comments: list[Token]) -> _Header:
        header = _Header()
        for comment in comments:
            key = _key(comment)
            if key is None:
                continue
            match = _ANNOTATION.match(comment.text)
            value = match.group("value") if match is not None else ""
            note = Note(key, value.strip(), comment.end - len(value.lstrip()))
            if key == "name":
                self._read_name(header, value, comment.end - len(value))
            elif key in ANNOTATIONS:
                self._read_annotation(header, comment, note)
            else:
                self._refuse(comment, key)
        return header

    def _read_annotation(self, header: _Header, comment: Token, note: Note) -> None:
        key, annotation = note.key, ANNOTATIONS[note.key]
        if not annotation.supported:
            message = f"the annotation `{key}` is not supported yet"
            self._error(comment.start, message, "unsupported-annotation", width=len(comment.text), hint="remove it")
        elif key in header.lists or (key in header.notes and not annotation.repeats):
            hint = "write one list" if annotation.form == "words" else "remove one of them"
            self._error(comment.start, f"`{key}` is given twice", "duplicate-annotation", hint=hint)
        elif annotation.form == "words":
            header.lists[key] = self._read_list(note)
        elif not note.value and annotation.form == "text":
            hint = f"write `{annotation.example}`, or remove it"
            self._error(note.offset, f"`{key}` says nothing", "empty-annotation", hint=hint)
        elif note.value and annotation.form == "flag":
            hint = f"write `{annotation.example}`"
            self._error(note.offset, f"`{key}` takes no value", "bad-annotation", width=len(note.value), hint=hint)
        else:
            header.notes[key] = (*header.notes.get(key, ()), note)

    def _refuse(self, comment: Token, key: str) -> None:
        near = _nearest(key, tuple(_KNOWN))
        hint = near or "a remark goes above `-- name:`, or begins with something else than a word and a colon"
        self._error(
            comment.start, f"unknown annotation `{key}`", "unknown-annotation", width=len(comment.text), hint=hint
        )

    def _read_name(self, header: _Header, value: str, offset: int) -> None:
        match = _NAME.match(value)
        if match is None:
            hint = "write `-- name: get_user :one`"
            self._error(offset, "the name of the query is missing", "bad-query-name", hint=hint)
            return
        name, command = match.group("name"), match.group("command")
        header.name = self._checked_name(Word(name, offset + match.start("name")))
        if command is None or match.group("rest"):
            at = offset + (match.end("name") if command is None else match.start("rest"))
            hint = f"write `-- name: {name} :many`; {_one_of(COMMANDS)}"
            self._error(at, "a query is its name and one command", "bad-command", hint=hint)
            return
        header.command = self._checked_command(Word(command, offset + match.start("command")))

    def _checked_name(self, word: Word) -> Word | None:
        if _QUERY_NAME.fullmatch(word.text) and not keyword.iskeyword(word.text):
            return word
        message = f"`{word.text}` cannot be the name of a Python method"
        rule = "use lower-case letters, digits and underscores, begin with a letter, and avoid Python's keywords"
        hint = f"write `{py_name(word.text)}`: {rule}"
        self._error(word.offset, message, "bad-query-name", width=len(word.text), hint=hint)
        return None

    def _checked_command(self, word: Word) -> Command | None:
        for command in get_args(Command):
            if command == word.text:
                return command  # type: ignore[no-any-return]  # get_args() is not typed
        hint = _nearest(word.text, COMMANDS, ":") or _one_of(COMMANDS)
        self._error(
            word.offset - 1, f"unknown command `:{word.text}`", "bad-command", width=len(word.text) + 1, hint=hint
        )
        return None

    def _read_list(self, note: Note) -> tuple[Word, ...]:
        words = note.words()
        if not words:
            hint = f"write `-- {note.key}: a, b`, or remove it"
            self._error(note.offset, f"`{note.key}` names nothing", "empty-annotation", hint=hint)
        seen: set[str] = set()
        for word in words:
            if word.text in seen:
                self._error(word.offset, f"`{word.text}` is named twice", "duplicate-annotation", width=len(word.text))
            seen.add(word.text)
        return words


def _key(token: Token) -> str | None:
    """The word of a comment that is, or looks like, an annotation."""
    if token.kind != "comment":
        return None
    if flag := _FLAG.match(token.text):
        return flag.group("key")
    match = _ANNOTATION.match(token.text)
    if match is None:
        return None
    key, value = match.group("key"), match.group("value")
    return key if key in _KNOWN or not value or value[0] in " \t" else None


def _nearest(word: str, known: Sequence[str], prefix: str = "") -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean `{prefix}{near[0]}`?" if near else ""


def _one_of(commands: Sequence[str]) -> str:
    return "commands are " + ", ".join(f"`:{command}`" for command in commands)
