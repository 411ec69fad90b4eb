"""The front end from end to end.

In: the path of a document, and what a generator would refuse. Out: `Compiled`, or all diagnostics at once. Never:
output files, the network. Each stage leaves out what an earlier one found broken, so that no stage has to guess what it
means; lowering needs the whole, and runs when nothing is broken that it reads.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.ir import Api
from katana.spec._prefetched import unknown_prefetches
from katana.spec.document import Source, split
from katana.spec.lower import lower
from katana.spec.model import Findings, Node, Workspace
from katana.spec.validation import check_rules, check_standard, unfit_defaults

Refusals = Callable[[Api], Iterable[Diagnostic]]

_LOWERED_ALL_THE_SAME = frozenset(
    (
        "ambiguous-path",
        "bad-extension",
        "duplicate-operation-id",
        "empty-range",
        "misplaced-extension",
        "read-only-write-only",
        "unknown-extension",
    )
)
"""Errors that lowering does not mind: what a generator has to say is said in the same run."""


class Compiled(NamedTuple):
    """An API, what is doubtful about its document, and the files that were read (the root first)."""

    api: Api
    warnings: tuple[Diagnostic, ...]
    sources: tuple[Source, ...]


def compile_document(path: Path, *, strict: bool = False, refusals: Refusals | None = None) -> Compiled:
    """Compiles the OpenAPI document at `path` and the files it refers to.

    Args:
        path: a YAML or JSON file; diagnostics name it as given.
        strict: treat warnings as errors.
        refusals: what a generator has to say against the API; its diagnostics have pointers and get places here.

    Raises:
        DiagnosticsError: everything that is wrong with the document, sorted by place.
    """
    findings = Findings()
    workspace = Workspace(str(path), findings)
    try:
        api = _compile(workspace, refusals)
    except RecursionError:
        # Depth is bounded where documents are read; this is the net below it.
        findings.error(workspace.root, "too-deep", "the document is nested too deeply to be compiled")
        raise DiagnosticsError(findings.diagnostics()) from None
    found = findings.diagnostics()
    if api is None or findings.failed() or (strict and found):
        raise DiagnosticsError(found)
    return Compiled(api, found, workspace.sources)


def _compile(workspace: Workspace, refusals: Refusals | None) -> Api | None:
    findings = workspace.findings
    version = check_standard(workspace)
    if version is None:
        return None
    check_rules(workspace, version)
    if findings.unreadable() or not {code for code, _ in findings.errors()} <= _LOWERED_ALL_THE_SAME:
        return None
    api = _lower(workspace, version)
    for refused in (*unknown_prefetches(api), *(refusals(api) if refusals is not None else ())):
        findings.error(_at(refused.pointer, workspace), refused.code, refused.message, hint=refused.hint, key=True)
    return api


def _lower(workspace: Workspace, version: str) -> Api:
    """The API. Defaults that their own schemas refuse are left out, with a warning: no value would ever be one."""
    api, values = lower(workspace, version)
    unfit = unfit_defaults(values)
    if not unfit:
        return api
    for node, reason in unfit:
        workspace.findings.warning(
            node,
            "bad-default",
            f"the default does not fit its own schema and is ignored: {reason}",
            hint="write a value that the schema allows, or no default",
        )
    return lower(workspace, version, without=frozenset(node.identity for node, _ in unfit))[0]


def _at(pointer: str, workspace: Workspace) -> Node:
    """The node at a pointer of the IR, or the nearest around it."""
    name, _, fragment = pointer.rpartition("#")
    root = workspace.root.source
    file = posixpath.normpath(posixpath.join(posixpath.dirname(root.file), name)) if name else root.file
    source = next((one for one in workspace.sources if posixpath.normpath(one.file) == file), root)
    node = Node(source, source.value)
    for token in split(fragment):
        below = node.follow((token,))
        if below is None:
            break
        node = below
    return node
