"""The command line of a service: from `argv` and environment to an exit code.

In: a `Service`, or whatever else can be served. Out: a process that serves until a signal. Never: a traceback for a
mistake of the operator.

Exit codes: 0 served and stopped; 1 could not start; 2 wrong options or environment; 128 + signal: stopped by a second
signal before its requests were done.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
import signal
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import NoReturn

from katana.runtime._config import (
    LIMIT_OPTIONS,
    OPTIONS,
    TAKEOVER_VARIABLE,
    Config,
    ConfigError,
    masked,
    resolve,
    shown,
    suggestion,
)
from katana.runtime._listen import ListenError
from katana.runtime._notify import notify
from katana.runtime._poll import Poll, PollError, choose
from katana.runtime._served import Servable
from katana.runtime._server import StartError
from katana.runtime._system_limits import longest_backlog, not_granted, raise_open_files
from katana.runtime._until_signal import serve_until_signal
from katana.runtime._version import VERSION

_log = logging.getLogger("katana.server")


def serve(service: Servable, argv: Sequence[str] | None = None, *, tied_to: str | None = None) -> int:
    """Run a service until SIGTERM or SIGINT; return the exit code of the process.

    Args:
        service: what to serve.
        argv: the arguments; None: those of the process.
        tied_to: what of this process a new version could not take over; None: there is nothing.
    """
    try:
        arguments = vars(_parser(service).parse_args(argv))
        if arguments.pop("version"):
            return _print(_version_lines(service))
        reload, upgrade = arguments.pop("reload"), arguments.pop("upgrade")
        print_routes, print_config = arguments.pop("print_routes"), arguments.pop("print_config")
        config = resolve(
            {name: value for name, value in arguments.items() if value is not None}, os.environ, folder=os.curdir
        )
        if print_config:
            return _print(_table(_with_choice(shown(config), _choice(config))))
        if print_routes:
            return _print(_table([("METHOD", "PATH", "OPERATION", "CONTROLLER"), *service.routes(config)]))
        if reload or upgrade:
            return _order(service, config, upgrade=upgrade)
        return _run(service, config, tied_to)
    except _Help as text:
        return _print([str(text)])
    except ConfigError as error:
        return _fail(service, str(error), 2)
    except (StartError, ListenError, ValueError) as error:
        return _fail(service, str(error), 1)


class _Help(Exception):
    """`--help` was given; the text is the message."""


class _Parser(argparse.ArgumentParser):
    """Raises instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(message)

    def print_help(self, file: object = None) -> NoReturn:
        raise _Help(self.format_help().rstrip())

    def parse_args(self, args: Sequence[str] | None = None, namespace: object = None) -> argparse.Namespace:  # type: ignore[override]
        found, unknown = self.parse_known_args(args)
        if unknown:
            switches = [switch for action in self._actions for switch in action.option_strings]
            raise ConfigError(f"unknown argument {unknown[0]}{suggestion(unknown[0].partition('=')[0], switches)}")
        return found


def _parser(service: Servable) -> _Parser:
    parser = _Parser(
        prog=service.name,
        description=f"Serve {service.name} {service.version}.",
        epilog="Every option can be an environment variable, KATANA_PORT=9000, or stand in katana.toml, port = 9000. "
        "The command line wins over the environment, that over the file, that over the profile.",
        allow_abbrev=False,
    )
    for option in OPTIONS:
        if option.flag is None:
            parser.add_argument(option.switch, dest=option.name, metavar=option.metavar, help=option.help)
        else:
            parser.add_argument(option.switch, dest=option.name, action="store_const", const="true", help=option.help)
    parser.add_argument("--config", metavar="FILE", help="file of options; katana.toml, if there is one")
    limits = parser.add_argument_group("limits")
    for option in LIMIT_OPTIONS:
        limits.add_argument(option.switch, dest=option.name, metavar=option.metavar, help=option.help)
    parser.add_argument("--version", action="store_true", help="print versions and build information")
    parser.add_argument("--print-routes", action="store_true", help="print every operation")
    parser.add_argument("--print-config", action="store_true", help="print every option and where its value came from")
    orders = parser.add_argument_group("orders to the running instance, whose admin port the options name")
    either = orders.add_mutually_exclusive_group()
    either.add_argument("--reload", action="store_true", help="replace its reactors; returns when that is done")
    either.add_argument("--upgrade", action="store_true", help="have a new version take over; returns when it has")
    return parser


