"""A durable data directory: one server at a time, whole or absent, of the right version.

In: the directory a user named. Out: `DurableData`, locked. Layout: `pg` (PostgreSQL's own), `password` (of its
superuser, for TCP), `lock`. Never: the removal of data.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from katana.embedded._errors import DataDirectoryInUse, IncompatibleData, PermissionRefused
from katana.embedded._identity import Identity

_INCOMING = "pg.incoming"
_POLL_SECONDS = 0.05


class DurableData:
    """The directory, held under a lock that PostgreSQL and its supervisor inherit.

    So it stays locked while anything may still write to it, and whoever comes next waits for an orderly shutdown.

    Raises:
        DataDirectoryInUse: still locked after `patience` seconds.
        PermissionRefused: it cannot be made or written.
    """

    def __init__(self, directory: Path, *, patience: float) -> None:
        self.directory = directory.absolute()
        self.cluster = self.directory / "pg"
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise PermissionRefused(f"the data directory {self.directory} cannot be used: {error}") from error
        try:
            self._acquire(patience)
        except BaseException:
            self.release()
            raise

    def _acquire(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise DataDirectoryInUse(
                        f"another embedded PostgreSQL runs on {self.directory}: stop it, or give another data directory"
                    ) from None
            time.sleep(_POLL_SECONDS)

    def release(self) -> None:
        """Give the lock up. PostgreSQL's own hold on it, if any, remains."""
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1

    def require_version(self, major: str) -> None:
        """Check who made the cluster, if there is one.

        Raises:
            IncompatibleData: another major version of PostgreSQL.
        """
        try:
            found = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return
        if found != major:
            raise IncompatibleData(
                f"PostgreSQL {found} made {self.cluster} and this is PostgreSQL {major}: "
                f"export it with version {found}, or remove {self.directory}"
            )

    def provide(self, make: Callable[[Path], None]) -> None:
        """Make the cluster if there is none; `make` fills the directory it is given."""
        if self.cluster.exists():
            return
        incoming = self.directory / _INCOMING
        shutil.rmtree(incoming, ignore_errors=True)
        make(incoming)
        incoming.rename(self.cluster)

    def password(self) -> str:
        """The superuser's password, made at first use."""
        file = self.directory / "password"
        try:
            return file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            password = secrets.token_urlsafe(24)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as output:
                output.write(password + "\n")
            return password

    def require_reach(self, reachable: Callable[[Path, Identity], bool], identity: Identity) -> None:
        """Check that PostgreSQL's user gets there.

        Raises:
            PermissionRefused: a directory above is closed to it.
        """
        if not reachable(self.directory.parent, identity):
            raise PermissionRefused(
                f"PostgreSQL runs as user {identity.uid} here, which may not enter {self.directory.parent}: "
                "give a data directory elsewhere, for example below /var/tmp"
            )
