"""Where the operations and queries of a service stand, for messages that know them by name.

In: a manifest. Out: file, line and column. Never: an error; the place helps, but nothing depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from katana import ir
from katana.gen import service

if TYPE_CHECKING:
    from katana import spec


class ContractPlaces:
    """The places of one service; files are read when something is first asked."""

    def __init__(self, manifest: service.Manifest) -> None:
        self._specifications = {part.package: part.source for part in manifest.apis}
        self._databases = {part.package: part for part in manifest.databases}
        self._loaded = cache(_load)

    def operation(self, package: str, api: ir.Api, operation: ir.Operation) -> tuple[str, int, int]:
        """The place of an operation in its specification."""
        specification = self._specifications.get(package, "")
        document = self._loaded(specification)
        if document is None:
            return specification or api.source, 0, 0
        place = document.locate(operation.pointer)
        return place.file, place.line, place.column

    def query(self, package: str, query: ir.Query) -> tuple[str, int, int]:
        """The place of the name of a query in its file."""
        annotation = re.compile(rf"^[ \t]*--[ \t]*name[ \t]*:[ \t]*({re.escape(query.name)})\b", re.MULTILINE)
        for file in self._files(package, query.source):
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            if match := annotation.search(text):
                line = text.count("\n", 0, match.start(1)) + 1
                return str(file), line, match.start(1) - text.rfind("\n", 0, match.start(1))
        return query.source, 0, 0

    def _files(self, package: str, name: str) -> Iterator[Path]:
        part = self._databases.get(package)
        if part is None:
            return
        yield from (Path(file) for file in part.queries if Path(file).name == name)
        if part.source and not part.queries:
            yield from sorted(Path(part.source).rglob(name))


def _load(specification: str) -> spec.Loaded | None:
    if not specification:
        return None
    from katana.cli._places import loaded

    return loaded(specification)
