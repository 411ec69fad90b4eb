"""Options that several commands share, spelled once.

In: a parser. Out: the parser with more options. Never: their effect.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Literal

from katana.cli._exit import UsageError


def reporting(parser: argparse.ArgumentParser) -> None:
    """`--json` and `--quiet`, which every command has."""
    group = parser.add_argument_group("reporting")
    group.add_argument("--json", dest="report_json", action="store_true", help="diagnostics and statistics as JSON")
    _quiet(group)


def reporting_and_decoder(parser: argparse.ArgumentParser) -> None:
    """The same where `--json DECODER` also chooses how generated code reads JSON; bare `--json` is the report."""
    group = parser.add_argument_group("reporting")
    group.add_argument(
        "--json",
        dest="decoder",
        action=_JsonOrDecoder,
        nargs="?",
        metavar="DECODER",
        help="without a value: diagnostics and statistics as JSON; with one: the decoder of generated code"
        " where an operation has no x-katana-json: ondemand (default), dom, zero-copy",
    )
    parser.set_defaults(report_json=False)
    _quiet(group)


def sql_inputs(parser: argparse.ArgumentParser) -> None:
    """What `katana.sql` needs beside the directory of `-i`."""
    group = parser.add_argument_group("SQL")
    group.add_argument(
        "--schema", nargs="+", action="extend", metavar="FILE", default=[], help="schema or migration files, in order"
    )
    group.add_argument(
        "--queries", nargs="+", action="extend", metavar="FILE", default=[], help="files of annotated queries"
    )
    group.add_argument(
        "--db-url",
        metavar="URL",
        help="a PostgreSQL to describe queries with; a scratch database is made on it and dropped"
        " (default: an embedded one)",
    )
    group.add_argument(
        "--lock",
        metavar="FILE",
        help="where descriptions are kept, to be committed; a current one is used instead of a PostgreSQL, another one"
        " is made anew (default: sql.lock in the directory of -i, if it is there)",
    )
    group.add_argument("--offline", action="store_true", help="use the lock or fail: never ask a PostgreSQL")


def output_directory(parser: argparse.ArgumentParser, package: str) -> None:
    """`-o` and `--package`."""
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="directory that gets the package")
    parser.add_argument("--package", metavar="NAME", help=f"dotted name of the package (default: {package})")


def strict(parser: argparse.ArgumentParser) -> None:
    """`--strict`."""
    parser.add_argument("--strict", action="store_true", help="warnings are errors")


def layer(parser: argparse.ArgumentParser) -> None:
    """`--layer`."""
    parser.add_argument(
        "--layer",
        metavar="LAYER",
        help="how much to generate: mid (interfaces to implement) or high (also controllers that run queries)",
    )


def chosen_layer(options: argparse.Namespace) -> Literal["high", "mid"] | None:
    """The value of `--layer`; None when it was not given.

    Raises:
        UsageError: there is no such layer.
    """
    if options.layer in (None, "high", "mid"):
        chosen: Literal["high", "mid"] | None = options.layer
        return chosen
    raise UsageError(f"--layer {options.layer}: not one of high, mid")


def refuse_unless(option: str, value: str | None, supported: str, known: Sequence[str]) -> None:
    """Refuses a value that is planned but not there, and one that never will be.

    Raises:
        UsageError: `value` is neither None nor `supported`.
    """
    if value is None or value == supported:
        return
    if value in known:
        raise UsageError(f"unsupported: {option} {value} does not exist yet", hint=f"use {option} {supported}")
    raise UsageError(f"{option} {value}: not one of {', '.join(known)}")


def alloc(parser: argparse.ArgumentParser) -> None:
    """`--alloc`."""
    policies = ("arena", "pmr", "heap")
    parser.add_argument(
        "--alloc",
        metavar="POLICY",
        choices=policies,
        default=policies[0],
        help=f"memory policy where an operation has no x-katana-alloc: {', '.join(policies)} (default {policies[0]})",
    )


def chosen_decoder(options: argparse.Namespace) -> str:
    """The decoder that `--json` names.

    Raises:
        UsageError: there is none of that name.
    """
    known = ("ondemand", "dom", "zero-copy")
    name = options.decoder or known[0]
    if name not in known:
        raise UsageError(f"--json {name}: not one of {', '.join(known)}")
    return str(name)


class _JsonOrDecoder(argparse.Action):
    """`--json` sets `report_json`; `--json dom` sets `decoder`."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if values is None:
            namespace.report_json = True
        else:
            setattr(namespace, self.dest, values)


def _quiet(group: argparse._ArgumentGroup) -> None:
    group.add_argument("-q", "--quiet", action="store_true", help="no statistics, no progress")
