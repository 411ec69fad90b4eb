"""Media types: what a request says about its body and about the response it wants (RFC 9110, 8.3 and 12.5.1).

In: field values and the types an operation declares. Out: whether they fit, and which fits best. Never: a response.
"""

from __future__ import annotations

import re
from typing import Final

from katana.runtime._remembered import remembered

# RFC 9110, 12.4.2
_WEIGHT: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")

_Range = tuple[str, bool, float]


def essence(value: str) -> str:
    """A media type without parameters, lower-case: `Application/JSON; charset=utf-8` is `application/json`."""
    return value.partition(";")[0].strip(" \t").lower()


def consumable(media_type: str, consumes: tuple[str, ...]) -> bool:
    """Whether a body of `media_type` is one of `consumes`, which may hold `text/*` or `application/*+json`."""
    return media_type in consumes or any(_covers(pattern, media_type) for pattern in consumes)


@remembered
def acceptable(accept: str, produces: tuple[str, ...]) -> bool:
    """Whether one of `produces` is acceptable. The most specific range decides, and `q=0` refuses."""
    return preferred(accept, produces) is not None


@remembered
def preferred(accept: str, produces: tuple[str, ...]) -> str | None:
    """The one of `produces` with the highest weight, the first of equals; None when none is acceptable."""
    ranges = [_media_range(part) for part in accept.split(",") if part.strip(" \t")]
    if not ranges:
        return produces[0]
    qualities = [_quality(ranges, essence(produced)) for produced in produces]
    best = max(qualities)
    return produces[qualities.index(best)] if best > 0 else None


def weighted(value: str) -> list[tuple[str, float]]:
    """The elements of a list with weights, such as `accept-encoding`, lower-case (RFC 9110, 12.4.2)."""
    ranges = (_media_range(part) for part in value.split(",") if part.strip(" \t"))
    return [(name, weight) for name, _, weight in ranges]


def _media_range(part: str) -> _Range:
    """Pattern, whether it has parameters, and weight."""
    name, *parameters = part.split(";")
    quality, narrow = 1.0, False
    for parameter in parameters:
        key, _, value = parameter.strip(" \t").partition("=")
        if key.lower() == "q":
            quality = float(value) if _WEIGHT.fullmatch(value) else 0.0
        else:
            narrow = narrow or bool(key)
    return name.strip(" \t").lower(), narrow, quality


def _quality(ranges: list[_Range], produced: str) -> float:
    """That of the most specific range. `text/html;level=1` says less about `text/html` than `text/html` does."""
    matching = [(p.count("*"), narrow, quality) for p, narrow, quality in ranges if _meet(p, produced)]
    return min(matching, default=(0, False, 0.0))[2]


def _meet(pattern: str, produced: str) -> bool:
    """Whether a type of `pattern` may be produced; a contract may declare `image/*` too."""
    return _covers(pattern, produced) or ("*" in produced and _covers(produced, pattern))


def _covers(pattern: str, media_type: str) -> bool:
    if pattern in (media_type, "*/*"):
        return True
    start, star, suffix = pattern.partition("/*")  # `text/*`, and in a contract `application/*+json`
    return bool(star) and media_type.startswith(f"{start}/") and media_type.endswith(suffix)
