"""What people wrote, for messages about it: specifications and SQL.

In: the manifest of a service that was refused. Out: its input, with the texts of its contracts. Never: the way to a
verdict. Texts tell lines; to read them before something is wrong would make every edited comment a reason to run again.
"""

from __future__ import annotations

from pants.core.util_rules.source_files import SourceFilesRequest
from pants.engine.fs import Digest, MergeDigests

from katana._compat import concurrently, determine_source_files, merge_digests
from katana.openapi.closure import ClosureRequest, closure_of
from katana.openapi.target_types import OpenApiSourceField
from katana.service.manifest import Manifest
from katana.sql.target_types import SqlSourcesField


async def with_texts(manifest: Manifest, inputs: Digest) -> Digest:
    """`inputs` with the documents of the APIs and the queries of the databases."""
    documents = await concurrently(
        closure_of(ClosureRequest(api[OpenApiSourceField].file_path)) for api in manifest.parts.apis
    )
    queries = await determine_source_files(
        SourceFilesRequest(database[SqlSourcesField] for database in manifest.parts.databases)
    )
    texts = [*(document.digest for document in documents), queries.snapshot.digest]
    digest: Digest = await merge_digests(MergeDigests([inputs, *texts]))
    return digest
