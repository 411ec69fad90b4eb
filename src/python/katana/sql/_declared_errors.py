"""The errors of a query that its author has an answer for (docs/rfcs/0011-declared-errors.md).

In: the annotations `-- error: users_email_key = 409 user.email_taken Another user has this address.`, and the
constraints of the schema. Out: `QueryError` values of the IR, and diagnostics. Never: a constraint that the schema does
not have, nor one that is checked when no query is under way.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from katana.diagnostics import Diagnostic
from katana.ir import QueryError
from katana.sql._annotations import ANNOTATIONS, Note
from katana.sql._query_file import WrittenQuery
from katana.sql._session import Session

Constraints = Mapping[str, bool]
"""Names of constraints and unique indexes; whether each is checked at the end of the transaction."""

_DECLARED = re.compile(
    r"""(?P<what>"(?:[^"]|"")+"|[^\s="]+)[ \t]*=[ \t]*(?P<status>\d+)[ \t]+(?P<code>\S+)(?:[ \t]+(?P<detail>.+))?"""
)
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
# What is no error (success, warnings, no data) and what comes without a statement (connections, an end by the server).
_NO_ANSWER = re.compile(r"00|01|02|08|57P")
_CODE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*|[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_OWN = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"


def read_constraints(session: Session) -> Constraints:
    """What an error can name. A not-null violation names none, whether or not the schema gives it a name."""
    found = session.rows(f"""
        SELECT c.conname, CASE WHEN c.condeferred THEN 'deferred' ELSE '' END
        FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
        WHERE c.contype IN ('c', 'f', 'p', 'u', 'x') AND {_OWN}
        UNION
        SELECT c.relname, ''
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisunique AND {_OWN}
          AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
    """)  # noqa: S608 - constants
    return {name: bool(deferred) for name, deferred in sorted(found)}


def declared_errors(query: WrittenQuery, constraints: Constraints) -> tuple[tuple[QueryError, ...], list[Diagnostic]]:
    """The declared errors of a query in their order, and what is wrong with them."""
    errors: dict[str, QueryError] = {}
    diagnostics: list[Diagnostic] = []
    for note in query.notes.get("error", ()):
        error, wrong = _declared(query, note, constraints)
        if error is not None and error.error in errors:
            wrong = _diagnostic(query, note, f"`{error.error}` is answered twice", "duplicate-annotation", "keep one")
        if wrong is not None:
            diagnostics.append(wrong)
        elif error is not None:
            errors[error.error] = error
    return tuple(errors.values()), diagnostics


def _declared(query: WrittenQuery, note: Note, constraints: Constraints) -> tuple[QueryError | None, Diagnostic | None]:
    match = _DECLARED.fullmatch(note.value)
    if match is None:
        hint = f"write `{ANNOTATIONS['error'].example}`"
        return None, _diagnostic(query, note, "an error is not answered like this", "bad-annotation", hint)
    what = match["what"]
    name = what[1:-1].replace('""', '"') if what.startswith('"') else what
    status = int(match["status"])
    if not 400 <= status <= 599:
        hint = "a problem has a status from 400 to 599"
        return None, _diagnostic(query, note, f"{status} is no status of an error", "bad-annotation", hint)
    if _CODE.fullmatch(match["code"]) is None:
        hint = "write lower-case words with dots between them, such as `user.email_taken`, or a URI"
        return None, _diagnostic(query, note, f"`{match['code']}` is no code of a problem", "bad-annotation", hint)
    unknown = _unknown(name, constraints)
    if unknown is not None:
        return None, _diagnostic(query, note, *unknown)
    return QueryError(error=name, status=status, code=match["code"], detail=match["detail"] or ""), None


def _unknown(name: str, constraints: Constraints) -> tuple[str, str, str] | None:
    """Message, code and hint for what no error of this query can be."""
    if name in constraints:
        if not constraints[name]:
            return None
        hint = "declare it `INITIALLY IMMEDIATE`; a transaction may still defer it"
        return f"`{name}` is checked at the end of the transaction, when no query runs", "deferred-constraint", hint
    if _SQLSTATE.fullmatch(name):
        if _NO_ANSWER.match(name) is None:
            return None
        return f"the SQLSTATE {name} is no error of a query", "bad-annotation", "name another, or a constraint"
    near = difflib.get_close_matches(name, constraints, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "name a constraint, a unique index, or a SQLSTATE such as 23502"
    return f"the schema has no constraint `{name}`", "unknown-constraint", hint


def _diagnostic(query: WrittenQuery, note: Note, message: str, code: str, hint: str) -> Diagnostic:
    return query.source.diagnostic(note.offset, message, code, width=len(note.value), hint=hint)
