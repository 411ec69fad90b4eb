"""Members that stand twice in a JSON document.

In: a document that is JSON. Out: whether an object in it, at any depth, names a member twice. Never: a choice between
the two: RFC 8259, 4 leaves their meaning open, two readers of one request may take different ones, and RFC 7493, 2.3
forbids them. So such a document is malformed, like one that is not JSON.

Theory of operation. Every member brings at least one colon. A decoder keeps one member of each name; writing the
document anew writes those, and all texts as they were. So without backslashes (which can hide a colon) both have
equally many colons if and only if no member was lost. It all happens in C; the exact search with a place is for
documents that are refused anyway, and for those with backslashes.
"""

from collections import Counter
from json import JSONDecoder
from typing import Any

import msgspec

from katana.runtime.generated._details import pointer

_BACKSLASH = 0x5C
_plain = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def has_repeats(data: bytes) -> bool:
    """Whether a member of an object stands twice.

    Raises:
        msgspec.DecodeError: it is not JSON.
        RecursionError: it nests too deep.
    """
    colons = data.count(b":")
    if colons < 2:
        return False
    if _BACKSLASH not in data:
        try:
            return _encode(_plain(data)).count(b":") != colons
        except OverflowError:  # an integer beyond 64 bits
            pass
    return repeated_member(data) is not None


def repeated_member(data: bytes) -> str | None:
    """The pointer (RFC 6901) of the first member that stands twice; None when there is none.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it nests too deep.
    """
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), _DECODER.decode(data.decode("utf-8")))]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, _Repeated):
            return pointer((*path, node.name))
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        waiting += [((*path, key), child) for key, child in reversed(list(children))]
    return None


class _Repeated:
    """An object in which a name stands twice."""

    def __init__(self, name: str) -> None:
        self.name = name


def _object(pairs: list[tuple[str, Any]]) -> Any:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    counts = Counter(name for name, _ in pairs)
    return _Repeated(next(name for name in counts if counts[name] > 1))


def _unread(_digits: str) -> None:
    """Numbers have no members, and reading a long one costs more than its digits."""


_DECODER = JSONDecoder(object_pairs_hook=_object, parse_int=_unread, parse_float=_unread)
