"""A SQL file as text, and the way from an offset in it to a line and a column.

In: a path. Out: `Source`, whose offsets count characters. Line endings are read as LF and a byte order mark is dropped,
so that a checkout on another system compiles to the same bytes. Never: an exception but DiagnosticsError.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from katana.diagnostics import Diagnostic, DiagnosticsError

MAX_BYTES = 64 * 1024 * 1024
"""No file of SQL is larger; PostgreSQL itself stops at 1 GB a message."""


@dataclass(frozen=True)
class Source:
    """One file: `file` is its path as the user gave it."""

    file: str
    text: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return Path(self.file).name

    @cached_property
    def _line_starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self.text.split("\n")), initial=0))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._line_starts, offset, hi=len(self._line_starts) - 1)
        return line, offset - self._line_starts[line - 1] + 1

    def diagnostic(self, offset: int, message: str, code: str, *, width: int = 1, hint: str = "") -> Diagnostic:
        """An error at `offset`."""
        line, column = self.place(min(offset, len(self.text)))
        return Diagnostic(file=self.file, message=message, code=code, line=line, column=column, width=width, hint=hint)


def read_source(path: Path) -> Source:
    """Read a file.

    Raises:
        DiagnosticsError: it cannot be read, is too large, is not UTF-8, or holds a NUL.
    """
    file = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unreadable(file, f"is larger than {MAX_BYTES // 1024 // 1024} MB", "split it")
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(file, f"cannot be read: {error.strerror or error}", "") from error
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unreadable(file, "is not UTF-8", "save it as UTF-8", line) from error
    if "\0" in text:
        raise _unreadable(file, "holds a NUL character", "remove it", text.count("\n", 0, text.index("\0")) + 1)
    return Source(file, text)


def _unreadable(file: str, what: str, hint: str, line: int = 0) -> DiagnosticsError:
    return DiagnosticsError(
        [Diagnostic(file=file, message=f"the file {what}", code="unreadable", line=line, hint=hint)]
    )
