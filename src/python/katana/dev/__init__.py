"""The first minute of a service: `python -m katana.dev svc_server.main` serves it with a PostgreSQL of its own.

In: the module that a build generated for a service, and the server's options. Out: a serving process whose responses
are compared with the contract, an embedded PostgreSQL if the service needs one and none is configured. Never:
production; the package is not part of a PEX.
"""

from collections.abc import Sequence

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


__all__ = ("launch",)
