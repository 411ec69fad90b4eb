"""What a command is.

In: nothing. Out: `Command`, which each command's module fills in. Never: behaviour.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from katana.cli._report import Report


@dataclass(frozen=True)
class Command:
    """One leaf of the grammar: a line of help, an example to copy, its arguments, and what it does."""

    help: str
    example: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Report], None]
