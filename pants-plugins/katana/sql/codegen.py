"""SQL to Python in two cached steps: queries described by PostgreSQL to IR, IR to code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.target_types import PythonSourceField
from pants.engine.fs import MergeDigests, Snapshot
from pants.engine.rules import collect_rules, rule
from pants.engine.target import GeneratedSources, GenerateSourcesRequest, HydrateSourcesRequest, Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from katana._compat import (
    callable_rule,
    concurrently,
    digest_to_snapshot,
    hydrate_sources,
    implicitly,
    merge_digests,
    path_globs_to_digest,
)
from katana.errors import FieldError
from katana.generator import tool
from katana.generator.ir import Ir, ir_path
from katana.generator.python import OUTPUT, under_source_root
from katana.generator.tool import Command, KatanaTool
from katana.sql.target_types import SqlSchemaField, SqlSourcesField, package_of


@dataclass(frozen=True)
class SqlIrRequest:
    """A `katana_sql`."""

    target: Target


class GeneratePythonFromSql(GenerateSourcesRequest):
    input = SqlSourcesField
    output = PythonSourceField


@rule(desc="Describe SQL with PostgreSQL", level=LogLevel.DEBUG)
async def compile_sql(request: SqlIrRequest, katana: KatanaTool) -> Ir:
    target = request.target
    queries, schema_digest = await concurrently(
        hydrate_sources(HydrateSourcesRequest(target[SqlSourcesField]), **implicitly()),
        path_globs_to_digest(target[SqlSchemaField].path_globs()),
    )
    schema: Snapshot = await digest_to_snapshot(schema_digest)
    # A file that matches both fields is schema.
    query_files = tuple(file for file in queries.snapshot.files if file not in schema.files)
    for field, files in ((SqlSchemaField, schema.files), (SqlSourcesField, query_files)):
        if not files:
            raise FieldError(
                target.address, "katana_sql", field.alias, "no file matches. Write a glob such as `*.sql`."
            )
    inputs = await merge_digests(MergeDigests((queries.snapshot.digest, schema.digest)))
    package = package_of(target)
    path = ir_path(package)
    digest = await tool.run(
        katana,
        Command(
            argv=(
                *("ir", "dump", "--kind", "sql", "--quiet", "-o", path),
                *("--schema", *schema.files),
                *("--queries", *query_files),
            ),
            inputs=inputs,
            description=f"Describe the queries of {target.address}",
            files=(path,),
        ),
    )
    return Ir(target.address, package, path, digest)


sql_ir = callable_rule(compile_sql)


@rule(desc="Generate Python from SQL", level=LogLevel.DEBUG)
async def generate_python(request: GeneratePythonFromSql, katana: KatanaTool) -> GeneratedSources:
    ir = await sql_ir(SqlIrRequest(request.protocol_target), **implicitly())
    generated = await tool.run(
        katana,
        Command(
            argv=("gen", "sql", "--quiet", "--ir", ir.path, "--package", ir.package, "-o", OUTPUT),
            inputs=ir.digest,
            description=f"Generate {ir.package} from the queries of {request.protocol_target.address}",
            directories=(OUTPUT,),
        ),
    )
    return GeneratedSources(await under_source_root(request.protocol_target.address, generated))


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(GenerateSourcesRequest, GeneratePythonFromSql)]
