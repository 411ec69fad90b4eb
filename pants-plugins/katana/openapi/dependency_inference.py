"""What a document depends on: the runtime of its generated code, and the owners of the files it refers to."""

from __future__ import annotations

import re
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
from katana.openapi.references import referred_files
from katana.openapi.target_types import (
    AllOpenApiFragments,
    AllOpenApiTargets,
    OpenApiDependenciesField,
    OpenApiFragmentsSourcesField,
    OpenApiResolveField,
    OpenApiSourceField,
)
from katana.runtime_modules import API, SENDERS, providers
from katana.subsystem import Katana

_SENDS = re.compile(rb"""(?:^|[\s{,])["']?(?:webhooks|callbacks)["']?\s*:""")


@dataclass(frozen=True)
class SpecificationFiles:
    """Which targets own a file of a specification, and whether one of the fragments has something to send."""

    owners: FrozenDict[str, tuple[Address, ...]]
    fragments_send: bool


@rule
async def map_specification_files(documents: AllOpenApiTargets, fragments: AllOpenApiFragments) -> SpecificationFiles:
    owners: dict[str, tuple[Address, ...]] = {}
    fragments_send = False
    for document in documents:
        path = document[OpenApiSourceField].file_path
        owners[path] = (*owners.get(path, ()), document.address)
    for fragment in fragments:
        hydrated = await hydrate_sources(HydrateSourcesRequest(fragment[OpenApiFragmentsSourcesField]), **implicitly())
        for path in hydrated.snapshot.files:
            owners[path] = (*owners.get(path, ()), fragment.address)
        contents = await get_digest_contents(hydrated.snapshot.digest)
        fragments_send = fragments_send or any(_SENDS.search(file.content) for file in contents)
    return SpecificationFiles(FrozenDict(owners), fragments_send)


async def _sends(sources: SourcesField) -> bool:
    """Whether a document has a member that is called like those with requests to send.

    Too often yes is no harm: the service then carries an HTTP client that it does not need.
    """
    hydrated = await hydrate_sources(HydrateSourcesRequest(sources), **implicitly())
    return any(_SENDS.search(file.content) for file in await get_digest_contents(hydrated.snapshot.digest))


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
    sends = (bool(referred) and files.fragments_send) or await _sends(request.field_set.source)
    runtime = await providers(
        (*API, *SENDERS) if sends else API,
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
