"""Media types: what a request says about its body and about the response it wants (RFC 9110, 8.3 and 12.5.1).

In: field values and the types an operation declares. Out: yes or no. Never: a choice between representations.
"""

from __future__ import annotations

from functools import lru_cache


def essence(value: str) -> str:
    """A media type without parameters, lower-case: `Application/JSON; charset=utf-8` is `application/json`."""
    return value.partition(";")[0].strip(" \t").lower()


def consumable(media_type: str, consumes: tuple[str, ...]) -> bool:
    """Whether a body of `media_type` is one of `consumes`, which may hold `text/*` or `application/*+json`."""
    return media_type in consumes or any(_covers(pattern, media_type) for pattern in consumes)


@lru_cache(maxsize=512)
def acceptable(accept: str, produces: tuple[str, ...]) -> bool:
    """Whether one of `produces` is acceptable. The most specific range decides, and `q=0` refuses."""
    ranges = [_media_range(part) for part in accept.split(",") if part.strip(" \t")]
    return not ranges or any(_quality(ranges, essence(produced)) > 0 for produced in produces)


def _media_range(part: str) -> tuple[str, float]:
    name, *parameters = part.split(";")
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.strip(" \t").partition("=")
        if key.lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
    return name.strip(" \t").lower(), quality


def _quality(ranges: list[tuple[str, float]], produced: str) -> float:
    matching = [(pattern.count("*"), quality) for pattern, quality in ranges if _covers(pattern, produced)]
    return min(matching, default=(0, 0.0))[1]


def _covers(pattern: str, media_type: str) -> bool:
    if pattern in (media_type, "*/*"):
        return True
    start, star, suffix = pattern.partition("/*")  # `text/*`, and in a contract `application/*+json`
    return bool(star) and media_type.startswith(f"{start}/") and media_type.endswith(suffix)
