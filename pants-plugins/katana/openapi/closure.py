"""A document and everything it refers to, as files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.engine.fs import Digest, PathGlobs, Snapshot
from pants.engine.rules import collect_rules, rule
from pants.util.logging import LogLevel

from katana._compat import callable_rule, digest_to_snapshot, get_digest_contents, path_globs_to_digest
from katana.openapi.references import referred_files


@dataclass(frozen=True)
class ClosureRequest:
    """The document at `path`."""

    path: str


@dataclass(frozen=True)
class Closure:
    """`files` exist and are in `digest`; the document itself is among them."""

    digest: Digest
    files: tuple[str, ...]


@rule(desc="Follow the references of an OpenAPI document", level=LogLevel.DEBUG)
async def follow_references(request: ClosureRequest) -> Closure:
    reached = {request.path}
    frontier = reached
    while frontier:
        contents = await get_digest_contents(await path_globs_to_digest(PathGlobs(sorted(frontier))))
        frontier = {other for file in contents for other in referred_files(file.path, file.content)} - reached
        reached = reached | frontier
    digest = await path_globs_to_digest(PathGlobs(sorted(reached)))
    snapshot: Snapshot = await digest_to_snapshot(digest)
    return Closure(snapshot.digest, snapshot.files)


closure_of = callable_rule(follow_references)


def rules() -> Iterable[Any]:
    return collect_rules()
