"""What the operating system grants a process: open files, and a queue of those who want to connect.

In: the limits of the server. Out: open files raised as far as they go, and a sentence for each wish that the system
does not grant. Never: an end of the program: it serves within what it has.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from katana.runtime._limits import Limits

_RESERVE: Final = 64
"""Files that are no connection of a client: logs, the database, pipes, the loop's own."""
_SOMAXCONN: Final = Path("/proc/sys/net/core/somaxconn")


def raise_open_files() -> int | None:
    """Raises the number of files that this process may open to what it may have at most (RLIMIT_NOFILE).

    Returns:
        The number; None where it has none, or nobody tells.
    """
    try:
        import resource  # noqa: PLC0415 - does not exist on Windows
    except ImportError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        # macOS says "no limit" and grants less (setrlimit(2), COMPATIBILITY).
        wishes = (hard, 65536, 10240) if sys.platform == "darwin" else (hard,)
        for wish in wishes:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wish, hard))
            except (OSError, ValueError):
                continue
            soft = wish
            break
    return None if soft == resource.RLIM_INFINITY else soft


def longest_backlog(source: Path = _SOMAXCONN) -> int | None:
    """Connections that the kernel lets wait on one socket (listen(2)); None where nobody tells."""
    try:
        return int(source.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def not_granted(limits: Limits, open_files: int | None, backlog: int | None) -> list[str]:
    """What is configured and cannot be had; each with what to do.

    Args:
        limits: of the server; those of connections count for each process.
        open_files: of each process; None: as many as it likes.
        backlog: see `longest_backlog`.
    """
    found = []
    if open_files is not None and limits.connections + _RESERVE > open_files:
        found.append(
            f"limits.connections is {limits.connections}, and a process may open {open_files} files: those who come "
            f"beyond are not accepted; raise the limit (ulimit -Hn, LimitNOFILE=) or set limits.connections to "
            f"{max(1, open_files - _RESERVE)} or less, so that they are answered"
        )
    if backlog is not None and limits.backlog > backlog:
        found.append(
            f"limits.backlog is {limits.backlog}, and the kernel lets {backlog} connections wait: raise "
            f"net.core.somaxconn, or set limits.backlog to that"
        )
    return found
