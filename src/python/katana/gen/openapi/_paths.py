"""Path templates as segments.

In: a template as written. Out: its segments, parsed, in the form in which the server hands over paths. Never: regular
expressions for run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, order=True)
class Segment:
    """One segment: a constant (`name` empty, text in `prefix`), or a parameter between two constants."""

    prefix: str
    name: str = ""
    suffix: str = ""


def segments(template: str) -> tuple[Segment, ...] | None:
    """The segments after the first slash; None for a template with several parameters in one segment."""
    out: list[Segment] = []
    for text in template.split("/")[1:]:
        prefix, brace, rest = text.partition("{")
        name, _, suffix = rest.partition("}")
        if "{" in suffix:
            return None
        out.append(Segment(_encoded(prefix), name, _encoded(suffix)) if brace else Segment(_encoded(text)))
    return tuple(out)


def _encoded(text: str) -> str:
    """RFC 3986, 6.2.2: what may stand as it is stands as it is, anything else is percent-encoded in upper case."""
    return quote(text, safe="!$&'()*+,;=:@-._~%")
