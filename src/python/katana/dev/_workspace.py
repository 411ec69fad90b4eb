"""Where a service keeps its development data: `.katana/PACKAGE` in the root of the build.

In: the working directory, the package of the service. Out: a directory that git ignores, held by one run at a time.
Never: a change outside `.katana`; the removal of data.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

_DIRECTORY = ".katana"
_ROOT_MARKS = ("pants.toml", ".git")
_IGNORE = "# Made by katana.dev; data of development databases.\n*\n"


class Run(msgspec.Struct, frozen=True):
    """What a run says about itself to the next one. `url` is empty until its database answers."""

    pid: int
    url: str = ""


class AlreadyRunning(Exception):
    """Another run of the service holds its data; `run` is what it says about itself, None if it says nothing yet."""

    def __init__(self, run: Run | None) -> None:
        super().__init__()
        self.run = run


class Workspace:
    """The data of one service, locked."""

    def __init__(self, directory: Path, lock: int) -> None:
        self.directory = directory
        self._lock = lock

    @property
    def data(self) -> Path:
        """The data directory of its PostgreSQL."""
        return self.directory / "postgres"

    def announce(self, url: str) -> None:
        """Tells other runs where the database is."""
        content = msgspec.json.encode(Run(os.getpid(), url))
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, content, 0)


def build_root(start: Path) -> Path:
    """The nearest directory above (or at) `start` that holds `pants.toml` or `.git`; `start` if there is none."""
    for directory in (start, *start.parents):
        if any((directory / mark).exists() for mark in _ROOT_MARKS):
            return directory
    return start


@contextmanager
def workspace(root: Path, package: str) -> Iterator[Workspace]:
    """The workspace of `package`, made if need be, and locked until the end of the block or of the process.

    Raises:
        AlreadyRunning: another process has it.
        OSError: it cannot be made or written.
    """
    shared = root / _DIRECTORY
    directory = shared / package
    directory.mkdir(parents=True, exist_ok=True)
    ignore = shared / ".gitignore"
    if not ignore.exists():
        ignore.write_text(_IGNORE, encoding="ascii")
    lock = os.open(directory / "run", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(lock)
        made = Workspace(directory, lock)
        made.announce("")
        yield made
    finally:
        os.close(lock)


def _acquire(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            run = msgspec.json.decode(os.pread(lock, 65536, 0), type=Run)
        except msgspec.DecodeError:
            run = None
        raise AlreadyRunning(run) from None