def _version_lines(service: Servable) -> list[str]:
    lines = [
        f"{service.name} {service.version}",
        f"katana {VERSION}",
        f"{platform.python_implementation()} {platform.python_version()}",
    ]
    build = service.build_info()
    return [*lines, f"build {build.decode().strip()}"] if build else lines


def _table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _order(service: Servable, config: Config, *, upgrade: bool) -> int:
    """Have the running instance do something."""
    if config.admin_port is None or not hasattr(os, "fork"):
        raise ConfigError(
            f"--{'upgrade' if upgrade else 'reload'}: the running instance is found by its admin port: "
            "give --admin-port, KATANA_ADMIN_PORT or admin_port in katana.toml"
        )
    from katana.runtime.supervisor import Instance, OrderError  # noqa: PLC0415 - see `_run`

    instance = Instance(service.name, config.admin_host, config.admin_port)
    try:
        return _print([instance.upgrade() if upgrade else instance.reload()])
    except OrderError as error:
        return _fail(service, str(error), 1)


def _choice(config: Config) -> Poll:
    """The event loop. Raises ConfigError."""
    try:
        return choose(config.poll)
    except PollError as error:
        raise ConfigError(f"{config.source('poll')}: {error}") from None


def _with_choice(rows: Iterable[tuple[str, str, str]], poll: Poll) -> list[tuple[str, str, str]]:
    return [(name, text, f"{source}, here {poll}" if name == "poll" else source) for name, text, source in rows]


def _run(service: Servable, config: Config, tied_to: str | None) -> int:
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    poll = _choice(config)
    if poll.note:
        _log.info("the event loop is %s: %s", poll, poll.note)
    for sentence in not_granted(config.limits, raise_open_files(), longest_backlog()):
        _log.warning("%s", sentence)
    reactors = _reactors(config)
    if reactors == 0:
        if config.admin_port is not None:
            raise ConfigError(
                f"{config.source('admin_port')}: this process serves alone and answers /livez and /readyz itself; "
                "leave it out, or give --reactors"
            )
        if TAKEOVER_VARIABLE in os.environ:
            raise ConfigError(
                f"{config.source('reactors')}: 0 reactors: a process that serves alone cannot take over; stop the "
                "running instance first"
            )
        return _alone(service, config, poll)
    from katana.runtime.supervisor import Supervisor  # noqa: PLC0415 - needs what only POSIX has

    config = replace(config, reactors=reactors)
    return Supervisor(service, config, partial(_greet, service, config), tied_to).run()


def _reactors(config: Config) -> int:
    """How many reactors to fork; 0: serve in this process."""
    if not hasattr(os, "fork"):
        if config.reactors:
            _log.warning("%s: this system has no fork: this process serves alone", config.source("reactors"))
        return 0
    if config.reactors is not None:
        return config.reactors
    if config.profile == "dev":
        return 0
    from katana.runtime.supervisor import default_reactors  # noqa: PLC0415 - see `_run`

    return default_reactors()


def _alone(service: Servable, config: Config, poll: Poll) -> int:
    server = service.server(config)

    def ready() -> None:
        _greet(service, config, server.url, 0)
        notify("READY=1")

    if hasattr(signal, "SIGUSR2"):
        signal.signal(signal.SIGUSR2, _cannot_be_replaced)
    with asyncio.Runner(loop_factory=poll.new_loop) as runner:
        return runner.run(serve_until_signal(server, (signal.SIGTERM, signal.SIGINT), ready))


def _cannot_be_replaced(_number: int, _frame: FrameType | None) -> None:
    _log.error("SIGUSR2: a process that serves alone cannot be replaced; give --reactors, or restart it")


def _greet(service: Servable, config: Config, url: str, reactors: int) -> None:
    """Say where the service listens, and by how many reactors; 0: by this process."""
    lines = [f"listening on {url}"]
    if reactors:
        lines.append(f"reactors {reactors}")
    if config.database_url is not None:
        lines.append(f"database {masked(config.database_url)}")
    if config.documented and service.documents():
        lines.append(f"docs {url}/docs")
    _print(lines)


def _print(lines: Iterable[str]) -> int:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
    return 0


def _fail(service: Servable, message: str, code: int) -> int:
    sys.stderr.write(f"{service.name}: error: {message}\n")
    return code
