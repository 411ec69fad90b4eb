"""`katana_openapi`, and `katana_openapi_fragments` for the files that documents share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pants.backend.python.target_types import PythonResolveField
from pants.engine.rules import collect_rules, rule
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    AllTargets,
    BoolField,
    Dependencies,
    MultipleSourcesField,
    SingleSourceField,
    StringField,
    Target,
    Targets,
)
from pants.util.logging import LogLevel

from katana.errors import FieldError
from katana.naming import PackageField, contract_package

_DOCUMENT_SUFFIXES = (".yaml", ".yml", ".json")


class OpenApiSourceField(SingleSourceField):
    alias = "source"
    required = True
    expected_file_extensions = _DOCUMENT_SUFFIXES
    help = "The OpenAPI 3.x document, YAML or JSON. What it refers to with `$ref` is found by itself."

    def validate_resolved_files(self, files: Sequence[str]) -> None:
        if not files:
            raise self.missing()
        super().validate_resolved_files(files)

    def missing(self) -> FieldError:
        """The file is not there."""
        return FieldError(
            self.address,
            OpenApiTarget.alias,
            self.alias,
            f"there is no file {self.file_path}. The path is relative to the directory of the BUILD file.",
        )


class OpenApiDependenciesField(Dependencies):
    pass


class OpenApiPackageField(PackageField):
    help = (
        "The package to generate, for example `users_api`. Default: the name of the target and `_api`. Its modules are"
        " `.dto`, `.responses`, `.api`, `.validators`, `.routes` and `.senders`."
    )


class OpenApiResolveField(PythonResolveField):
    help = "The resolve of the generated code. Default: `[python].default_resolve`."


class OpenApiJsonField(StringField):
    alias = "json"
    valid_choices = ("ondemand", "dom", "zero-copy")
    help = "How JSON bodies are read where an operation has no `x-katana-json`. Default: `ondemand`."


class OpenApiAllocField(StringField):
    alias = "alloc"
    valid_choices = ("arena", "pmr", "heap")
    help = "The memory policy where an operation has no `x-katana-alloc`. Default: `arena`."


class OpenApiStrictField(BoolField):
    alias = "strict"
    default = False
    help = "Whether warnings about the document are errors."


class OpenApiTarget(Target):
    alias = "katana_openapi"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        OpenApiSourceField,
        OpenApiPackageField,
        OpenApiJsonField,
        OpenApiAllocField,
        OpenApiStrictField,
        OpenApiResolveField,
        OpenApiDependenciesField,
    )
    help = "An OpenAPI document, compiled to typed DTOs, validators, routes and controller interfaces."


class OpenApiFragmentsSourcesField(MultipleSourcesField):
    default = ("*.yaml", "*.yml", "*.json")
    expected_file_extensions = _DOCUMENT_SUFFIXES
    help = "Files that documents refer to with `$ref`."


class OpenApiFragmentsTarget(Target):
    alias = "katana_openapi_fragments"
    core_fields = (*COMMON_TARGET_FIELDS, OpenApiFragmentsSourcesField, Dependencies)
    help = (
        "Files that several OpenAPI documents share. Nothing is generated from them; the target lets Pants know who"
        " depends on them (`--changed-since`)."
    )


class AllOpenApiTargets(Targets):
    pass


class AllOpenApiFragments(Targets):
    pass


@rule(desc="Find all OpenAPI documents", level=LogLevel.DEBUG)
def find_openapi_targets(targets: AllTargets) -> AllOpenApiTargets:
    return AllOpenApiTargets(tgt for tgt in targets if tgt.has_field(OpenApiSourceField))


@rule(desc="Find all OpenAPI fragments", level=LogLevel.DEBUG)
def find_openapi_fragments(targets: AllTargets) -> AllOpenApiFragments:
    return AllOpenApiFragments(tgt for tgt in targets if tgt.has_field(OpenApiFragmentsSourcesField))


def package_of(target: Target) -> str:
    """The package that a `katana_openapi` generates."""
    return target[OpenApiPackageField].value or contract_package(target.address, "api")


def policies_of(target: Target) -> tuple[str, ...]:
    """The options of the generator that the fields of a `katana_openapi` stand for."""
    fields = (target[OpenApiJsonField], target[OpenApiAllocField])
    return tuple(f"--{field.alias}={field.value}" for field in fields if field.value is not None)


MODULES = ("dto", "responses", "api", "validators", "routes", "senders")
"""What the package holds, whatever the document says (RFC 0002): imports are mapped without running the generator."""


def rules() -> Iterable[Any]:
    return collect_rules()
