"""Names of generated packages.

In: file and directory names, `--package`. Out: importable dotted names. Never: guessing when the user has decided.
"""

import keyword
import re
import unicodedata
from pathlib import Path

from katana.cli._exit import UsageError

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def of_specification(file: Path) -> str:
    """`users.yaml` -> `users_api`."""
    return f"{_word(file.name.rpartition('.')[0] or file.name)}_api"


def of_sql(directory: Path) -> str:
    """`src/sql` -> `sql_db`."""
    return f"{_word(directory.resolve().name)}_db"


def checked(name: str) -> str:
    """`name` as given with `--package`.

    Raises:
        UsageError: it cannot be imported.
    """
    for part in name.split("."):
        if not (part.isascii() and part.isidentifier()) or keyword.iskeyword(part):
            raise UsageError(
                f"--package {name}: {part!r} is not a Python identifier",
                hint="lower-case letters, digits and underscores, parts separated by dots",
            )
    return name


def _word(text: str) -> str:
    """`text` as snake_case ASCII that may start an identifier."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    word = _NOT_WORD.sub("_", ascii_text).strip("_")
    if not word:
        return "contract"
    return f"v{word}" if word[0].isdigit() else word
