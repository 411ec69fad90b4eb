"""The clauses of a SELECT, as far as conditions and an order can be added to it.

In: a written query. Out: `Clauses`, offsets of the file. Never: a guess: words are keywords where PostgreSQL reserves
them, and a statement of another form is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from katana.sql._lexer import Token, tokens
from katana.sql._query_file import WrittenQuery
from katana.sql._variant_notes import has_or

_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE")
_BEHIND_WHERE = ("GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR")
_BEHIND_ORDER = ("LIMIT", "OFFSET", "FETCH", "FOR")
_SET_OPERATIONS = ("UNION", "INTERSECT", "EXCEPT")


class NoPlainSelect(Exception):
    """The statement has no place for what is to be added; the message says why."""


@dataclass(frozen=True)
class Clauses:
    """Where things are added.

    `where` is where the condition begins, None without one. A condition goes to `conditions_end`, ORDER BY to
    `order_end`, LIMIT to `end`. `words` are the clauses that there are, in capitals.
    """

    where: int | None
    where_has_or: bool
    conditions_end: int
    order_end: int
    end: int
    words: frozenset[str]
    several_lines: bool


def read_clauses(query: WrittenQuery) -> Clauses:
    """Find the clauses of the outermost SELECT.

    Raises:
        NoPlainSelect: it is none, or joined to others by UNION.
    """
    text = query.source.text[query.start : query.end]
    found = [replace(token, start=query.start + token.start) for token in tokens(text) if token.significant]
    top = list(_keywords(found))
    verb = next((i for i, word in top if word in _VERBS), None)
    if verb is None or found[verb].text.upper() != "SELECT":
        raise NoPlainSelect("the statement is no SELECT")
    clauses = {word: i for i, word in reversed(top) if i > verb}
    joined = next((word for word in _SET_OPERATIONS if word in clauses), None)
    if joined is not None:
        raise NoPlainSelect(f"the statement joins several SELECT by {joined}")

    def end_before(words: Sequence[str]) -> int:
        """The end of the last token before the first of these clauses."""
        return found[min((clauses[word] for word in words if word in clauses), default=len(found)) - 1].end

    where = clauses.get("WHERE")
    conditions_end = end_before(_BEHIND_WHERE)
    inside = found[where + 1 :] if where is not None else []
    return Clauses(
        where=inside[0].start if inside else None,
        where_has_or=has_or(token for token in inside if token.end <= conditions_end),
        conditions_end=conditions_end,
        order_end=end_before(_BEHIND_ORDER),
        end=end_before(("FOR",)),
        words=frozenset(clauses),
        several_lines="\n" in text,
    )


def _keywords(found: Sequence[Token]) -> list[tuple[int, str]]:
    """The keywords outside of parentheses, with their index."""
    keywords: list[tuple[int, str]] = []
    depth = 0
    for i, token in enumerate(found):
        depth += (token.text in "([") - (token.text in ")]")
        word = token.text.upper()
        before = found[i - 1].text.upper() if i else ""
        if depth or token.kind != "identifier" or before in ("AS", ".") or (word, before) == ("GROUP", "WITHIN"):
            continue
        if word in _VERBS or word in _BEHIND_WHERE or word in _SET_OPERATIONS or word == "WHERE":
            keywords.append((i, word))
    return keywords
