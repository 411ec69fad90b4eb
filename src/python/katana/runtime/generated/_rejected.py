"""How a fast path says no.

In: nothing. Out: `Rejected`, and `INVALID`, all that decoding may raise. Never: a reason: the slow path finds the
reasons, all of them, so the fast path does not collect any.
"""

import msgspec


class Rejected(ValueError):
    """An input is not (or perhaps not) what the contract allows; `recover` decides."""


REJECTED = Rejected()
"""Raised from straight-line code, where making an exception would only cost time."""

INVALID: tuple[type[Exception], ...] = (ValueError, msgspec.MsgspecError, RecursionError)
"""What a fast path catches: refusals of our own decoders, of msgspec, and of too deep a document."""
