"""Where operations stand in their specifications.

In: a service's inputs. Out: `file:line`. Never: an error; the place helps, but no check depends on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from katana import spec
from katana.contract import ExpectedMethod
from katana.diagnostics import DiagnosticsError
from katana.gen import service


def locator(inputs: service.Inputs) -> Callable[[ExpectedMethod], str]:
    """A function that gives the place of an operation as `src/openapi/users.yaml:66`.

    It reads specifications when it is first asked, and answers nothing where there is none to read.
    """
    files = {part.package: part.source for part in inputs.manifest.apis}

    @cache
    def loaded(package: str) -> spec.Loaded | None:
        try:
            return spec.load(Path(files[package])) if files.get(package) else None
        except (DiagnosticsError, OSError):
            return None

    def locate(method: ExpectedMethod) -> str:
        document = loaded(method.package)
        if document is None or method.operation is None:
            return ""
        place = document.locate(method.operation.pointer)
        return f"{place.file}:{place.line}"

    return locate
