"""The entry point of the `katana` command.

In: `sys.argv`. Out: the exit status (docs/reference/cli.md). Never: a stack, even when Ctrl-C arrives during imports,
which is why the rest of the command is imported here and not above.
"""

import gc
import sys

_INTERRUPTED = 130
_COLLECT_AFTER = 200_000
"""Containers between two looks for cycles. What a compiler makes lives to its end and has few: looking as often as
CPython does by default takes a third of its time and frees next to nothing."""


def main() -> None:
    """The console script `katana`."""
    gc.set_threshold(_COLLECT_AFTER, 50)
    try:
        from katana.cli._run import run

        status: int = run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("katana: interrupted\n")
        status = _INTERRUPTED
    sys.exit(status)
