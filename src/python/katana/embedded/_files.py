"""Directories: where they may lie, whose they are, and how a data directory is copied.

In: paths and the identity PostgreSQL runs as. Out: directories that PostgreSQL accepts (mode 0700, its own). Never: a
change to a directory that this package did not make.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from katana.embedded._errors import PermissionRefused
from katana.embedded._identity import Identity

_SOCKET_PATH_BYTES = 103
"""sun_path holds 108 bytes with its NUL on Linux, 104 on macOS (unix(7))."""

_LONGEST_SOCKET_NAME = len("/.s.PGSQL.65535")


def make_run_directory() -> Path:
    """A new private directory whose path is short and plain enough for a socket.

    Raises:
        PermissionRefused: neither the temporary directory nor /tmp can be written.
    """
    refusals = []
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # noqa: S108 - mkdtemp is private
        try:
            directory = Path(tempfile.mkdtemp(prefix="katana-pg-", dir=parent)).absolute()
        except OSError as error:
            refusals.append(str(error))
            continue
        if _fit_for_sockets(directory):
            return directory
        directory.rmdir()
        refusals.append(f"the path {directory} is too long for a socket, or holds a comma, colon or quote")
    raise PermissionRefused("no directory for PostgreSQL's socket: " + "; ".join(refusals) + ". Set TMPDIR.")


def _fit_for_sockets(directory: Path) -> bool:
    """Short, and without the characters at which libpq and PostgreSQL split lists of hosts and directories."""
    path = os.fsencode(directory)
    return len(path) + _LONGEST_SOCKET_NAME <= _SOCKET_PATH_BYTES and not set(path) & set(b",:'\"\\")


def cache_directory() -> Path | None:
    """This user's cache directory of Katana, made if need be; None when there is no safe place for one.

    `$XDG_CACHE_HOME/katana`, `$HOME/.cache/katana`, or a directory of this user in the temporary directory.
    """
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    home = Path(os.environ.get("HOME", ""))
    candidates = [configured / "katana"] if configured.is_absolute() else []
    candidates += [home / ".cache" / "katana"] if home.is_absolute() else []
    candidates.append(Path(tempfile.gettempdir()) / f"katana-cache-{os.geteuid()}")
    return next((candidate for candidate in candidates if _private(candidate)), None)


def _private(directory: Path) -> bool:
    """Whether `directory` is there, ours, and writable by nobody else (the temporary directory is everyone's)."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = directory.lstat()
    except OSError:
        return False
    writable_by_others = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return ours and not writable_by_others and os.access(directory, os.W_OK | os.X_OK)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a data directory to a new directory: plain files and directories, modes 0600 and 0700, nothing flushed."""
    target.mkdir(mode=0o700)
    with os.scandir(source) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                copy_tree(source / entry.name, target / entry.name)
            elif entry.is_file(follow_symlinks=False):
                _copy_file(entry.path, target / entry.name)


def _copy_file(source: str, target: Path) -> None:
    reader = os.open(source, os.O_RDONLY)
    try:
        writer = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _copy_bytes(reader, writer)
        finally:
            os.close(writer)
    finally:
        os.close(reader)


def _copy_bytes(reader: int, writer: int) -> None:
    """In the kernel, sharing blocks where the file system can (copy_file_range(2)); through this process elsewhere."""
    size = os.fstat(reader).st_size
    try:
        while size > 0 and (copied := os.copy_file_range(reader, writer, size)):
            size -= copied
    except (AttributeError, OSError):
        with os.fdopen(os.dup(reader), "rb") as source, os.fdopen(os.dup(writer), "wb") as target:
            shutil.copyfileobj(source, target)


def give(directory: Path, identity: Identity) -> None:
    """Make PostgreSQL's user the owner of `directory` and of all in it, if it is not yet.

    Raises:
        PermissionRefused: it belongs to a third user.
    """
    owner = directory.stat().st_uid
    if owner == identity.uid:
        return
    if os.geteuid() != 0 or owner not in (0, 65534):
        raise PermissionRefused(
            f"{directory} belongs to user {owner} and PostgreSQL would run as user {identity.uid}: "
            f"run as user {owner}, or remove the directory"
        )
    for folder, _, files in directory.walk():
        os.chown(folder, identity.uid, identity.gid)
        for name in files:
            os.chown(folder / name, identity.uid, identity.gid, follow_symlinks=False)
