"""How a fast path says no.

In: nothing. Out: `Rejected`, and `INVALID`, all that decoding may raise. Never: a reason: the slow path finds the
reasons, all of them, so the fast path does not collect any.
"""

from collections.abc import Sequence

import msgspec

from katana.runtime.generated._details import pointer


class Rejected(ValueError):
    """An input is not (or perhaps not) what the contract allows; `recover` decides."""


class Misspelt(ValueError):
    """A parameter is not written as its style demands.

    Args:
        sentence: for the client.
        members: those that it is about; without any it is about the whole parameter.
    """

    def __init__(self, sentence: str, members: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.errors = [(pointer([name]), sentence) for name in members] or [("", sentence)]


REJECTED = Rejected
"""The class, so that every `raise` makes an exception of its own: one that is raised again and again keeps a traceback
of each time, and with it the frames of every request it refused."""

INVALID: tuple[type[Exception], ...] = (ValueError, msgspec.MsgspecError, RecursionError)
"""What a fast path catches: refusals of our own decoders, of msgspec, and of too deep a document."""
