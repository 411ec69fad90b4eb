"""A probe that only looks at what it was given: what the tests of the backend run in place of `katana.probe`.

In: the command line of the real one. Out: what it can see. A controller file that holds the word RUDE keeps no
contract.
"""

import importlib.util
import os
import pathlib
import sys


def main() -> int:
    """Prints arguments, what can be imported, and a variable."""
    module, *options = sys.argv[1:]
    package = module.partition(".")[0]
    found = importlib.util.find_spec(package)
    folder = pathlib.Path(next(iter(found.submodule_search_locations or ())) if found else "")
    documents = sorted(file.name for file in (folder / "documents").iterdir())
    print(module, *options, *documents)  # noqa: T201
    for option, value in zip(options, options[1:]):
        if option == "--source":
            print("source", pathlib.Path(value).is_file())  # noqa: T201
        if option == "--credentials":
            print("credentials", importlib.util.find_spec(value.partition(":")[0]) is not None)  # noqa: T201
    print("variable", os.environ.get("VARIABLE"))  # noqa: T201
    rude = any("RUDE" in path.read_text() for path in pathlib.Path("svc").glob("*.py"))
    return 1 if rude else 0


if __name__ == "__main__":
    sys.exit(main())
