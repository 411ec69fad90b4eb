"""`katana_sql`: a schema and the queries on it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Optional

from pants.backend.python.target_types import PythonResolveField
from pants.engine.addresses import Address
from pants.engine.fs import GlobMatchErrorBehavior, PathGlobs
from pants.engine.rules import collect_rules, rule
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    AllTargets,
    AsyncFieldMixin,
    Dependencies,
    MultipleSourcesField,
    StringSequenceField,
    Target,
    Targets,
)
from pants.source.filespec import Filespec, FilespecMatcher
from pants.util.logging import LogLevel

from katana._compat import SecondaryOwnerMixin
from katana.errors import FieldError
from katana.naming import PackageField, contract_package


class SqlSourcesField(MultipleSourcesField):
    alias = "sources"
    required = True
    expected_file_extensions = (".sql",)
    help = 'Files of annotated queries (`-- name: get_user :one`), for example `["users/*.sql"]`.'


class SqlSchemaField(StringSequenceField, AsyncFieldMixin, SecondaryOwnerMixin):
    """Files, but no `SourcesField`: Pants looks at one of those per target, and that is `sources`."""

    alias = "schema"
    required = True
    help = (
        'The schema that queries are checked against, for example `["schema/*.sql"]`: numbered migrations'
        " (`0001_create_users.up.sql`, `.down.sql`) or plain DDL, applied in the order of their names."
    )

    @classmethod
    def compute_value(cls, raw_value: object, address: Address) -> Optional[tuple[str, ...]]:
        value = super().compute_value(raw_value, address)  # type: ignore[arg-type]  # checked by super
        for glob in value or ():
            if glob.startswith(("/", "../")) or "/../" in glob:
                raise FieldError(
                    address,
                    "katana_sql",
                    cls.alias,
                    f"{glob!r} leaves the directory of the BUILD file. Declare the target where its files are.",
                )
        return value

    @property
    def filespec(self) -> Filespec:
        return {"includes": [os.path.join(self.address.spec_path, glob) for glob in self.value or ()]}

    @property
    def filespec_matcher(self) -> FilespecMatcher:
        return FilespecMatcher(self.filespec["includes"], [])

    def path_globs(self) -> PathGlobs:
        return PathGlobs(
            self.filespec["includes"],
            glob_match_error_behavior=GlobMatchErrorBehavior.error,
            description_of_origin=f'the field "{self.alias}" of {self.address}',
        )


class SqlDependenciesField(Dependencies):
    pass


class SqlPackageField(PackageField):
    help = (
        "The package to generate, for example `users_db`. Default: the name of the target and `_db`. Its modules are"
        " `.rows`, `.params`, `.repo` and `.migrations`."
    )


class SqlResolveField(PythonResolveField):
    help = "The resolve of the generated code. Default: `[python].default_resolve`."


class SqlTarget(Target):
    alias = "katana_sql"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        SqlSourcesField,
        SqlSchemaField,
        SqlPackageField,
        SqlResolveField,
        SqlDependenciesField,
    )
    help = (
        "Annotated SQL, compiled to typed rows and repositories. A real PostgreSQL, started in the sandbox, checks"
        " every query against the schema."
    )


class AllSqlTargets(Targets):
    pass


@rule(desc="Find all SQL targets", level=LogLevel.DEBUG)
def find_sql_targets(targets: AllTargets) -> AllSqlTargets:
    return AllSqlTargets(tgt for tgt in targets if tgt.has_field(SqlSchemaField))


def package_of(target: Target) -> str:
    """The package that a `katana_sql` generates."""
    return target[SqlPackageField].value or contract_package(target.address, "db")


MODULES = ("rows", "params", "repo", "migrations")
"""What the package holds, whatever the queries say (RFC 0002)."""


def rules() -> Iterable[Any]:
    return collect_rules()
