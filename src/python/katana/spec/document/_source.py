"""One file of a document: its value, its text, and where things stand in it.

In: a path as the user gave it. Out: `Source`. Never: `$ref`; the file is taken as it is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import Any

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.spec.document import _json, _json_places, _yaml
from katana.spec.document._failure import Malformed
from katana.spec.document._limits import MAX_FILE_BYTES
from katana.spec.document._places import Location, Place, find

Json = Any

_YAML_SUFFIXES = (".yaml", ".yml")


class Source:
    """A file that was read. `file` is the name to show; `value` its JSON value; `text` its characters."""

    __slots__ = ("_place", "file", "text", "value")

    def __init__(self, file: str, text: str, value: Json, place: Place | None) -> None:
        self.file = file
        self.text = text
        self.value = value
        self._place = place

    @property
    def stem(self) -> str:
        """The file's name without folders and suffixes."""
        return os.path.basename(self.file).partition(".")[0]

    def locate(self, tokens: Sequence[str], *, key: bool = False) -> Location:
        """The location of the node at `tokens`, or of its nearest ancestor that exists (see `find`)."""
        if self._place is None:
            self._place = _json_places.scan(self.text)
        return find(self._place, tokens, key=key)


def read(file: str) -> Source:
    """Reads and parses `file`: JSON if it is JSON, else YAML (a `.json` file is never taken for YAML).

    Raises:
        DiagnosticsError: the file cannot be read, is too large, is not UTF-8, or is neither JSON nor YAML.
    """
    text = _decode(file, _read_bytes(file))
    try:
        return _parse(file, text)
    except Malformed as error:
        raise DiagnosticsError(
            Diagnostic(
                file=file,
                line=problem.location.line,
                column=problem.location.column,
                width=problem.location.width,
                code=problem.code,
                message=problem.message,
                hint=problem.hint,
                pointer=problem.pointer,
            )
            for problem in error.problems
        ) from None


def _parse(file: str, text: str) -> Source:
    looks_json = text.lstrip()[:1] in ("{", "[")
    if file.lower().endswith(".json"):
        return Source(file, text, _json.parse(text), None)
    if looks_json:
        try:
            return Source(file, text, _json.parse(text), None)
        except Malformed as error:
            # A flow mapping is YAML too; what only JSON objects to is worth a second look.
            if not file.lower().endswith(_YAML_SUFFIXES) or error.problems[0].code != "json-syntax":
                raise
    value, place = _yaml.parse(text)
    return Source(file, text, value, place)


def _read_bytes(file: str) -> bytes:
    try:
        # O_NONBLOCK: opening a FIFO must not wait for a writer.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise _refusal(file, "unreadable-file", "not a regular file")
            if status.st_size > MAX_FILE_BYTES:
                raise _refusal(file, "too-large", f"larger than {MAX_FILE_BYTES // 1024 // 1024} MiB")
            return stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _refusal(file, "unreadable-file", error.strerror or "cannot be read") from None
    except ValueError:
        raise _refusal(file, "unreadable-file", "the file name contains a NUL character") from None


def _decode(file: str, data: bytes) -> str:
    """UTF-8, with or without a byte order mark (RFC 8259, section 8.1 allows to ignore it)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refusal(file, "encoding", "UTF-16 is not accepted", hint="save the file as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The position is one of the data without its byte order mark.
        before = data.removeprefix(b"\xef\xbb\xbf")[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise DiagnosticsError(
            [
                Diagnostic(
                    file=file,
                    line=line,
                    column=column,
                    code="encoding",
                    message=f"not UTF-8: {error.reason}",
                    hint="save the file as UTF-8",
                )
            ]
        ) from None
    return text


def _refusal(file: str, code: str, message: str, hint: str = "") -> DiagnosticsError:
    return DiagnosticsError([Diagnostic(file=file, code=code, message=message, hint=hint)])
