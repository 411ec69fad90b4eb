"""An initialised data directory, made once for each user and version, copied for each server.

`initdb` takes a second, a copy a tenth of it. In: a function that runs `initdb`. Out: a data directory of one's own.
Never: a template that somebody else could have written, or one that is only half there.

1. A template is complete or absent: it is made elsewhere and renamed.
2. One process makes it, the others wait (an exclusive lock; copying takes a shared one). The kernel releases the lock
   of a process that dies, so whatever lies about under an exclusive lock is debris.
3. The manifest lists every file with its size. Cleaners of temporary directories remove files one by one; a template
   that lost one is made anew.
4. Its name holds everything it depends on; a new version of the wheel makes a template of its own.
5. Without a cache directory, or when it fails (a full disk), there is no template: the server gets what `initdb` made.
"""

import fcntl
import hashlib
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from katana.embedded._files import copy_tree

_FORMAT = "1"
_DATA = "data"
_MANIFEST = "manifest"
_BUILDING = "building-"


class Templates:
    """The template in one cache directory (None: no cache) for one version of PostgreSQL and its `initdb` arguments."""

    def __init__(self, cache: Path | None, version: str, arguments: Sequence[str]) -> None:
        self._directory = cache / "postgres" if cache is not None else None
        key = "\0".join((_FORMAT, version, platform.machine(), *arguments))
        self._name = f"{version}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"

    def provide(self, target: Path, initialise: Callable[[Path], None]) -> None:
        """Make `target`, a data directory: copied from the template, or by `initialise`, which makes the template too.

        Raises:
            Whatever `initialise` raises.
        """
        with self._locked(fcntl.LOCK_SH) as directory:
            if directory is not None and self._copy(directory, target):
                return
        with self._locked(fcntl.LOCK_EX) as directory:
            if directory is not None and self._copy(directory, target):  # made while this process waited
                return
            initialise(target)
            if directory is not None:
                self._publish(directory, target)

    @contextmanager
    def _locked(self, operation: int) -> Iterator[Path | None]:
        """The directory of templates, locked; None when there is none or it cannot be used."""
        try:
            lock = self._open_lock(operation)
        except OSError:
            lock = -1
        try:
            yield self._directory if lock >= 0 else None
        finally:
            if lock >= 0:
                os.close(lock)

    def _open_lock(self, operation: int) -> int:
        if self._directory is None:
            return -1
        self._directory.mkdir(mode=0o700, exist_ok=True)
        lock = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, operation)
        except OSError:
            os.close(lock)
            raise
        return lock

    def _copy(self, directory: Path, target: Path) -> bool:
        """Copy the template, if there is an intact one; whether it was done."""
        template = directory / self._name
        try:
            if not _intact(template):
                return False
            copy_tree(template / _DATA, target)
        except OSError:
            shutil.rmtree(target, ignore_errors=True)
            return False
        return True

    def _publish(self, directory: Path, data: Path) -> None:
        """Make `data` the template. A cache that cannot be written is no error: the next server tries again."""
        for debris in directory.glob(_BUILDING + "*"):
            shutil.rmtree(debris, ignore_errors=True)
        building = directory / f"{_BUILDING}{os.getpid()}"
        try:
            building.mkdir(mode=0o700)
            copy_tree(data, building / _DATA)
            (building / _MANIFEST).write_text(_inventory(building / _DATA), encoding="utf-8")
            shutil.rmtree(directory / self._name, ignore_errors=True)
            building.rename(directory / self._name)
        except OSError:
            shutil.rmtree(building, ignore_errors=True)


def _intact(template: Path) -> bool:
    """Whether the template is this user's and has every file of its manifest, at its size."""
    try:
        if template.lstat().st_uid != os.geteuid():
            return False
        return (template / _MANIFEST).read_text(encoding="utf-8") == _inventory(template / _DATA)
    except (OSError, UnicodeDecodeError):
        return False


def _inventory(data: Path) -> str:
    """Every file and directory below `data`, one a line, with the sizes of the files."""
    lines = []
    for folder, folders, files in data.walk():
        relative = folder.relative_to(data)
        lines += [f"{relative}/{name}/" for name in folders]
        lines += [f"{relative}/{name} {(folder / name).lstat().st_size}" for name in files]
    return "\n".join(sorted(lines)) + "\n"
