"""The emitter of repositories: from `ir.Database` to a Python package (docs/rfcs/0002-generated-code.md).

In: a `Database` and the name of the package. Out: the text of its modules. Never: files, a PostgreSQL; and never a
type that is decoded by guess: what has no codec is refused, all of it at once.

The pipeline is the list of modules: `_support` refuses, `_plan` decides names and row types, one printer per module
prints.
"""

from katana import ir
from katana.gen.source import Module
from katana.gen.sql import _migrations, _plan, _repo, _rows, _support
from katana.gen.sql._names import enum_members, identifier, pascal
from katana.gen.sql._plan import Plan, PlannedQuery, RowType
from katana.gen.sql._row_members import Member
from katana.gen.sql._support import why_unsupported
from katana.gen.sql._types import Types
from katana.gen.sql._wire import Array, Composite, Document, Enum, Scalar, Wire


def generate(database: ir.Database, package: str) -> dict[str, str]:
    """The modules of a package: relative path (with `/`) to text.

    Args:
        database: what to generate.
        package: dotted name of the package.

    Raises:
        DiagnosticsError: queries use types that have no codec, or names that collide; every one is listed.
        SourceError: the IR holds a name that is no identifier.
    """
    plan = make_plan(database, package)
    root = package.replace(".", "/")

    def module(docstring: str) -> Module:
        return Module(docstring, source=database.source, digest=ir.digest(database), own=(package.partition(".")[0],))

    in_rows = "enums and composites" if plan.composites else "enums"
    return {
        f"{root}/__init__.py": module(f"The database `{database.source}`: rows, repositories, migrations.").render(),
        f"{root}/migrations.py": _migrations.emit(module("The migrations, in order."), database),
        f"{root}/params.py": _rows.emit_taken(module("The rows that queries take."), plan),
        f"{root}/py.typed": "",
        f"{root}/repo.py": _repo.emit(module("One repository per file of queries."), plan),
        f"{root}/rows.py": _rows.emit(module(f"The rows that queries return, and the {in_rows} in them."), plan),
    }


def make_plan(database: ir.Database, package: str) -> Plan:
    """What `generate` would print: for generators of code that uses the package.

    Raises:
        DiagnosticsError: queries use types that have no codec, or names that collide; every one is listed.
    """
    _support.refuse_unsupported(database)
    return _plan.make_plan(database, package)


__all__ = (
    "Array",
    "Composite",
    "Document",
    "Enum",
    "Member",
    "Plan",
    "PlannedQuery",
    "RowType",
    "Scalar",
    "Types",
    "Wire",
    "enum_members",
    "generate",
    "identifier",
    "make_plan",
    "pascal",
    "why_unsupported",
)
