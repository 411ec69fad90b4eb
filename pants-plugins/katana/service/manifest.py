"""The manifest of a service, with the files it names: the input of `katana gen service` and `katana check service`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.target_types import PythonSourceField
from pants.build_graph.address import BuildFileAddressRequest
from pants.core.util_rules.source_files import SourceFilesRequest
from pants.engine.fs import CreateDigest, Digest, FileContent, MergeDigests
from pants.engine.rules import collect_rules, rule
from pants.engine.target import Target
from pants.util.logging import LogLevel

from katana._compat import (
    callable_rule,
    concurrently,
    create_digest,
    determine_source_files,
    find_build_file,
    implicitly,
    merge_digests,
)
from katana.generator.ir import Ir
from katana.openapi.codegen import OpenApiIrRequest, openapi_ir
from katana.openapi.target_types import OpenApiSourceField
from katana.service.parts import ServiceParts, ServicePartsRequest, parts_of
from katana.sql.codegen import SqlIrRequest, sql_ir

MANIFEST = "__katana__/manifest.json"


@dataclass(frozen=True)
class Manifest:
    """`digest` holds MANIFEST, the IR of every contract and the sources of the controllers."""

    parts: ServiceParts
    apis: tuple[Ir, ...]
    databases: tuple[Ir, ...]
    digest: Digest


@dataclass(frozen=True)
class ManifestRequest:
    """A `katana_service`."""

    target: Target


@rule(desc="Write the manifest of a service", level=LogLevel.DEBUG)
async def write_manifest(request: ManifestRequest) -> Manifest:
    parts = await parts_of(ServicePartsRequest(request.target), **implicitly())
    apis = await concurrently(openapi_ir(OpenApiIrRequest(target), **implicitly()) for target in parts.apis)
    databases = await concurrently(sql_ir(SqlIrRequest(target), **implicitly()) for target in parts.databases)
    build_file = await find_build_file(BuildFileAddressRequest(parts.address, description_of_origin="the service"))
    content = json.dumps(_content(parts, apis, databases, build_file.rel_path), indent=2).encode()
    written, sources = await concurrently(
        create_digest(CreateDigest([FileContent(MANIFEST, content)])),
        determine_source_files(
            SourceFilesRequest(controller.target[PythonSourceField] for controller in parts.controllers)
        ),
    )
    digest = await merge_digests(
        MergeDigests([written, sources.snapshot.digest, *(ir.digest for ir in (*apis, *databases))])
    )
    return Manifest(parts, tuple(apis), tuple(databases), digest)


manifest_of = callable_rule(write_manifest)


def _content(parts: ServiceParts, apis: tuple[Ir, ...], databases: tuple[Ir, ...], build_file: str) -> object:
    return {
        "version": 1,
        "name": parts.address.target_name,
        "address": parts.address.spec,
        "package": parts.package,
        "declared_in": build_file,
        "layer": parts.layer,
        "apis": [
            {"package": ir.package, "ir": ir.path, "source": target[OpenApiSourceField].file_path}
            for ir, target in zip(apis, parts.apis)
        ],
        "databases": [
            {"package": ir.package, "ir": ir.path, "source": ir.address.spec_path or "."} for ir in databases
        ],
        "controllers": [
            {
                "module": controller.module,
                "class": controller.cls,
                "path": controller.path,
                "build_file": build_file,
            }
            for controller in parts.controllers
        ],
    }


def rules() -> Iterable[Any]:
    return collect_rules()
