"""`python -m katana.cli`: the same as the `katana` console script."""

from katana.cli.main import main

if __name__ == "__main__":
    main()
