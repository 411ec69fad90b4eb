"""Binary format of enums: the label.

In: a generated `StrEnum`. Out: a decoder from labels to members. Never: an OID; user-defined types have no fixed one.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from katana.runtime.sql._codec_errors import not_in_python


class _Labels[E: StrEnum](dict[bytes, E]):
    """Members by label; a label that is missing was added to the type after the program was generated."""

    def __missing__(self, label: bytes) -> E:
        raise not_in_python("enum", "it has a label that this program does not know; generate again")


def enum_decoder[E: StrEnum](enum: type[E], /) -> Callable[[bytes], E]:
    """The decoder of one enum type; to encode a member, use `pack_text`. It raises DataError for an unknown label."""
    return _Labels({member.value.encode(): member for member in enum}).__getitem__
