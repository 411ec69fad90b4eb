"""Names that only Python needs: classes, constants, members of enums.

In: names of the IR. Out: identifiers, unique where they are told what is taken. Never: a name that depends on anything
but the IR.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Sequence

from katana.gen.source import SourceError

_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")


def identifier(name: str) -> str:
    """`name`, after checking that it is an identifier (perhaps not ASCII: columns have names in every language).

    Raises:
        SourceError: it is not; the IR promises valid names.
    """
    if name.isidentifier() and not keyword.iskeyword(name):
        return name
    raise SourceError(f"{name[:80]!r} is not a Python identifier")


def stem(name: str) -> str:
    """A name of the schema in snake_case: `userPosts` is `user_posts`, `2fa` is `n2fa`, `!` is `unnamed`."""
    words = _BORDER.sub("_", unicodedata.normalize("NFKC", name))
    joined = unicodedata.normalize("NFKC", _NOT_WORD.sub("_", words).strip("_").lower())
    if joined.isidentifier():
        return joined
    return f"n{joined}" if f"n{joined}".isidentifier() and joined else "unnamed"


def pascal(stem_: str) -> str:
    """`user_posts` is `UserPosts`."""
    return "".join(part[:1].upper() + part[1:] for part in stem_.split("_"))


def enum_members(labels: Sequence[str]) -> list[str]:
    """The member of each label: `in progress` is `IN_PROGRESS`; of two alike, the second gets `_2`."""
    members: list[str] = []
    for label in labels:
        member = unicodedata.normalize("NFKC", stem(label).upper())
        unique, number = member, 1
        while unique in members:
            number += 1
            unique = f"{member}_{number}"
        members.append(identifier(unique))
    return members
