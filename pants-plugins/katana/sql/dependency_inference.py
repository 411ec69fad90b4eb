"""What SQL depends on: the runtime of its generated code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.subsystems.setup import PythonSetup
from pants.engine.rules import collect_rules, rule
from pants.engine.target import FieldSet, InferDependenciesRequest, InferredDependencies
from pants.engine.unions import UnionRule

from katana.runtime_modules import DATABASE, providers
from katana.sql.target_types import SqlDependenciesField, SqlResolveField, SqlSchemaField
from katana.subsystem import Katana


@dataclass(frozen=True)
class SqlInferenceFieldSet(FieldSet):
    required_fields = (SqlDependenciesField, SqlSchemaField)

    resolve: SqlResolveField


class InferSqlDependencies(InferDependenciesRequest):
    infer_from = SqlInferenceFieldSet


@rule(desc="Infer dependencies of SQL")
async def infer_sql_dependencies(
    request: InferSqlDependencies, katana: Katana, python_setup: PythonSetup
) -> InferredDependencies:
    runtime = await providers(
        DATABASE,
        resolve=request.field_set.resolve.normalized_value(python_setup),
        target_type="katana_sql",
        address=request.field_set.address,
        katana=katana,
    )
    return InferredDependencies(runtime)


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(InferDependenciesRequest, InferSqlDependencies)]
