"""When to try again.

In: how often it was tried, and what the receiver said. Out: seconds. Never: a clock.

The wait before attempt n+1 is a random part of `first * 2^(n-1)` seconds, at most `longest` ("full jitter": senders
that failed together come back at different times). A `retry-after` of the receiver is a lower bound (RFC 9110, 10.2.3).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from msgspec import Struct

_AGAIN: Final = frozenset({408, 425, 429})


class Retry(Struct, frozen=True, kw_only=True):
    """How long to go on.

    Args:
        attempts: at most so many, the first included.
        first: seconds before the second attempt, at most.
        longest: seconds between two attempts, at most.
        timeout: seconds for one attempt.
        total: seconds for all attempts and waits.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 30.0
    timeout: float = 10.0
    total: float = 120.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or min(self.first, self.longest) < 0 or min(self.timeout, self.total) <= 0:
            raise ValueError("a retry has at least one attempt, and seconds that are positive")

    def wait(self, tried: int, retry_after: float = 0.0, *, rand: Callable[[], float] = random.random) -> float:
        """Seconds before the next attempt.

        Args:
            tried: attempts so far, from 1.
            retry_after: seconds that the receiver asked for.
            rand: a number from 0 up to 1.
        """
        most = min(self.longest, self.first * 2.0 ** min(tried - 1, 62))
        return max(rand() * most, retry_after)


def worth_retrying(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in _AGAIN or status >= 500


def retry_after(field: str | None, now: datetime | None = None) -> float:
    """The seconds of a `retry-after` field, a number or a date; 0 when there is none, or it makes no sense."""
    text = (field or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
