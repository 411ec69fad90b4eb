"""What keeps an operation from being served by a query.

In: words. Out: `Misfit`, raised where it is found and collected by whoever goes on. Never: places; those are added
when all of them are known.
"""

from __future__ import annotations


class Misfit(Exception):
    """A difference between an operation and its query.

    Args:
        code: kebab-case name for the catalogue.
        message: what is wrong; it follows the name of the operation.
        hint: what to write instead.
    """

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class Misfits(Exception):
    """Several at once."""

    def __init__(self, misfits: list[Misfit]) -> None:
        super().__init__("; ".join(misfit.message for misfit in misfits))
        self.misfits = misfits
