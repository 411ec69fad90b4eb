"""Katana's rules for operations: identity, parameters, bodies, responses.

In: a workspace that is valid by the standard. Out: findings. Never: parameters, schemas, paths, extensions.
"""

from __future__ import annotations

import re

from katana.spec.model import (
    METHODS,
    Findings,
    Place,
    Workspace,
    has_no_body,
    places,
    sent,
)
from katana.spec.validation._contents import check_contents
from katana.spec.validation._parameters import check_parameters

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")  # RFC 9110, section 5.6.2


def check_operations(workspace: Workspace, version: str) -> None:
    """All rules for all operations."""
    first: dict[str, Place] = {}
    for place in (*places(workspace), *(request.place for request in sent(workspace))):
        _check_identity(place, first, workspace.findings)
        _check_method(place, workspace.findings)
        check_parameters(place, workspace)
        _check_body(place, workspace, version)
        _check_responses(place, workspace, version)


def _check_identity(place: Place, first: dict[str, Place], findings: Findings) -> None:
    node = place.node.get("operationId")
    if node is None:
        return
    if not node.value.strip():
        findings.error(node, "bad-operation-id", "an operationId is not empty")
        return
    same = first.setdefault(node.value, place)
    if same.node.identity != place.node.identity:  # callbacks may share one
        findings.error(
            node,
            "duplicate-operation-id",
            f"the operationId is already that of {same.method.upper()} {same.path or same.node.pointer}",
            hint="make it unique",
        )


def _check_method(place: Place, findings: Findings) -> None:
    """Methods are case-sensitive tokens (RFC 9110, 9.1); those of a Path Item have been checked with the standard."""
    method = place.method
    if method.islower() and method in METHODS:
        return
    if not _TOKEN.match(method) or method != method.upper():
        findings.error(
            place.node, "bad-method", "a method is an upper-case token", key=True, hint="RFC 9110, section 9.1"
        )
    elif method == "CONNECT" or method.lower() in METHODS:
        hint = "a server of resources has no use for it" if method == "CONNECT" else f"write `{method.lower()}:`"
        findings.error(place.node, "bad-method", f"{method} is no additional operation", key=True, hint=hint)


def _check_body(place: Place, workspace: Workspace, version: str) -> None:
    entry = place.node.get("requestBody")
    node = workspace.resolve(entry) if entry is not None else None
    if entry is None or node is None:
        return
    if place.method == "trace":
        workspace.findings.error(
            entry,
            "body-not-allowed",
            "a TRACE request has no body (RFC 9110, section 9.3.8)",
            hint="use POST",
            key=True,
        )
    elif place.method in ("get", "head") and version == "3.0":
        workspace.findings.warning(
            entry,
            "ignored-body",
            f"OpenAPI 3.0 says to ignore the body of a {place.method.upper()}",
            hint="use POST, query parameters, or OpenAPI 3.1",
            key=True,
        )
    elif place.method in ("get", "head") or (place.method == "delete" and version == "3.0"):
        workspace.findings.warning(
            entry,
            "body-without-meaning",
            f"HTTP gives the body of a {place.method.upper()} no meaning; some clients and proxies drop it",
            hint="use POST, or query parameters",
            key=True,
        )
    content = node.get("content")
    if content is None or not content.value:
        workspace.findings.error(node, "no-content", "a request body needs a media type in `content`", key=True)
    check_contents(node, workspace)


def _check_responses(place: Place, workspace: Workspace, version: str) -> None:
    responses = place.node.get("responses")
    if responses is None and version != "3.0":
        workspace.findings.warning(
            place.node,
            "undeclared-responses",
            "without `responses` the operation answers 204 No Content"
            if place.path
            else "without `responses` any success will do",
            key=True,
            hint="describe at least the success",
        )
        return
    if responses is None or all(status.startswith("x-") for status in responses.value):
        workspace.findings.error(
            place.node,
            "no-responses",
            "an operation needs a response",
            key=True,
            hint="describe at least the success",
        )
        return
    for status, entry in responses.members():
        node = workspace.resolve(entry) if not status.startswith("x-") else None
        if node is None:
            continue
        content = node.get("content")
        if content is not None and content.value and has_no_body(status):
            workspace.findings.warning(
                content,
                "ignored-content",
                f"a response {status} has no content (RFC 9110, section 15)",
                hint="use 200, or remove `content`",
                key=True,
            )
        check_contents(node, workspace)
        headers = node.get("headers")
        for name, header in headers.members() if headers is not None else ():
            if not _TOKEN.match(name):
                workspace.findings.error(
                    header, "bad-header-name", "not a name of a header", hint="RFC 9110, section 5.6.2", key=True
                )
