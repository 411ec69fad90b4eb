"""What the commands over many rows ask of the form of a statement.

In: a command, its statement with `$n` parameters, the analysed query. Out: `Form`: which parameters each row has a
value of its own for, the statement to send, or what is wrong with the statement and where. Never: types, which the
server says.

1. `:copyfrom` is written as the INSERT of one row, columns and parameters one to one; COPY takes nothing else.
2. `:bulk` takes its rows from `unnest` over array parameters.
3. `:batch` repeats the statement; it has parameters.
4. `:stream` reads through a cursor, which takes statements that only read (documentation, DECLARE).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from katana.ir import Command
from katana.sql._lexer import Token, tokens
from katana.sql._node_tree import Node, TreeError, read_tree
from katana.sql._parameter_names import plain

_UNNEST = 2331
"""`unnest(anyarray)`; the OID is fixed (pg_proc.dat)."""
_SELECT = 1
_INSERT_FORM = "write `INSERT INTO t (a, b) VALUES (@a, @b)` and nothing else"


@dataclass(frozen=True)
class Form:
    """`error` is the offset in the statement, a message, the code and a hint."""

    sql: str
    probe: str = ""
    each: frozenset[int] = frozenset()
    error: tuple[int, str, str, str] | None = None


def read_form(command: Command, sql: str, tree: str, parameters: int) -> Form:
    """The form of a statement for its command."""
    if command == "copyfrom":
        return _copy(sql)
    if command == "bulk":
        each = frozenset(_unnested(tree))
        hint = "take the rows from arrays: `SELECT * FROM unnest(@ids::int[], @names::text[])`"
        wrong = None if each else (0, "`:bulk` on a statement without `unnest` over a parameter", "bulk-form", hint)
        return Form(sql, each=each, error=wrong)
    if command == "batch":
        hint = "there is nothing to repeat: use `:exec`, `:execrows` or `:many`"
        wrong = None if parameters else (0, "`:batch` on a statement without parameters", "batch-form", hint)
        return Form(sql, each=frozenset(range(1, parameters + 1)), error=wrong)
    if command == "stream" and not _only_reads(tree):
        hint = "use `:many`, or `:bulk`; a stream reads through a cursor"
        return Form(sql, error=(0, "`:stream` on a statement that changes something", "stream-form", hint))
    return Form(sql)


class _Unfit(Exception):
    """The statement leaves the form of a plain INSERT at `offset`."""

    def __init__(self, offset: int, message: str) -> None:
        self.offset = offset
        self.message = message


def _copy(sql: str) -> Form:
    """`INSERT INTO t (a, b) VALUES ($2, $1)` is `COPY t (b, a) FROM STDIN`."""
    try:
        table, columns, numbers = _Insert(sql).read()
    except _Unfit as error:
        return Form(sql, error=(error.offset, error.message, "copy-form", _INSERT_FORM))
    in_order = ", ".join(column for _, column in sorted(zip(numbers, columns, strict=True)))
    return Form(
        f"COPY {table} ({in_order}) FROM STDIN (FORMAT binary)",
        f"SELECT {in_order} FROM {table} LIMIT 0",  # noqa: S608 - the author's own words
        frozenset(numbers),
    )


class _Insert:
    """Reads the one form that COPY can take."""

    def __init__(self, sql: str) -> None:
        self._tokens = [token for token in tokens(sql) if token.significant]
        self._end = len(sql)

    def read(self) -> tuple[str, list[str], list[int]]:
        """The table as written, its columns, the number of each column's parameter."""
        words = iter(self._tokens)
        self._expect(words, "INSERT")
        self._expect(words, "INTO")
        table = self._name(words).text
        while (token := self._next(words)).text == ".":
            table += f".{self._name(words).text}"
        if token.text != "(":
            raise _Unfit(token.start, "`:copyfrom` needs the names of the columns")
        columns = [token.text for token in self._list(words, "identifier", "COPY fills columns by their plain names")]
        values = self._expect(words, "VALUES")
        self._expect(words, "(")
        given = self._list(words, "parameter", "COPY sends values as they are: each has to be a parameter")
        if len(given) != len(columns) or len({token.text for token in given}) != len(given):
            raise _Unfit(values.start, "`:copyfrom` needs one parameter for each column, and each once")
        more = next(words, None)
        if more is not None:
            raise _Unfit(more.start, f"COPY has no `{more.text}`")
        return table, columns, [int(token.text[1:]) for token in given]

    def _next(self, words: Iterator[Token]) -> Token:
        return next(words, Token("punctuation", max(self._end - 1, 0), ""))

    def _expect(self, words: Iterator[Token], word: str) -> Token:
        token = self._next(words)
        if token.text.upper() != word:
            raise _Unfit(token.start, f"`:copyfrom` needs a plain INSERT: `{word}` is expected here")
        return token

    def _name(self, words: Iterator[Token]) -> Token:
        token = self._next(words)
        if token.kind != "identifier":
            raise _Unfit(token.start, "`:copyfrom` needs a plain INSERT: a name is expected here")
        return token

    def _list(self, words: Iterator[Token], kind: str, otherwise: str) -> list[Token]:
        found: list[Token] = []
        while True:
            token = self._next(words)
            if token.kind != kind:
                raise _Unfit(token.start, otherwise)
            found.append(token)
            behind = self._next(words)
            if behind.text == ")":
                return found
            if behind.text != ",":
                raise _Unfit(behind.start, otherwise)


def _unnested(tree: str) -> Iterator[int]:
    """The parameters that `unnest` takes, below casts."""
    for node in _nodes(tree):
        if node.name == "FUNCEXPR" and node.integer("funcid") == _UNNEST:
            argument = next(iter(node.nodes("args")), None)
            parameter = plain(argument)
            if parameter is not None and parameter.name == "PARAM" and parameter.integer("paramkind") == 0:
                yield parameter.integer("paramid")


def _only_reads(tree: str) -> bool:
    return not any(
        node.integer("commandType") != _SELECT or node.true("hasModifyingCTE")
        for node in _nodes(tree)
        if node.name == "QUERY"
    )


def _nodes(tree: str) -> Iterator[Node]:
    """Every node of the analysed query; none when it cannot be read."""
    try:
        waiting: list[object] = [read_tree(tree)]
    except TreeError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, Node):
            yield value
            waiting += value.fields.values()
