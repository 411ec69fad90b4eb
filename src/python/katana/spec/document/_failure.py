"""What a reader found wrong with a text, before a document exists that could carry a pointer."""

from __future__ import annotations

from katana.spec.document._places import Location


class Malformed(Exception):
    """The text is not a document: one problem, or all duplicate keys at once."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems))


class Problem:
    """One finding of a reader; `code`, `message` and `hint` as in `Diagnostic`."""

    __slots__ = ("code", "hint", "location", "message", "pointer")

    def __init__(self, code: str, message: str, location: Location, *, hint: str = "", pointer: str = "") -> None:
        self.code = code
        self.message = message
        self.location = location
        self.hint = hint
        self.pointer = pointer
