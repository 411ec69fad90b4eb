"""A cache of what the texts of clients mean.

In: a pure function of a text. Out: the same function, which remembers. Never: more memory than the service decides: a
text that is longer than clients have reason to send is read each time that it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, Final, cast

LONGEST: Final = 512
"""Characters of a text that is remembered."""

_MOST: Final = 256


def remembered[T: str | None, **P, R](function: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """`function`, which remembers what the 256 texts mean that it was asked for last, up to `LONGEST` characters each.

    The other arguments of `function` have to be hashable.
    """
    cached = cast("Callable[Concatenate[T, P], R]", lru_cache(maxsize=_MOST)(function))

    @wraps(function)
    def look(text: T, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if text is not None and len(text) > LONGEST:
            return function(text, *args, **kwargs)
        return cached(text, *args, **kwargs)

    return look
