"""The grammar of the command line.

In: arguments. Out: a namespace with `run` (the command), `name`, `quiet`, `report_json` and the command's own members.
Never: work; a command's module says what it takes and imports the rest of Katana only when it runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

from katana.cli import (
    _check_service,
    _gen_hooks,
    _gen_openapi,
    _gen_service,
    _gen_sql,
    _ir_bundle,
    _ir_dump,
    _schema_extensions,
)
from katana.cli._command import Command
from katana.cli._exit import UsageError
from katana.gen.source import GENERATOR

_EPILOG = """\
exit status:
  0    done
  1    the contract is wrong; every mistake is printed with its place
  2    the command line is wrong, or asks for what Katana cannot do yet
  3    the machine is in the way: a file, a directory, PostgreSQL
  70   a bug in Katana
  130  interrupted

example:
  katana gen openapi -i src/openapi/users.yaml -o gen/
"""


_GROUPS: dict[str, tuple[str, dict[str, Command]]] = {
    "gen": (
        "generate Python from contracts",
        {
            "openapi": _gen_openapi.COMMAND,
            "sql": _gen_sql.COMMAND,
            "service": _gen_service.COMMAND,
            "hooks": _gen_hooks.COMMAND,
        },
    ),
    "ir": ("the intermediate representation of a contract", {"dump": _ir_dump.COMMAND, "bundle": _ir_bundle.COMMAND}),
    "check": ("check code against contracts", {"service": _check_service.COMMAND}),
    "schema": ("schemas for editors and linters", {"extensions": _schema_extensions.COMMAND}),
}


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of printing, so that `--json` holds for mistakes too."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint=f"see `{self.prog} --help`")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of one command.

    Raises:
        UsageError: the arguments make no command.
        SystemExit: after `--help` or `--version` was printed.
    """
    return build().parse_args(arguments)


def build() -> argparse.ArgumentParser:
    """The whole grammar; docs/reference/cli.md is checked against it."""
    parser = _parser(_Parser, prog="katana", description="Spec-first, contract-enforced HTTP services.", epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=GENERATOR)
    groups = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for group, (text, commands) in _GROUPS.items():
        example = next(iter(commands.values())).example
        of_group = _parser(groups.add_parser, group, help=text, description=_sentence(text), epilog=_example(example))
        members = of_group.add_subparsers(metavar="WHAT", required=True, title="what")
        for name, command in commands.items():
            _add(members.add_parser, group, name, command)
    return parser


def _add(add: Callable[..., argparse.ArgumentParser], group: str, name: str, command: Command) -> None:
    parser = _parser(
        add, name, help=command.help, description=_sentence(command.help), epilog=_example(command.example)
    )
    command.arguments(parser)
    parser.set_defaults(run=command.run, name=f"{group} {name}")


def _parser(make: Callable[..., argparse.ArgumentParser], *args: str, **kwargs: str) -> argparse.ArgumentParser:
    """A parser that keeps the line ends of its epilog and takes no abbreviated options (they would be an interface)."""
    return make(*args, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **kwargs)


def _example(command: str) -> str:
    return f"example:\n  {command}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
