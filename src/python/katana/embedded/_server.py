"""An embedded PostgreSQL server: started, asked for URLs and databases, killed, restarted, stopped.

In: where its data lies (nowhere: it is thrown away), whether it listens on TCP. Out: `EmbeddedPostgres`. Never: a
server that outlives its owner, an address other than a private socket and 127.0.0.1, a directory opened to others.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote

from katana.embedded import _admin
from katana.embedded._binaries import Binaries, locate, reachable, within_reach
from katana.embedded._data import DurableData
from katana.embedded._errors import EmbeddedPostgresError, PortInUse
from katana.embedded._extensions import trust
from katana.embedded._failures import initdb_failure, start_failure
from katana.embedded._files import cache_directory, copy_tree, give, make_run_directory
from katana.embedded._settings import HBA, INITDB_ARGUMENTS, SUPERUSER, server_settings
from katana.embedded._supervision import Supervision
from katana.embedded._template import Templates

_DEFAULT_PORT = 5432
_PORT_ATTEMPTS = 20
_INITDB_SECONDS = 300.0
_POLL_SECONDS = 0.005
_POSTMASTER_STATUS_LINE = 7
"""postmaster.pid says `ready` there (miscadmin.h, LOCK_FILE_LINE_PM_STATUS)."""

_IMMEDIATE: tuple[tuple[int, float], ...] = ((signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))
_ORDERLY: tuple[tuple[int, float], ...] = ((signal.SIGINT, 30.0), *_IMMEDIATE)
"""PostgreSQL documentation, 18.5: SIGINT is the fast shutdown, SIGQUIT the immediate one."""


class EmbeddedPostgres:
    """A server, and a context manager that stops it; made by `EmbeddedPostgres.start`.

    Safe to share between threads; of no use in a process forked from its owner's.
    """

    def __init__(
        self, binaries: Binaries, data: DurableData | None, settings: Mapping[str, str], timeout: float
    ) -> None:
        self._lock = threading.RLock()
        self._binaries = binaries
        self._durable = data
        self._settings = dict(settings)
        self._timeout = timeout
        self._owner = os.getpid()
        self._pid = 0
        self._port = _DEFAULT_PORT
        self._tcp = False
        self._password = ""
        self._run_directory = make_run_directory()
        self._cluster = data.cluster if data is not None else self._run_directory / "data"
        try:
            self._supervision = Supervision(
                remove=[self._run_directory],
                ladder=_ORDERLY if data is not None else _IMMEDIATE,
                keep_open=[data.lock] if data is not None else [],
            )
        except BaseException:
            shutil.rmtree(self._run_directory, ignore_errors=True)
            raise

    @classmethod
    def start(
        cls,
        *,
        data_dir: Path | None = None,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        trusted_extensions: Collection[str] = (),
        timeout: float = 60.0,
    ) -> Self:
        """Start a server and wait until it accepts connections.

        Args:
            data_dir: where data is kept from one start to the next, durably; None: data is thrown away at the end.
            port: a port of 127.0.0.1 to listen on beside the socket, with a password; 0: any free one; None: no TCP.
            settings: PostgreSQL settings by name.
            trusted_extensions: extensions that roles which are no superusers may install, beside those that say so.
            timeout: seconds to wait for readiness, and for another server to leave `data_dir`.

        Raises:
            EmbeddedPostgresError: in one of its subclasses.
        """
        binaries = locate()
        data = DurableData(data_dir, patience=timeout) if data_dir is not None else None
        try:
            server = cls(binaries, data, settings or {}, timeout)
        except BaseException:
            if data is not None:
                data.release()
            raise
        try:
            server._prepare(trusted_extensions)
            server._launch(port)
        except BaseException:
            server.stop()
            raise
        return server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of PostgreSQL's postmaster; 0 when it is not running."""
        return self._pid if self.running else 0

    @property
    def port(self) -> int | None:
        """The TCP port on 127.0.0.1, or None without TCP."""
        return self._port if self._tcp else None

    @property
    def socket_directory(self) -> Path:
        """The directory of the server's socket."""
        return self._run_directory

    @property
    def running(self) -> bool:
        """Whether the server runs."""
        with self._lock:
            return self._supervision.poll()

    @property
    def log(self) -> str:
        """What the server has logged."""
        return _read(self._run_directory / "log")

    def url(self, dbname: str = SUPERUSER, *, user: str = SUPERUSER) -> str:
        """A connection URL that goes through the socket, where no password is asked."""
        host = quote(str(self._run_directory), safe="")
        return f"postgresql://{quote(user, safe='')}@/{quote(dbname, safe='')}?host={host}&port={self._port}"

    def tcp_url(self, dbname: str = SUPERUSER) -> str:
        """A connection URL that goes through 127.0.0.1, with the superuser's password.

        Raises:
            EmbeddedPostgresError: the server was started without a port.
        """
        if not self._tcp:
            raise EmbeddedPostgresError("this server has no TCP port: start it with port=0 for any free one")
        secret = quote(self._password, safe="")
        return f"postgresql://{SUPERUSER}:{secret}@127.0.0.1:{self._port}/{quote(dbname, safe='')}"

    def create_database(self, name: str, *, template: str | None = None, owner: str | None = None) -> str:
        """Create a database, empty or a copy of `template`; its URL.

        Raises:
            EmbeddedPostgresError: with PostgreSQL's message.
        """
        _admin.create_database(self._admin_conninfo(), name, template=template, owner=owner)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and end its sessions; nothing happens when there is none."""
        _admin.drop_database(self._admin_conninfo(), name)

    def create_role(self, name: str) -> None:
        """Create a role that may log in and is no superuser; nothing happens when there is one."""
        _admin.create_role(self._admin_conninfo(), name)

    def kill(self) -> None:
        """End the server as a crash would: connections break, nothing is flushed. `restart` brings it back."""
        with self._lock:
            self._signal_and_wait(_IMMEDIATE)

    def restart(self) -> None:
        """Stop the server if it runs, and start it on the same data, socket and port.

        Raises:
            StartFailed: in one of its subclasses.
        """
        with self._lock:
            self._signal_and_wait(_ORDERLY)
            self._run_server()

    def stop(self) -> None:
        """Stop the server and remove what it leaves: all of a throw-away one. May be called again."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            self._supervision.close()
            shutil.rmtree(self._run_directory, ignore_errors=True)
            if self._durable is not None:
                self._durable.release()

    def _admin_conninfo(self) -> str:
        return self.url()

    def _prepare(self, trusted_extensions: Collection[str]) -> None:
        """Everything that must be there before the first start: programs, settings, data."""
        identity = self._supervision.identity
        self._binaries = within_reach(self._binaries, identity, self._run_directory / "programs")
        (self._run_directory / "pg_hba.conf").write_text(HBA, encoding="ascii")
        extensions = self._run_directory / "trusted"
        path = trust(trusted_extensions, installation=self._binaries.root, directory=extensions)
        self._settings |= {"extension_control_path": path} if path else {}
        give(self._run_directory, identity)
        templates = Templates(cache_directory(), self._binaries.version, INITDB_ARGUMENTS)
        if self._durable is None:
            templates.provide(self._cluster, self._initdb)
        else:
            self._durable.require_version(self._binaries.major)
            self._durable.require_reach(reachable, identity)
            self._durable.provide(lambda target: self._make_durable(templates, target))
            give(self._durable.directory, identity)
        give(self._cluster, identity)

    def _make_durable(self, templates: Templates, target: Path) -> None:
        templates.provide(target, self._initdb)
        give(target, self._supervision.identity)
        self._run_initdb("--sync-only", "-D", str(target))

    def _initdb(self, target: Path) -> None:
        """Initialise where PostgreSQL's user may write, then bring the result to `target`."""
        fresh = self._run_directory / "fresh"
        self._run_initdb("-D", str(fresh), *INITDB_ARGUMENTS)
        try:
            fresh.rename(target)
        except OSError:  # another file system
            copy_tree(fresh, target)
            shutil.rmtree(fresh)

    def _run_initdb(self, *arguments: str) -> None:
        log = self._run_directory / "initdb.log"
        self._supervision.run([self._binaries.initdb, *arguments], log=log, environment=_environment())
        running = self._supervision.poll(_INITDB_SECONDS)
        if running or self._supervision.returncode != 0:
            raise initdb_failure(_read(log), returncode=self._supervision.returncode)

    def _launch(self, port: int | None) -> None:
        self._tcp = port is not None
        for attempt in range(_PORT_ATTEMPTS):
            self._port = port or (_free_port() if self._tcp else _DEFAULT_PORT)
            try:
                self._run_server()
                break
            except PortInUse:  # somebody took it between our look and PostgreSQL's bind
                if port != 0 or attempt == _PORT_ATTEMPTS - 1:
                    raise
        if self._tcp:
            self._password = self._durable.password() if self._durable is not None else secrets.token_urlsafe(24)
            _admin.set_password(self._admin_conninfo(), self._password)

    def _run_server(self) -> None:
        settings = server_settings(
            self._run_directory, port=self._port, tcp=self._tcp, durable=self._durable is not None, own=self._settings
        )
        argv = [self._binaries.postgres, "-D", str(self._cluster)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        log = self._run_directory / "log"
        before = len(_read(log))
        self._pid = self._supervision.run(argv, log=log, environment=_environment())
        deadline = time.monotonic() + self._timeout
        while not self._ready():
            if not self._supervision.poll(_POLL_SECONDS):
                raise self._failure(before, "ended instead of starting")
            if time.monotonic() > deadline:
                self._signal_and_wait(_IMMEDIATE)
                raise self._failure(before, f"was not ready after {self._timeout:g} seconds")

    def _failure(self, log_start: int, what: str) -> EmbeddedPostgresError:
        return start_failure(self.log[log_start:], data=self._cluster, port=self._port, what=what)

    def _ready(self) -> bool:
        lines = _read(self._cluster / "postmaster.pid").split("\n")
        return (
            len(lines) > _POSTMASTER_STATUS_LINE
            and lines[0] == str(self._pid)
            and lines[_POSTMASTER_STATUS_LINE].strip() == "ready"
        )

    def _signal_and_wait(self, ladder: tuple[tuple[int, float], ...]) -> None:
        for number, patience in ladder:
            if not self._supervision.poll():
                return
            self._supervision.signal(number)
            self._supervision.poll(patience)


def _environment() -> dict[str, str]:
    """Nothing of the owner's environment reaches PostgreSQL, except what the dynamic linker may need."""
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    libraries = os.environ.get("LD_LIBRARY_PATH")
    return {**environment, "LD_LIBRARY_PATH": libraries} if libraries else environment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
