"""From a module's name to a serving process.

In: `MODULE [OPTIONS OF THE SERVER]`. Out: an exit code, as `katana.runtime.serve` documents it. Never: a stack of our
own for a mistake of the user; the stack of a controller that cannot be imported is shown, it is what they need.
"""

from __future__ import annotations

import importlib
import os
import sys
import tomllib
import traceback
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from katana.dev._database import DevDatabase, database
from katana.dev._errors import LaunchError
from katana.dev._replies import checked
from katana.dev._workspace import AlreadyRunning
from katana.embedded import EmbeddedPostgresError
from katana.runtime import Service, serve

_USAGE = """\
usage: python -m katana.dev MODULE [OPTIONS OF THE SERVER]
example: python -m katana.dev svc_server.main --port 9000
"""
_ANSWERS = frozenset(("-h", "--help", "--version", "--print-routes", "--print-config", "--reload", "--upgrade"))
"""Options that do not serve; they need no database."""


def run(arguments: Sequence[str]) -> int:
    """Serves the service of a module with the `dev` profile; returns the exit code.

    Args:
        arguments: the module, then options of the server. `--database-url` (or KATANA_DATABASE_URL) names a PostgreSQL
            to use; without it the service gets one of its own, if it has SQL.
    """
    if not arguments or arguments[0].startswith("-"):
        sys.stderr.write(_USAGE)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    module, *options = arguments
    try:
        return _serve(checked(load(module)), options)
    except LaunchError as error:
        return _fail(module, str(error))
    except AlreadyRunning as error:
        return _fail(module, _already_running(error))
    except EmbeddedPostgresError as error:
        return _fail(module, f"{error}\n  help: or give a PostgreSQL of your own with --database-url")


def _serve(service: Service, options: Sequence[str]) -> int:
    profile = [] if "KATANA_PROFILE" in os.environ else ["--profile", "dev"]
    if not needs_embedded(service, options, os.environ):
        return serve(service, [*profile, *options])
    with database(service.package or service.name) as found:
        _tell(found)
        return serve(service, [*profile, "--database-url", found.url, *options], tied_to="its embedded database")


def needs_embedded(service: Service, options: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether the service has SQL and nobody said where its database is."""
    if not service.needs_database or not _ANSWERS.isdisjoint(options):
        return False
    given = "KATANA_DATABASE_URL" in environment or _value(options, "--database-url") is not None
    return not given and not _names_database(_value(options, "--config") or environment.get("KATANA_CONFIG"))


def _value(options: Sequence[str], switch: str) -> str | None:
    """What an option is given, "" when its argument is missing; None: it is not there."""
    for option, following in pairwise([*options, ""]):
        name, equals, value = option.partition("=")
        if name == switch:
            return value if equals else following
    return None


def _names_database(file: str | None) -> bool:
    """Whether the file of options, None: the one in this folder, says where the database is."""
    try:
        return "database_url" in tomllib.loads(Path(file or "katana.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # the server says what is wrong with it
        return False


def load(module: str) -> Service:
    """The `SERVICE` of a generated module.

    Raises:
        LaunchError: there is none, or importing it fails.
    """
    try:
        found = getattr(importlib.import_module(module), "SERVICE", None)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise LaunchError(f"cannot be imported\n{_stack(error)}") from error
        raise LaunchError("there is no such module; `katana gen service` generates it") from error
    except Exception as error:  # whatever a controller does when it is imported
        raise LaunchError(f"cannot be imported\n{_stack(error)}") from error
    if not isinstance(found, Service):
        raise LaunchError("has no SERVICE; name the `main` module that was generated for a service")
    return found


def _stack(error: BaseException) -> str:
    """The stack of the user's code: without our frames and those of the import system."""
    summary = traceback.TracebackException.from_exception(error)
    summary.stack = traceback.StackSummary.from_list(
        frame for frame in summary.stack if frame.filename != __file__ and "importlib" not in frame.filename
    )
    return "".join(summary.format()).rstrip()


def _tell(found: DevDatabase) -> None:
    if found.data is None:
        kept = f"is thrown away at the end ({found.why_not_kept})"
    else:
        kept = f"is kept in {_relative(found.data)}; remove that to start afresh"
    sys.stdout.write(f"postgresql: its data {kept}\npsql '{found.url}'\n")
    sys.stdout.flush()


def _already_running(error: AlreadyRunning) -> str:
    if error.run is None:
        return "is already being started from this tree\n  help: stop the other run, or give --database-url"
    share = f", or share its database: --port 0 --database-url '{error.run.url}'" if error.run.url else ""
    return f"is already running from this tree, as process {error.run.pid}\n  help: stop it{share}"


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _fail(module: str, message: str) -> int:
    sys.stderr.write(f"{module}: error: {message}\n")
    return 1
