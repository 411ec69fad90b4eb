"""`python -m katana.dev MODULE [OPTIONS OF THE SERVER]`.

Everything else is imported below, so that Ctrl-C during imports ends without a stack, too.
"""

import sys

_INTERRUPTED = 130

if __name__ == "__main__":
    try:
        from katana.dev._launch import launch

        status = launch(sys.argv[1:])
    except KeyboardInterrupt:
        status = _INTERRUPTED
    sys.exit(status)
