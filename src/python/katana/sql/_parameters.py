"""Named parameters as numbered ones, and the way back.

In: a `WrittenQuery`, or the pieces of a variant of it. Out: `NumberedQuery`, the SQL a server understands, with a map
from its characters to the file's. Never: a change to anything but `@name` tokens.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from katana.diagnostics import Diagnostic
from katana.sql._annotations import Word
from katana.sql._lexer import Token, tokens
from katana.sql._query_file import WrittenQuery

MAX_PARAMETERS = 65535
"""The protocol counts them in 16 bits (documentation, chapter 54.7, Bind)."""

_PYTHON_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Parameter:
    """Parameter `$n`: where it stands first, and its name if the author gave one."""

    offset: int
    width: int
    name: str = ""


@dataclass(frozen=True)
class Piece:
    """Whole tokens of a statement, at `offset` of the file; those that are not `verbatim` come of what stands there."""

    text: str
    offset: int
    verbatim: bool = True


@dataclass(frozen=True)
class NumberedQuery:
    """The SQL with `$n` parameters. `_pieces` pairs offsets in `sql` with offsets in the file.

    `place` is where an error stands that the server gives no position: the statement, or an annotation.
    """

    query: WrittenQuery
    sql: str
    parameters: tuple[Parameter, ...]
    place: Word
    _pieces: tuple[tuple[int, int, bool], ...]

    def offset_in_file(self, offset: int) -> int:
        """Where the character of `sql` at `offset` comes from; any of a `$n` is the start of its `@name`."""
        start, origin, verbatim = self._pieces[bisect_right(self._pieces, offset, key=lambda piece: piece[0]) - 1]
        return origin + (offset - start if verbatim else 0)


def number(query: WrittenQuery) -> tuple[NumberedQuery, list[Diagnostic]]:
    """Number the parameters of a query, and check their names."""
    numbering = _Numbering(query, ())
    whole = Piece(query.source.text[query.start : query.end], query.start)
    numbered = numbering.run([whole], Word("", query.start))
    return numbered, numbering.diagnostics


def number_variant(
    query: WrittenQuery, pieces: Iterable[Piece], place: Word, known: Sequence[Parameter] = ()
) -> tuple[NumberedQuery, list[Diagnostic]]:
    """Number the parameters of a statement that was made of a query: those of `known` keep their numbers."""
    numbering = _Numbering(query, known)
    return numbering.run(pieces, place), numbering.diagnostics


def with_insertions(query: WrittenQuery, insertions: Sequence[tuple[int, Sequence[Piece]]]) -> list[Piece]:
    """The pieces of a query's statement with others between them, each before the token at an offset of the file."""
    pieces: list[Piece] = []
    start = query.start
    for at, inserted in insertions:
        pieces += [Piece(query.source.text[start:at], start), *inserted]
        start = at
    return [*pieces, Piece(query.source.text[start : query.end], start)]


class _Numbering:
    def __init__(self, query: WrittenQuery, known: Sequence[Parameter]) -> None:
        self._query = query
        self._known = known
        self._numbers = {parameter.name: n for n, parameter in enumerate(known, 1) if parameter.name}
        self._next = len(known) + 1
        self._first: dict[int, Token] = {}
        self._has_named = False
        self._numbered: Token | None = None
        self.diagnostics: list[Diagnostic] = []

    def run(self, pieces: Iterable[Piece], place: Word) -> NumberedQuery:
        output: list[str] = []
        places: list[tuple[int, int, bool]] = []
        length = 0
        for piece in pieces:
            for found in tokens(piece.text):
                token = replace(found, start=piece.offset + (found.start if piece.verbatim else 0))
                text = self._replace(token, verbatim=piece.verbatim)
                places.append((length, token.start, piece.verbatim and text == token.text))
                output.append(text)
                length += len(text)
        self._check_mixture()
        parameters = self._with_new() if self._known else self._parameters()
        return NumberedQuery(self._query, "".join(output), parameters, place, tuple(places))

    def _with_new(self) -> tuple[Parameter, ...]:
        """The known parameters, and those behind them."""
        new = [(name, self._first.get(n)) for name, n in self._numbers.items() if n > len(self._known)]
        return (*self._known, *(Parameter(token.start, len(token.text), name) for name, token in new if token))

    def _replace(self, token: Token, *, verbatim: bool) -> str:
        if token.kind == "named":
            self._has_named = self._has_named or verbatim
            n = self._numbers.setdefault(token.text[1:], self._next)
            self._next = max(self._next, n + 1)
            self._first.setdefault(n, token)
            return f"${n}"
        if token.kind == "parameter":
            self._numbered = self._numbered or token
            n = int(token.text[1:])
            if not 1 <= n <= MAX_PARAMETERS:
                self._error(token, f"parameters are numbered from $1 to ${MAX_PARAMETERS}", "bad-parameter")
            else:
                self._first.setdefault(n, token)
        return token.text

    def _error(self, token: Token, message: str, code: str, hint: str = "") -> None:
        source = self._query.source
        self.diagnostics.append(source.diagnostic(token.start, message, code, width=len(token.text), hint=hint))

    def _word_error(self, word: Word, message: str, code: str, hint: str = "") -> None:
        self.diagnostics.append(
            self._query.source.diagnostic(word.offset, message, code, width=len(word.text), hint=hint)
        )

    def _check_mixture(self) -> None:
        if self._has_named and self._numbered is not None:
            message = f"{self._numbered.text} and @name parameters in one query"
            self._error(self._numbered, message, "bad-parameter", "use one of the two")
            self._first.clear()
        elif self._has_named and self._query.params is not None:
            word = self._query.params[0] if self._query.params else self._query.name
            hint = "remove `-- params:`; the statement names its parameters"
            self._word_error(word, "`params` beside @name parameters", "bad-parameter", hint)

    def _parameters(self) -> tuple[Parameter, ...]:
        if not self._first:
            self._check_params_count(0)
            return ()
        count = max(self._first)
        missing = next((n for n in range(1, count + 1) if n not in self._first), None)
        if missing is not None:
            hint = f"number parameters without gaps: ${missing} is not used"
            self._error(self._first[count], f"${count} is used and ${missing} is not", "bad-parameter", hint)
            return ()
        names = self._names(count)
        return tuple(
            Parameter(self._first[n].start, len(self._first[n].text), names[n - 1]) for n in range(1, count + 1)
        )

    def _names(self, count: int) -> list[str]:
        if self._has_named:
            return list(self._numbers)
        if self._query.params is None or not self._check_params_count(count):
            return [""] * count
        for word in self._query.params:
            if not _PYTHON_NAME.fullmatch(word.text):
                hint = "use letters, digits and underscores, without `@` or `$`"
                self._word_error(word, f"`{word.text}` cannot name a parameter", "bad-parameter", hint)
        return [word.text for word in self._query.params]

    def _check_params_count(self, count: int) -> bool:
        params = self._query.params
        if params is None or self._has_named or len(params) == count:
            return True
        word = params[count] if len(params) > count else (params[-1] if params else self._query.name)
        message = f"`params` names {len(params)} parameters and the statement has {count}"
        self._word_error(word, message, "bad-parameter", "name every parameter, in the order $1, $2, ...")
        return False
