"""`tailor`: propose `katana_openapi` for documents that nobody owns."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.core.goals.tailor import AllOwnedSources, PutativeTarget, PutativeTargets, PutativeTargetsRequest
from pants.engine.fs import PathGlobs
from pants.engine.rules import collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from katana._compat import get_digest_contents, path_globs_to_digest, path_globs_to_paths
from katana.naming import word
from katana.openapi.target_types import OpenApiTarget
from katana.subsystem import Katana

_DOCUMENT = re.compile(rb"""^\s*\{?\s*["']?openapi["']?\s*:\s*["']?3\.""", re.MULTILINE)


def is_document(content: bytes) -> bool:
    """Whether a file is a whole OpenAPI 3.x document: it says so at the top of its first 4 KiB."""
    return bool(_DOCUMENT.search(content[:4096]))


@dataclass(frozen=True)
class PutativeOpenApiTargets(PutativeTargetsRequest):
    pass


@rule(desc="Determine candidate OpenAPI targets to create", level=LogLevel.DEBUG)
async def propose_openapi_targets(
    request: PutativeOpenApiTargets, owned: AllOwnedSources, katana: Katana
) -> PutativeTargets:
    if not katana.tailor:
        return PutativeTargets()
    paths = await path_globs_to_paths(request.path_globs("*.yaml", "*.yml", "*.json"))
    unowned = sorted(set(paths.files) - set(owned))
    contents = await get_digest_contents(await path_globs_to_digest(PathGlobs(unowned)))
    return PutativeTargets(_proposal(file.path) for file in contents if is_document(file.content))


def _proposal(path: str) -> PutativeTarget:
    directory, file = os.path.split(path)
    return PutativeTarget.for_target_type(
        OpenApiTarget,
        path=directory,
        name=word(os.path.splitext(file)[0]),
        triggering_sources=[file],
        kwargs={"source": file},
    )


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeOpenApiTargets)]
