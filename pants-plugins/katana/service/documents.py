"""The resources of a service's package: bundled documents and `build.json`.

In: a `katana_service`. Out: files below its package, without a source root. Never: generated code; an edited
description changes these files and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.engine.fs import CreateDigest, Digest, FileContent, FileEntry, MergeDigests
from pants.engine.rules import collect_rules, rule
from pants.engine.target import Target
from pants.util.logging import LogLevel

from katana._compat import callable_rule, concurrently, create_digest, get_digest_entries, implicitly, merge_digests
from katana.openapi.codegen import BundleRequest, openapi_bundle
from katana.openapi.target_types import package_of
from katana.service.manifest import ManifestRequest, manifest_of


@dataclass(frozen=True)
class DocumentsRequest:
    """A `katana_service`."""

    target: Target


@dataclass(frozen=True)
class Documents:
    """`PACKAGE/build.json` and `PACKAGE/documents/API.json`."""

    digest: Digest


@rule(desc="Bundle the documents of a service", level=LogLevel.DEBUG)
async def collect_documents(request: DocumentsRequest) -> Documents:
    manifest = await manifest_of(ManifestRequest(request.target))
    folder = manifest.parts.package.replace(".", "/")
    bundles = await concurrently(
        openapi_bundle(BundleRequest(api, f"{folder}/documents/{package_of(api)}.json"), **implicitly())
        for api in manifest.parts.apis
    )
    entries = await concurrently(get_digest_entries(ir.digest) for ir in (*manifest.apis, *manifest.databases))
    contracts = {
        ir.package: file.file_digest.fingerprint
        for ir, files in zip((*manifest.apis, *manifest.databases), entries)
        for file in files
        if isinstance(file, FileEntry)
    }
    # The digests of the contracts say which version of them a running service was built from.
    build = json.dumps({"service": request.target.address.spec, "contracts": contracts}, sort_keys=True)
    written = await create_digest(CreateDigest([FileContent(f"{folder}/build.json", f"{build}\n".encode())]))
    return Documents(await merge_digests(MergeDigests([written, *bundles])))


documents_of = callable_rule(collect_documents)


def rules() -> Iterable[Any]:
    return collect_rules()
