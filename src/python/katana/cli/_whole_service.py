"""`katana gen openapi --layer high`: everything between a specification, SQL and a running service, in one step.

In: an API and a directory of SQL. Out: the packages of the database and of the service. Never: a controller of the
user's; a service with some has a manifest (`katana gen service`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from katana import ir
from katana.cli import _inputs, _locks
from katana.cli._contract_places import ContractPlaces
from katana.cli._report import Report
from katana.gen import openapi, service, sql


@dataclass(frozen=True)
class WholeService:
    """Text by path, and the packages that it makes up."""

    files: dict[str, str]
    packages: tuple[str, str]


def generate(api: ir.Api, package: str, directory: Path, specification: str, report: Report) -> WholeService:
    """The packages beside `users_api`: `users_db` and `users_server`.

    Args:
        api: what to serve.
        package: the package of the API.
        directory: schema and queries.
        specification: the document, for messages; may be empty.
        report: gets statistics.

    Raises:
        DiagnosticsError: the SQL is wrong, or an operation has no query that fits.
    """
    from katana.sql import Inputs, discover

    schema, queries = discover(directory)
    inputs = Inputs(schema, queries, directory.resolve().name)
    database = _locks.compile_files(inputs, _locks.in_directory(directory), report)
    _inputs.count(database, report)
    stem = package.removesuffix("_api")
    db_package, service_package = f"{stem}_db", f"{stem}_server"
    manifest = service.Manifest(
        version=1,
        name=stem.rpartition(".")[2],
        package=service_package,
        declared_in=specification,
        layer="high",
        apis=(service.ApiPart(package=package, ir="", source=specification),),
        databases=(service.DatabasePart(package=db_package, ir="", queries=tuple(map(str, queries))),),
    )
    of_database = sql.generate(database, db_package)
    planned = service.plan(
        service.Inputs(
            manifest=manifest,
            apis={package: api},
            databases={db_package: database},
            generated={**openapi.generate(api, package), **of_database},
            sources={},
            places=ContractPlaces(manifest),
        )
    )
    return WholeService({**of_database, **service.generate(planned)}, (db_package, service_package))
