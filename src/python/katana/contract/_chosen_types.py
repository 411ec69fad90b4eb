"""Types of Python that authors of SQL have chosen, as the type checker sees them in generated code.

In: the databases of a service, and errors of mypy in modules generated from them. Out: the modules to look at, and a
diagnostic at the query. Never: a module of a database in which nothing was chosen: its types are Katana's own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from katana import ir
from katana.contract._mypy import MypyError
from katana.diagnostics import Diagnostic
from katana.gen.service import Inputs
from katana.gen.sql import identifier, make_plan

_MODULES = ("repo", "rows")
_HINT = "the type is the one that `-- type:` or `-- row:` names, or `katana: type = ...` in a comment of the schema"


@dataclass(frozen=True)
class _Module:
    package: str
    database: ir.Database


class ChosenTypes:
    """Looks for databases with chosen types among `inputs`, whose generated modules lie below `overlay`."""

    def __init__(self, inputs: Inputs, overlay: Path) -> None:
        self._inputs = inputs
        self._modules: dict[Path, _Module] = {}
        for package, database in inputs.databases.items():
            if any(_chooses(query) for query in database.queries):
                folder = overlay.joinpath(*package.split("."))
                self._modules.update({folder / f"{name}.py": _Module(package, database) for name in _MODULES})

    @property
    def files(self) -> list[Path]:
        """The modules that the type checker has to look at."""
        return [file for file in self._modules if file.is_file()]

    def holds(self, file: Path) -> bool:
        """Whether it is one of them."""
        return file in self._modules

    def diagnostic(self, error: MypyError, file: Path) -> Diagnostic:
        """The error at the query that it is about; at the database where no query can be told."""
        module = self._modules[file]
        place, subject = (module.database.source, 0, 0), module.database.source
        query = self._query(module, file, error.line)
        if query is not None:
            place, subject = self._inputs.places.query(module.package, query), query.name
        return Diagnostic(
            file=place[0],
            message=f"`{subject}` cannot use a type that was chosen: {error.message}",
            code="chosen-type",
            line=place[1],
            column=place[2],
            width=len(subject),
            hint=_HINT,
        )

    def _query(self, module: _Module, file: Path, line: int) -> ir.Query | None:
        """The query whose method or row holds a line of generated code, or the first that has chosen something."""
        names = set(_names_around(ast.parse(file.read_text(encoding="utf-8")), line))
        plan = make_plan(module.database, module.package)
        for planned in (each for group in plan.repositories.values() for each in group):
            row = planned.row.name if planned.row is not None else ""
            if names & {identifier(planned.query.name), planned.decoder, planned.packer, row} - {""}:
                return planned.query
        return next((query for query in module.database.queries if _chooses(query)), None)


def _names_around(tree: ast.AST, line: int) -> Iterator[str]:
    """The functions, and the classes of rows, that hold the line."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            yield node.name


def _chooses(query: ir.Query) -> bool:
    """Whether a class of the rows, or a type of a value, is the author's."""
    types = [column.type for column in query.columns] + [parameter.type for parameter in query.parameters]
    return bool(query.row) or any(map(_chosen, types))


def _chosen(type_: ir.PgType) -> bool:
    below = type_.below is not None and _chosen(type_.below)
    return type_.python is not None or below or any(_chosen(field.type) for field in type_.fields)
