"""`python -m katana.probe MODULE [OPTIONS]`."""

import sys

from katana.probe import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
