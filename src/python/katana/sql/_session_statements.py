"""Statements that cannot be queries, since they stay in a connection that many requests share.

In: a statement. Out: the refusal, with what to do instead. Never: a look at what the statement is about.
"""

from __future__ import annotations

from itertools import islice

from katana.diagnostics import Diagnostic
from katana.sql._lexer import tokens
from katana.sql._parameters import NumberedQuery

_SESSION_STATEMENTS = {
    **dict.fromkeys(
        ("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"),
        "transactions are the caller's: `async with ctx.tx():`",
    ),
    **dict.fromkeys(
        (
            "SET",
            "RESET",
            "PREPARE",
            "EXECUTE",
            "DEALLOCATE",
            "LISTEN",
            "UNLISTEN",
            "DISCARD",
            "DECLARE",
            "FETCH",
            "MOVE",
            "CLOSE",
        ),
        "the connection is shared by many requests: a query must leave nothing behind in it",
    ),
    "COPY": "read with `:stream`, write with INSERT and `:copyfrom`",
    "VACUUM": "it cannot run in a pipeline; leave it to autovacuum, or run it with psql",
    **dict.fromkeys(
        ("CREATE TEMP", "CREATE TEMPORARY"),
        "the connection is shared by many requests; use WITH, or a table of the schema",
    ),
}


def refuse_session_statement(numbered: NumberedQuery) -> Diagnostic | None:
    """A diagnostic if the statement is one of them."""
    words = [token.text.upper() for token in islice((t for t in tokens(numbered.sql) if t.significant), 2)]
    what = next((known for known in (words[0], " ".join(words)) if known in _SESSION_STATEMENTS), None)
    if what is None:
        return None
    return numbered.query.source.diagnostic(
        numbered.query.start,
        f"{what} cannot be a query",
        "unsupported-statement",
        width=len(words[0]),
        hint=_SESSION_STATEMENTS[what],
    )
