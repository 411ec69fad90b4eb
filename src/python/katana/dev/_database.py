"""The PostgreSQL of a run.

In: the package of the service. Out: a running server and words about it. Never: a server that outlives this process,
which `katana.embedded` sees to even when the process is killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from katana.dev._workspace import build_root, workspace
from katana.embedded import EmbeddedPostgres, PermissionRefused


@dataclass(frozen=True)
class DevDatabase:
    """A running database: its URL, which `psql` takes too, and where its data is kept (None: nowhere)."""

    url: str
    data: Path | None
    why_not_kept: str = ""


@contextmanager
def database(package: str) -> Iterator[DevDatabase]:
    """A PostgreSQL for the service, with the data of its last run.

    Where `.katana` cannot be used (a read-only tree; root without user namespaces, whose PostgreSQL runs as a user that
    may not enter the tree), the data is thrown away at the end, and `why_not_kept` says so.

    Raises:
        AlreadyRunning: another run of the service has the data.
        EmbeddedPostgresError: PostgreSQL does not start.
    """
    with ExitStack() as resources:
        try:
            found = _kept(package, resources)
        except PermissionRefused as error:
            found = _thrown_away(str(error), resources)
        except OSError as error:
            found = _thrown_away(f"{error.filename}: {error.strerror}", resources)
        yield found


def _kept(package: str, resources: ExitStack) -> DevDatabase:
    place = resources.enter_context(workspace(build_root(Path.cwd()), package))
    server = resources.enter_context(EmbeddedPostgres.start(data_dir=place.data))
    place.announce(server.url())
    return DevDatabase(server.url(), place.data)


def _thrown_away(why: str, resources: ExitStack) -> DevDatabase:
    server = resources.enter_context(EmbeddedPostgres.start())
    return DevDatabase(server.url(), None, why)
