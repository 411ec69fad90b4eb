"""What a document depends on: the runtime of its generated code, and the owners of the files it refers to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.subsystems.setup import PythonSetup
from pants.engine.addresses import Address
from pants.engine.rules import collect_rules, rule
from pants.engine.target import (
    FieldSet,
    HydrateSourcesRequest,
    InferDependenciesRequest,
    InferredDependencies,
    SourcesField,
)
from pants.engine.unions import UnionRule
from pants.util.frozendict import FrozenDict

from katana._compat import get_digest_contents, hydrate_sources, implicitly
from katana.openapi.features import modules_for
from katana.openapi.references import referred_files
from katana.openapi.target_types import (
    AllOpenApiFragments,
    AllOpenApiTargets,
    OpenApiDependenciesField,
    OpenApiFragmentsSourcesField,
    OpenApiResolveField,
    OpenApiSourceField,
)
from katana.runtime_modules import API, providers
from katana.subsystem import Katana


@dataclass(frozen=True)
class SpecificationFiles:
    """Which targets own a file of a specification, and the modules that some fragment asks for."""

    owners: FrozenDict[str, tuple[Address, ...]]
    fragments_need: tuple[str, ...]


@rule
async def map_specification_files(documents: AllOpenApiTargets, fragments: AllOpenApiFragments) -> SpecificationFiles:
    owners: dict[str, tuple[Address, ...]] = {}
    fragments_need: dict[str, None] = {}
    for document in documents:
        path = document[OpenApiSourceField].file_path
        owners[path] = (*owners.get(path, ()), document.address)
    for fragment in fragments:
        hydrated = await hydrate_sources(HydrateSourcesRequest(fragment[OpenApiFragmentsSourcesField]), **implicitly())
        for path in hydrated.snapshot.files:
            owners[path] = (*owners.get(path, ()), fragment.address)
        contents = await get_digest_contents(hydrated.snapshot.digest)
        fragments_need.update(dict.fromkeys(module for file in contents for module in modules_for(file.content)))
    return SpecificationFiles(FrozenDict(owners), tuple(fragments_need))


async def _needs(sources: SourcesField) -> tuple[str, ...]:
    hydrated = await hydrate_sources(HydrateSourcesRequest(sources), **implicitly())
    contents = await get_digest_contents(hydrated.snapshot.digest)
    return tuple(module for file in contents for module in modules_for(file.content))


async def _referred(sources: SourcesField, files: SpecificationFiles) -> tuple[Address, ...]:
    """The owners of what `sources` refer to; a target does not depend on itself."""
    hydrated = await hydrate_sources(HydrateSourcesRequest(sources), **implicitly())
    contents = await get_digest_contents(hydrated.snapshot.digest)
    found = {
        owner
        for file in contents
        for other in referred_files(file.path, file.content)
        for owner in files.owners.get(other, ())
    }
    return tuple(sorted(found - {sources.address}))


@dataclass(frozen=True)
class OpenApiInferenceFieldSet(FieldSet):
    required_fields = (OpenApiDependenciesField, OpenApiSourceField)

    source: OpenApiSourceField
    resolve: OpenApiResolveField


class InferOpenApiDependencies(InferDependenciesRequest):
    infer_from = OpenApiInferenceFieldSet


@rule(desc="Infer dependencies of an OpenAPI document")
async def infer_openapi_dependencies(
    request: InferOpenApiDependencies, files: SpecificationFiles, katana: Katana, python_setup: PythonSetup
) -> InferredDependencies:
    referred = await _referred(request.field_set.source, files)
    needed = await _needs(request.field_set.source)
    runtime = await providers(
        dict.fromkeys((*API, *needed, *(files.fragments_need if referred else ()))),
        resolve=request.field_set.resolve.normalized_value(python_setup),
        target_type="katana_openapi",
        address=request.field_set.address,
        katana=katana,
    )
    return InferredDependencies([*runtime, *referred])


@dataclass(frozen=True)
class FragmentsInferenceFieldSet(FieldSet):
    required_fields = (OpenApiFragmentsSourcesField,)

    sources: OpenApiFragmentsSourcesField


class InferFragmentsDependencies(InferDependenciesRequest):
    infer_from = FragmentsInferenceFieldSet


@rule(desc="Infer dependencies of OpenAPI fragments")
async def infer_fragments_dependencies(
    request: InferFragmentsDependencies, files: SpecificationFiles
) -> InferredDependencies:
    return InferredDependencies(await _referred(request.field_set.sources, files))


def rules() -> Iterable[Any]:
    return [
        *collect_rules(),
        UnionRule(InferDependenciesRequest, InferOpenApiDependencies),
        UnionRule(InferDependenciesRequest, InferFragmentsDependencies),
    ]
