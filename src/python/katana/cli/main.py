"""The entry point of the `katana` command.

In: `sys.argv`. Out: the exit status (docs/reference/cli.md). Never: a stack, even when Ctrl-C arrives during imports,
which is why the rest of the command is imported here and not above.
"""

import sys

_INTERRUPTED = 130


def main() -> None:
    """The console script `katana`."""
    try:
        from katana.cli._run import run

        status: int = run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("katana: interrupted\n")
        status = _INTERRUPTED
    sys.exit(status)
