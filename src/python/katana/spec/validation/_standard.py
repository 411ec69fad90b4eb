"""Is it OpenAPI? The official JSON Schemas decide, for the document and for everything it refers to.

In: a workspace. Out: findings and the version. Never: Katana's own rules. The root is validated as a document; a
target outside `components` (another file, an odd corner of this one) as the kind that its reference needs, because
nothing else has looked at it.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from katana.spec.model import REFERABLE, SECTION, Node, Workspace, component_section, reachable
from katana.spec.validation._explain import explain
from katana.spec.validation._official import validator

Json = Any

VERSIONS = ("3.0", "3.1", "3.2")


def check_standard(workspace: Workspace) -> str | None:
    """Validates `workspace`; the version is None when nothing more can be said."""
    version = _version(workspace)
    if version is None:
        return None
    _validate(workspace, workspace.root, "document", version)
    _check_targets(workspace, version)
    return version


def _check_targets(workspace: Workspace, version: str) -> None:
    """Follows every reference, and looks at each target once for each kind that it is used as."""
    seen: set[tuple[str, str, str]] = set()
    for kind, node in reachable(workspace):
        reference = workspace.reference(node) if kind in REFERABLE else None
        target = workspace.target(reference) if reference is not None else None
        if reference is None or target is None or (kind, *target.identity) in seen:
            continue
        seen.add((kind, *target.identity))
        section = component_section(workspace, target)
        # Of references that lead to references the last one is validated; schemas may say more beside theirs.
        is_last = kind == "schema" or workspace.resolve(node) == target
        if section is None:
            if is_last:
                _validate(workspace, target, kind, version, reference)
        elif section != SECTION[kind]:
            workspace.findings.error(
                reference, "ref-kind", f"this leads into components/{section}, but components/{SECTION[kind]} is meant"
            )


def _validate(workspace: Workspace, node: Node, kind: str, version: str, used_by: Node | None = None) -> None:
    # jsonschema-rs wants JSON values, which is what the readers give; depth is bounded by them, too.
    for error in validator(version, kind).iter_errors(node.value):
        _report(workspace, node, error, version, used_by)


def _report(
    workspace: Workspace, node: Node, error: jsonschema_rs.ValidationError, version: str, used_by: Node | None
) -> None:
    for complaint in explain(error, version):
        place = _closest(node, complaint.path)
        suffix = f" (used by {used_by.source.file}#{used_by.pointer})" if used_by is not None else ""
        workspace.findings.error(
            place, "invalid-openapi", complaint.message + suffix, hint=complaint.hint, key=complaint.key
        )


def _closest(node: Node, path: tuple[str, ...]) -> Node:
    for token in path:
        below = node.follow((token,))
        if below is None:
            break
        node = below
    return node


def _version(workspace: Workspace) -> str | None:
    root, findings = workspace.root, workspace.findings
    if not isinstance(root.value, dict):
        findings.error(root, "not-openapi", "an OpenAPI document is an object", hint="start with `openapi: 3.1.0`")
        return None
    given = root.get("openapi")
    if given is None:
        swagger = root.get("swagger")
        if swagger is not None:
            findings.error(swagger, "unsupported-version", "this is Swagger 2.0", hint="convert it to OpenAPI 3.1")
        else:
            findings.error(root, "not-openapi", "`openapi` is missing", hint="start with `openapi: 3.1.0`")
        return None
    version: Json = given.value
    for known in VERSIONS:
        if isinstance(version, str) and version.startswith(known + ".") and version[len(known) + 1 :][:1].isdigit():
            return known
    short = str(version) in VERSIONS
    hint = f"write `openapi: {version}.0`" if short else f"supported are {', '.join(VERSIONS)}"
    findings.error(given, "unsupported-version", "not a version of OpenAPI that Katana reads", hint=hint)
    return None
