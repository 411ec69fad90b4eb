"""Content codings: which are implemented, which one a client wants, and which one it used (RFC 9110, 8.4 and 12.5.3).

In: field values and the codings that an operation declares. Out: the name of a coding, and what codes and decodes it.
Never: a library that a service does not need: `br` and `zstd` are here once generated code has imported their modules.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from katana.runtime._media import weighted
from katana.runtime._remembered import remembered
from katana.runtime._zlib_codings import DEFLATE, GZIP, ZlibDeflater, ZlibInflater


class Inflater(Protocol):
    """Decodes one member (gzip), frame (zstd) or stream."""

    @property
    def eof(self) -> bool:
        """Whether the end has been reached."""

    @property
    def rest(self) -> bytes:
        """What of the input is to be given again: it was not needed yet, or stands behind the end."""

    def inflate(self, data: bytes, most: int) -> bytes:
        """What `data` adds, about `most` bytes of it. Nothing: there is no more without more input."""


class Deflater(Protocol):
    """Codes one body."""

    def deflate(self, data: bytes) -> bytes:
        """More content; what comes out may be less than what went in, and the rest come later."""

    def flush(self) -> bytes:
        """Everything that went in can be decoded with this."""

    def finish(self) -> bytes:
        """The end."""


@dataclass(frozen=True, slots=True)
class Coding:
    """One content coding.

    Args:
        name: as `content-encoding` says it.
        inflater: makes a decoder.
        whole: makes a coder for a body in one piece of so many bytes.
        stream: makes one for a stream. It holds little memory, because many streams may be open for long.
        error: what an inflater raises for malformed input.
        members: whether one body may be several behind each other.
    """

    name: str
    inflater: Callable[[], Inflater]
    whole: Callable[[int], Deflater]
    stream: Callable[[], Deflater]
    error: type[Exception]
    members: bool


def _of_zlib(name: str, window: int, *, members: bool) -> Coding:
    return Coding(
        name,
        inflater=partial(ZlibInflater, window),
        whole=lambda _: ZlibDeflater(window, small=False),
        stream=partial(ZlibDeflater, window, small=True),
        error=zlib.error,
        members=members,
    )


CODINGS: Final[dict[str, Coding]] = {
    "gzip": _of_zlib("gzip", GZIP, members=True),  # RFC 1952, 2.2
    "deflate": _of_zlib("deflate", DEFLATE, members=False),
}
"""The codings that are implemented in this process, by name."""


def implement(coding: Coding) -> str:
    """Make a coding known. Returns its name, for the declarations of operations."""
    CODINGS[coding.name] = coding
    return coding.name


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
