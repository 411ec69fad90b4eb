"""What PostgreSQL remarks about a query (NOTICE, WARNING), in the log.

In: notices of one connection. Out: log records that name the statement; warnings as warnings, others for debugging.
Never: more than `_MOST` records of a connection in `_PERIOD` seconds, or a text of any length: a notice in a loop of
PL/pgSQL must not fill a disk.
"""

from __future__ import annotations

import logging
import time
from typing import Final

from psycopg import pq
from psycopg.pq.abc import PGresult

from katana.runtime.sql._libpq import field

_log: Final = logging.getLogger("katana.sql")
_MOST: Final = 20
_PERIOD: Final = 10.0
_LONGEST: Final = 500
_WARNING: Final = "WARNING"


class Notices:
    """The notices of one connection."""

    __slots__ = ("_count", "_since")

    def __init__(self) -> None:
        self._count = 0
        self._since = time.monotonic()

    def note(self, notice: PGresult, statement: str) -> None:
        """Logs a notice that came while `statement` ran."""
        level = logging.DEBUG
        if field(notice, pq.DiagnosticField.SEVERITY_NONLOCALIZED) == _WARNING:
            level = logging.WARNING
        if not _log.isEnabledFor(level):
            return
        now = time.monotonic()
        if now - self._since > _PERIOD:
            if self._count > _MOST:
                _log.warning("%d notices of the database were left out", self._count - _MOST)
            self._since, self._count = now, 0
        self._count += 1
        if self._count > _MOST:
            return
        text = " ".join(field(notice, pq.DiagnosticField.MESSAGE_PRIMARY).split())[:_LONGEST]
        state = field(notice, pq.DiagnosticField.SQLSTATE)
        _log.log(level, "%s: the database remarks: %s [%s]", statement or "(no query)", text, state)
