"""PostgreSQL's log, read for the reason why it did not start.

In: the text that `initdb` or `postgres` printed. Out: the error of `_errors` that says what to do. Never: files.
"""

import re
from pathlib import Path

from katana.embedded._errors import (
    DataDirectoryInUse,
    EmbeddedPostgresError,
    IncompatibleData,
    InitdbFailed,
    PermissionRefused,
    PortInUse,
    StartFailed,
)

_LOG_LINES = 30

_REASONS: tuple[tuple[str, type[EmbeddedPostgresError], str], ...] = (
    (
        r"could not bind .* address .*: Address already in use",
        PortInUse,
        "port {port} of 127.0.0.1 is in use by another program: give another port, or none",
    ),
    (
        r'lock file "postmaster.pid" already exists|pre-existing shared memory block',
        DataDirectoryInUse,
        "another PostgreSQL runs on {data}: stop it, or give another data directory",
    ),
    (
        r"database files are incompatible with server",
        IncompatibleData,
        "another version of PostgreSQL made {data}: export it with that version, or remove it",
    ),
    (
        r"could not (?:access|open|create|change).*: Permission denied|has (?:wrong ownership|invalid permissions)",
        PermissionRefused,
        "PostgreSQL may not use {data}",
    ),
)


def start_failure(log: str, *, data: Path, port: int, what: str) -> EmbeddedPostgresError:
    """Why `postgres` did not start. `what` says how that was seen: that it ended, or was not ready in time."""
    for pattern, error, message in _REASONS:
        if re.search(pattern, log):
            return error(message.format(port=port, data=data) + _quoted(log))
    return StartFailed(f"the embedded PostgreSQL {what}" + _quoted(log))


def initdb_failure(log: str, *, returncode: int | None) -> InitdbFailed:
    """Why `initdb` failed."""
    return InitdbFailed(f"initdb failed ({_ending(returncode)})" + _quoted(log))


def _ending(returncode: int | None) -> str:
    if returncode is None:
        return "no answer in time"
    return f"signal {-returncode}" if returncode < 0 else f"exit code {returncode}"


def _quoted(log: str) -> str:
    lines = [line for line in log.splitlines() if line.strip()][-_LOG_LINES:]
    return "".join(f"\n  | {line}" for line in lines)
