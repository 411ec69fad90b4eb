"""`check` of the contracts themselves, also of those that no service uses yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.core.goals.check import CheckRequest, CheckResult, CheckResults
from pants.engine.rules import collect_rules, rule
from pants.engine.target import FieldSet
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from katana._compat import concurrently, implicitly, resolve_target
from katana.openapi.codegen import CompiledOpenApi, OpenApiIrRequest, compiled_openapi
from katana.openapi.target_types import OpenApiSourceField
from katana.sql.codegen import SqlIrRequest, sql_ir
from katana.sql.target_types import SqlSchemaField
from katana.subsystem import Katana
from katana.targets import existing


@dataclass(frozen=True)
class OpenApiCheckFieldSet(FieldSet):
    required_fields = (OpenApiSourceField,)

    source: OpenApiSourceField


class OpenApiCheckRequest(CheckRequest):
    field_set_type = OpenApiCheckFieldSet
    tool_name = "katana-openapi"


@dataclass(frozen=True)
class SqlCheckFieldSet(FieldSet):
    required_fields = (SqlSchemaField,)

    schema: SqlSchemaField


class SqlCheckRequest(CheckRequest):
    field_set_type = SqlCheckFieldSet
    tool_name = "katana-sql"


def _passed(request: CheckRequest, warnings: Iterable[str]) -> CheckResults:
    """A contract that does not compile has ended the goal before this; one that does may come with warnings."""
    return CheckResults(
        [
            CheckResult(0, "", said, partition_description=field_set.address.spec)
            for field_set, said in zip(request.field_sets, warnings)
        ],
        checker_name=request.tool_name,
    )


@rule(desc="Check OpenAPI documents", level=LogLevel.DEBUG)
async def check_openapi(request: OpenApiCheckRequest, katana: Katana) -> CheckResults:
    if katana.skip:
        return CheckResults([], checker_name=request.tool_name)
    targets = await concurrently(
        resolve_target(existing(field_set.address), **implicitly()) for field_set in request.field_sets
    )
    compiled: tuple[CompiledOpenApi, ...] = await concurrently(
        compiled_openapi(OpenApiIrRequest(found.target), **implicitly()) for found in targets
    )
    return _passed(request, [one.warnings for one in compiled])


@rule(desc="Check SQL", level=LogLevel.DEBUG)
async def check_sql(request: SqlCheckRequest, katana: Katana) -> CheckResults:
    if katana.skip:
        return CheckResults([], checker_name=request.tool_name)
    targets = await concurrently(
        resolve_target(existing(field_set.address), **implicitly()) for field_set in request.field_sets
    )
    await concurrently(sql_ir(SqlIrRequest(found.target), **implicitly()) for found in targets)
    return _passed(request, [""] * len(request.field_sets))


def rules() -> Iterable[Any]:
    return [
        *collect_rules(),
        UnionRule(CheckRequest, OpenApiCheckRequest),
        UnionRule(CheckRequest, SqlCheckRequest),
    ]
