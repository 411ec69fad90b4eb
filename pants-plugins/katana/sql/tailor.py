"""`tailor`: propose `katana_sql` for directories of annotated queries that nobody owns."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, DefaultDict, Optional

from pants.core.goals.tailor import AllOwnedSources, PutativeTarget, PutativeTargets, PutativeTargetsRequest
from pants.engine.fs import PathGlobs
from pants.engine.rules import collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from katana._compat import get_digest_contents, path_globs_to_digest, path_globs_to_paths
from katana.naming import word
from katana.sql.target_types import SqlTarget
from katana.subsystem import Katana

_QUERY = re.compile(rb"^--[ \t]*name:[ \t]*\w+[ \t]+:\w+", re.MULTILINE)
_SCHEMA_DIRECTORIES = ("schema", "migrations")


def is_annotated(content: bytes) -> bool:
    """Whether a file holds queries (`-- name: get_user :one`)."""
    return bool(_QUERY.search(content))


@dataclass(frozen=True)
class PutativeSqlTargets(PutativeTargetsRequest):
    pass


@rule(desc="Determine candidate SQL targets to create", level=LogLevel.DEBUG)
async def propose_sql_targets(request: PutativeSqlTargets, owned: AllOwnedSources, katana: Katana) -> PutativeTargets:
    if not katana.tailor:
        return PutativeTargets()
    paths = await path_globs_to_paths(request.path_globs("*.sql"))
    unowned = sorted(set(paths.files) - set(owned))
    contents = await get_digest_contents(await path_globs_to_digest(PathGlobs(unowned)))
    queries = [file.path for file in contents if is_annotated(file.content)]
    schemas = sorted({os.path.dirname(file) for file in paths.files} - {os.path.dirname(file) for file in queries})
    return PutativeTargets(_proposals(queries, schemas))


def _proposals(queries: Iterable[str], directories: Iterable[str]) -> list[PutativeTarget]:
    """One target per directory of queries that has a schema beside it; without a schema there is nothing to check."""
    by_directory: DefaultDict[str, list[str]] = defaultdict(list)
    for path in queries:
        by_directory[os.path.dirname(path)].append(path)
    found = []
    for directory, files in sorted(by_directory.items()):
        schema = _schema_of(directory, directories)
        if schema is None:
            continue
        # Fields stay below the BUILD file, so that stands where both are.
        home = os.path.dirname(schema)
        found.append(
            PutativeTarget.for_target_type(
                SqlTarget,
                path=home,
                name=word(os.path.basename(directory)),
                triggering_sources=[os.path.relpath(file, home or ".") for file in sorted(files)],
                kwargs={
                    "schema": (f"{os.path.basename(schema)}/*.sql",),
                    "sources": (os.path.join(os.path.relpath(directory, home or "."), "*.sql"),),
                },
            )
        )
    return found


def _schema_of(directory: str, directories: Iterable[str]) -> Optional[str]:
    """`schema` or `migrations` in the directory of the queries or beside it."""
    for base in (directory, os.path.dirname(directory)):
        for name in _SCHEMA_DIRECTORIES:
            if os.path.join(base, name) in directories:
                return os.path.join(base, name)
    return None


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeSqlTargets)]
