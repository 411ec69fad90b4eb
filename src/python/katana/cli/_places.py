"""Places in specifications for what only knows JSON pointers: generators and the contract check read IR.

In: the path of a specification and pointers into it. Out: file, line, column. Never: an error; the place helps, but
nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from katana import spec
from katana.diagnostics import Diagnostic, DiagnosticsError

if TYPE_CHECKING:
    from katana.contract import ExpectedMethod
    from katana.gen import service


def located(diagnostics: Iterable[Diagnostic], specification: str) -> list[Diagnostic]:
    """The diagnostics with the line of their pointer, as far as it can be told."""
    document = loaded(specification)
    return [_with_place(diagnostic, document) for diagnostic in diagnostics]


def locator(inputs: service.Inputs) -> Callable[[ExpectedMethod], str]:
    """A function that gives the place of an operation as `src/openapi/users.yaml:66`, empty when it is not known.

    It reads specifications when it is first asked, and answers nothing where there is none to read.
    """
    files = {part.package: part.source for part in inputs.manifest.apis}

    @cache
    def document_of(package: str) -> spec.Loaded | None:
        return loaded(files.get(package, ""))

    def locate(method: ExpectedMethod) -> str:
        document = document_of(method.package)
        if document is None or method.operation is None:
            return ""
        place = document.locate(method.operation.pointer)
        return f"{place.file}:{place.line}"

    return locate


def loaded(specification: str) -> spec.Loaded | None:
    """The specification in a file; None when there is none, or none that can be read."""
    if not Path(specification).is_file():
        return None
    try:
        return spec.load(Path(specification))
    except (DiagnosticsError, OSError):
        return None


def _with_place(diagnostic: Diagnostic, document: spec.Loaded | None) -> Diagnostic:
    if document is None or diagnostic.line or not diagnostic.pointer:
        return diagnostic
    place = document.locate(diagnostic.pointer)
    return msgspec.structs.replace(diagnostic, file=place.file, line=place.line, column=place.column)
