"""Names of SQL as names of Python.

In: any text. Out: a valid identifier in snake_case that is no keyword, no private or dunder name. Never: two calls that
differ for the same text. Uniqueness is the caller's concern.
"""

import keyword
import re
import unicodedata

_CASE_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_IDENTIFIER = re.compile(r"\W+")


def py_name(name: str, *, reserved: frozenset[str] = frozenset()) -> str:
    """The Python name for `name`: `createdAt` is `created_at`, `class` is `class_`, `2fa` is `n2fa`."""
    spaced = _CASE_BORDER.sub("_", unicodedata.normalize("NFKC", name))
    safe = _NOT_IDENTIFIER.sub("_", spaced).strip("_").lower()
    safe = unicodedata.normalize("NFKC", safe)
    if not safe.isidentifier():
        safe = "n" + safe if safe else "unnamed"
    if not safe.isidentifier():
        safe = "unnamed"
    return safe + "_" if keyword.iskeyword(safe) or safe in reserved else safe
