"""`python -m katana.dev MODULE [OPTIONS OF THE SERVER]`."""

import sys

from katana.dev import launch

if __name__ == "__main__":
    sys.exit(launch(sys.argv[1:]))
