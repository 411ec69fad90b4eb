"""Katana's rules for parameters.

In: an operation that is valid by the standard. Out: findings. Never: schemas of parameters, path templates.
"""

from __future__ import annotations

import re

from katana.spec.model import (
    Findings,
    Node,
    Place,
    Workspace,
    declared,
    effective,
    is_ignored_header,
    parameter_key,
    template_names,
)

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")  # RFC 9110, section 5.6.2


def check_parameters(place: Place, workspace: Workspace) -> None:
    """All rules for the parameters of an operation."""
    findings = workspace.findings
    for owner in (place.item, place.node):
        seen: set[tuple[str, str]] = set()
        for node in declared(owner, workspace):
            if parameter_key(node) in seen:
                location, name = parameter_key(node)
                listed = owner.get("parameters") or owner
                findings.error(listed, "duplicate-parameter", f"the {location} parameter `{name}` is listed twice")
            seen.add(parameter_key(node))
    parameters = effective(place, workspace)
    for node in parameters:
        _check_parameter(node, place, findings)
    _check_query(parameters, findings)
    named = {node.text("name") for node in parameters if node.text("in") == "path"}
    for name in template_names(place.path):
        if name and name not in named:
            findings.error(
                place.node,
                "undeclared-path-parameter",
                f"`{{{name}}}` of {place.path} is not declared",
                key=True,
                hint=f"add a parameter `name: {name}` with `in: path` and `required: true`",
            )


def _check_parameter(node: Node, place: Place, findings: Findings) -> None:
    name, location = node.text("name"), node.text("in")
    place_of_name = node.get("name") or node
    if location == "path" and name not in template_names(place.path):
        findings.error(
            place_of_name,
            "unknown-path-parameter",
            f"the path {place.path} has no `{{{name}}}`"
            if place.path
            else "what a service sends has no path of its own",
            hint="put it into the path in braces, or say where else the parameter is",
        )
    elif location in ("header", "cookie") and not _TOKEN.match(name):
        findings.error(
            place_of_name, "bad-parameter-name", f"not a name of a {location}", hint="RFC 9110, section 5.6.2"
        )
    elif not name:
        findings.error(place_of_name, "bad-parameter-name", "a parameter has a name")
    if is_ignored_header(node):
        findings.warning(
            node,
            "ignored-header",
            f"the header {name} is ignored: other objects of OpenAPI describe it",
            key=True,
            hint="use the media types of `content`, or a security scheme",
        )


def _check_query(parameters: list[Node], findings: Findings) -> None:
    """One parameter may be the whole query, alone (OAS 3.2, section 4.12.1)."""
    whole = [node for node in parameters if node.text("in") == "querystring"]
    if whole and (len(whole) > 1 or any(node.text("in") == "query" for node in parameters)):
        findings.error(
            whole[-1],
            "shared-querystring",
            f"`{whole[-1].text('name')}` is the whole query, so there is no place for other parameters in it",
            hint="make them members of its schema",
            key=True,
        )
