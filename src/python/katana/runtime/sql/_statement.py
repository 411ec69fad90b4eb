"""A prepared statement, as generated code declares it.

In: a name, SQL with `$n` parameters, the types of parameters and result. Out: an immutable value that every connection
prepares when it first needs it. Never: a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from katana.runtime.sql._declared import Answers

_NONE: Final[Answers] = MappingProxyType({})


class Statement:
    """One statement of the program. Compared by identity, so make each once, at module level.

    Args:
        name: for messages, `users.get_user`.
        sql: one statement.
        parameter_oids: type of each parameter; 0 lets PostgreSQL infer it (user-defined types have no fixed OID).
        result_oids: type of each column that the caller will decode; 0 accepts any. The first answer of a freshly
            prepared statement is compared with it, so that a column whose type was altered is an error and never
            a misread value. The statement may return more columns, at the end (`SELECT *` of a table that grew).
        read_only: it is proved to change nothing. It may run twice, and does when its connection is lost.
        replica_ok: it may run on a replica, whose answer may be old.
        cache: seconds for which an answer may be given to others who ask the same.
        answers: the problems that errors of the statement are, by constraint or SQLSTATE.
    """

    __slots__ = ("answers", "cache", "formats", "name", "parameter_oids", "query", "read_only", "replica_ok",
                 "result_oids")  # fmt: skip

    def __init__(
        self,
        name: str,
        sql: str,
        parameter_oids: Sequence[int] = (),
        result_oids: Sequence[int] = (),
        *,
        read_only: bool = False,
        replica_ok: bool = False,
        cache: float = 0,
        answers: Answers = _NONE,
    ) -> None:
        self.name: Final = name
        self.query: Final = sql.encode()
        self.parameter_oids: Final = tuple(parameter_oids)
        self.result_oids: Final = tuple(result_oids)
        self.read_only: Final = read_only
        self.replica_ok: Final = replica_ok
        self.cache: Final = cache
        self.answers: Final = answers
        self.formats: Final = (1,) * len(self.parameter_oids)
        """Wire format of each parameter: 1 is binary (PostgreSQL manual, 53.7, Bind)."""

    @property
    def sql(self) -> str:
        """The text as it was given."""
        return self.query.decode()

    def __repr__(self) -> str:
        return f"Statement({self.name!r})"
