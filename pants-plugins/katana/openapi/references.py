"""Which files an OpenAPI document refers to.

In: the bytes of one file and its path. Out: paths of other files, from the root of the repository. Never: a verdict;
the generator parses properly and says what is missing, with its line.

A text search, not a parse: it sees references in mappings and in lists alike, costs nothing for the usual document
without any, and does not care whether the file is well formed. It may see too much (a reference quoted in a
description), which costs an input that nobody reads, never too little of what people write.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

_REFERENCE = re.compile(
    rb"""["']?\$ref["']?\s*:\s*(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<plain>[^\s"'\#,}\]][^\n\#,}\]]*))"""
)
_GLOB = re.compile(r"[*?!\[\]{}]")
"""Pants would read these as patterns."""


def referred_files(path: str, content: bytes) -> tuple[str, ...]:
    """Paths that `$ref` in the file `path` leads to, sorted, without `path` itself."""
    directory = posixpath.dirname(path)
    found = set()
    for match in _REFERENCE.finditer(content):
        target = (match["double"] or match["single"] or match["plain"] or b"").decode("utf-8", "replace")
        file = unquote(target.partition("#")[0].strip())
        if not file or "://" in file or file.startswith("/") or _GLOB.search(file):
            continue
        resolved = posixpath.normpath(posixpath.join(directory, file))
        if resolved != path and not resolved.startswith("../"):
            found.add(resolved)
    return tuple(sorted(found))
