"""Path templates as segments.

In: a template as written. Out: its segments, parsed, in the form in which the server hands over paths. Never: regular
expressions for run time.

A segment may hold several parameters with constants between them: `{name}.{ext}`. Each argument has at least one
character, and the ones further left are as long as possible: `archive.tar.gz` is `archive.tar` and `gz`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, order=True)
class Segment:
    """One segment: `texts` are its constants, one more than there are `names` of parameters between them."""

    texts: tuple[str, ...]
    names: tuple[str, ...] = ()

    @property
    def constant(self) -> str | None:
        """The text of a segment without parameters."""
        return None if self.names else self.texts[0]

    @property
    def plain(self) -> bool:
        """Whether the segment is one parameter and nothing else."""
        return self.texts == ("", "")


def segments(template: str) -> tuple[Segment, ...]:
    """The segments after the first slash."""
    return tuple(_segment(text) for text in template.split("/")[1:])


def _segment(text: str) -> Segment:
    pieces = _EXPRESSION.split(text)  # constants and names take turns
    return Segment(tuple(_encoded(piece) for piece in pieces[::2]), tuple(pieces[1::2]))


def _encoded(text: str) -> str:
    """RFC 3986, 6.2.2: what may stand as it is stands as it is, anything else is percent-encoded in upper case."""
    encoded = quote(text, safe="!$&'()*+,;=:@-._~%")
    return _ESCAPE.sub(lambda found: quote(unquote_to_bytes(found[0]), safe="-._~"), encoded)
