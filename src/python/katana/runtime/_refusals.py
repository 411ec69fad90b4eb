"""What a process has turned away by itself, before a handler saw it.

In: the codes of problems. Out: counts by code. Never: anything that a client chose: codes are the runtime's own.

| code | of what |
|---|---|
| `http.connections` | connections beyond `limits.connections` |
| `http.overload` | requests that the event loop has no time or room for |
| `http.overload.operation` | requests beyond `x-katana-limits` of their operation |
| `http.timeout` | requests that did not arrive in time |
| any other `http.*` | requests that break the protocol or a limit of it; the connection is closed |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

Refusals = Mapping[str, int]
"""Counts by code."""


def together(counts: Iterable[Refusals]) -> dict[str, int]:
    """The sum, sorted by code, without what never happened."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return {code: total[code] for code in sorted(total) if total[code]}
