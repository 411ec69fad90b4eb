"""Content codings: which one a client wants, and which one it used (RFC 9110, 8.4 and 12.5.3).

In: field values and the codings that an operation declares. Out: the name of a coding. Never: bytes.
"""

from __future__ import annotations

from typing import Final

from katana.runtime._media import weighted
from katana.runtime._remembered import remembered

CODINGS: Final = {"gzip": 31, "deflate": 15}
"""The codings that are implemented, with the window that tells zlib their format (RFC 1952, RFC 1950)."""

IDENTITY: Final = "identity"
"""The name of no coding at all."""

ANY: Final = "*"
"""Among the codings of requests: the handler decodes by itself."""


def canonical(coding: str) -> str | None:
    """The name of a coding; None for `identity`, which is none. `x-gzip` is an old name (RFC 9110, 8.4.1.3)."""
    name = coding.strip(" \t").lower()
    return "gzip" if name == "x-gzip" else None if name == IDENTITY else name


@remembered
def negotiated(accept: str | None, codings: tuple[str, ...]) -> str | None:
    """The coding of `codings` with the highest weight, the first of equals; None: no coding.

    Who says nothing gets none. Who refuses everything, `identity` too, gets none as well: the handler has done its work
    by then, and RFC 9110, 12.5.3, lets a server answer so.
    """
    weights = {canonical(name): weight for name, weight in weighted(accept or "")}
    anything = weights.get("*", 0.0)
    best, most = None, weights.get(None, 0.0)
    for coding in codings:
        weight = weights.get(coding, anything)
        if coding in CODINGS and weight > 0 and (weight > most or (best is None and weight >= most)):
            best, most = coding, weight
    return best
