"""The front end from end to end.

In: the path of a document. Out: `Compiled`, or all diagnostics at once. Never: output files, the network. Each stage
runs when the one before found no error, so that no stage has to guess what a broken document means.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.ir import Api
from katana.spec.document import Source
from katana.spec.lower import lower
from katana.spec.model import Findings, Workspace
from katana.spec.validation import check_defaults, check_rules, check_standard


class Compiled(NamedTuple):
    """An API, what is doubtful about its document, and the files that were read (the root first)."""

    api: Api
    warnings: tuple[Diagnostic, ...]
    sources: tuple[Source, ...]


def compile_document(path: Path, *, strict: bool = False) -> Compiled:
    """Compiles the OpenAPI document at `path` and the files it refers to.

    Args:
        path: a YAML or JSON file; diagnostics name it as given.
        strict: treat warnings as errors.

    Raises:
        DiagnosticsError: everything that is wrong with the document, sorted by place.
    """
    findings = Findings()
    workspace = Workspace(str(path), findings)
    try:
        api = _compile(workspace)
    except RecursionError:
        # Depth is bounded where documents are read; this is the net below it.
        findings.error(workspace.root, "too-deep", "the document is nested too deeply to be compiled")
        raise DiagnosticsError(findings.diagnostics()) from None
    found = findings.diagnostics()
    if api is None or findings.failed() or (strict and found):
        raise DiagnosticsError(found)
    return Compiled(api, found, workspace.sources)


def _compile(workspace: Workspace) -> Api | None:
    version = check_standard(workspace)
    if version is None or workspace.findings.failed():
        return None
    check_rules(workspace, version)
    if workspace.findings.failed():
        return None
    api, values = lower(workspace, version)
    check_defaults(workspace, values)
    return api
