"""Exit statuses and the errors that stand for them.

In: nothing. Out: the numbers of docs/reference/cli.md and exceptions that carry one. Never: printing.
"""

from enum import IntEnum


class Exit(IntEnum):
    """What the process ends with; part of the command's contract."""

    OK = 0
    CONTRACT = 1
    USAGE = 2
    ENVIRONMENT = 3
    INTERNAL = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class CommandError(Exception):
    """A command that cannot go on, for a reason without a place in a contract.

    `message` is one line; `hint` says what to do; `status` is `Exit.USAGE` for what the command line says and
    `Exit.ENVIRONMENT` for what the machine says.
    """

    def __init__(self, message: str, *, hint: str = "", status: Exit = Exit.ENVIRONMENT) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status


class UsageError(CommandError):
    """A command line that makes no sense, or asks for what this Katana cannot do yet."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint, status=Exit.USAGE)
