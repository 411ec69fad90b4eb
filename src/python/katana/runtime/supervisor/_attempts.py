"""How often something was tried, and what became of it: reloads, and new versions that were to take over.

In: events. Out: counts, for whoever waits for the end of an attempt. Never: more than one attempt at a time.
"""

from __future__ import annotations

import msgspec


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    """Counts since the start of the supervisor; `error` is what the last failure was about."""

    begun: int = 0
    done: int = 0
    failed: int = 0
    error: str = ""

    @property
    def under_way(self) -> bool:
        """Whether one has begun that has not ended."""
        return self.begun > self.done + self.failed

    def began(self) -> Attempts:
        """One begins."""
        return msgspec.structs.replace(self, begun=self.begun + 1)

    def ended(self, error: str = "") -> Attempts:
        """It has ended; with an error, it has failed."""
        if error:
            return msgspec.structs.replace(self, failed=self.failed + 1, error=error)
        return msgspec.structs.replace(self, done=self.done + 1)
