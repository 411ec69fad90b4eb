"""The first minute of a service: `python -m katana.dev svc_server.main` serves it with a PostgreSQL of its own.

In: the module that a build generated for a service, and the server's options. Out: a serving process whose responses
are compared with the contract, an embedded PostgreSQL if the service needs one and none is configured. Never:
production; the package is not part of a PEX.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from katana.dev._errors import LaunchError

if TYPE_CHECKING:
    from katana.runtime import Service

_INTERRUPTED = 130


def launch(arguments: Sequence[str]) -> int:
    """Serves the service of a module; returns the exit code of the process.

    Args:
        arguments: the module, then options of the server (see `katana.runtime.serve`).
    """
    try:
        # Imported here, so that Ctrl-C during imports ends without a stack, too.
        from katana.dev._launch import run  # noqa: PLC0415

        return run(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED


def load(module: str) -> Service:
    """The service of a generated module.

    Raises:
        LaunchError: there is none, or importing it fails; the text has the stack of the user's code.
    """
    from katana.dev._launch import load as load_module  # noqa: PLC0415 - as above

    return load_module(module)


__all__ = ("LaunchError", "launch", "load")
