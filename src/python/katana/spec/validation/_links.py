"""Rules for links: the operation is there, it has the parameters, expressions can be read.

In: a workspace that is valid by the standard. Out: findings. Never: what an expression evaluates to.
"""

from __future__ import annotations

import difflib

from katana.spec.model import (
    Links,
    Node,
    Place,
    Workspace,
    effective,
    expressions,
    is_expression,
    places,
)

_LOCATIONS = ("path", "query", "header", "cookie")


def check_links(workspace: Workspace) -> None:
    """All rules for all links of responses."""
    links = Links(workspace)
    for place in places(workspace):
        responses = place.node.get("responses")
        for status, entry in responses.members() if responses is not None else ():
            node = workspace.resolve(entry) if not status.startswith("x-") else None
            for _, link in links.of(node) if node is not None else ():
                _check(link, links, workspace)


def _check(link: Node, links: Links, workspace: Workspace) -> None:
    target = links.target(link)
    if target is None:
        _check_target(link, links, workspace)
    else:
        _check_parameters(link, target, workspace)
    parameters = link.get("parameters")
    values = [value for _, value in parameters.members()] if parameters is not None else []
    for value in [*values, *(each for each in (link.get("requestBody"),) if each is not None)]:
        for text in expressions(value.value) if isinstance(value.value, str) else ():
            if not is_expression(text):
                workspace.findings.error(
                    value,
                    "bad-runtime-expression",
                    f"`{text[:80]}` is no runtime expression",
                    hint="write, for example, $response.body#/id, $request.path.id or $request.header.accept",
                )


def _check_target(link: Node, links: Links, workspace: Workspace) -> None:
    """Says why a link leads to no operation. Looking up an `operationRef` that leads nowhere has reported it."""
    name = link.get("operationId")
    if name is not None:
        close = difflib.get_close_matches(str(name.value), links.operation_ids, n=1, cutoff=0.7)
        hint = f"did you mean `{close[0]}`?" if close else "name an operation of this document"
        workspace.findings.error(
            name, "unknown-operation", f"there is no operation `{str(name.value)[:80]}`", hint=hint
        )
        return
    reference = link.get("operationRef")
    if reference is None:
        return
    if not links.is_local(reference) or workspace.target(reference) is not None:
        workspace.findings.warning(
            reference,
            "foreign-link",
            "this leads to no operation of this document: the link is left out",
            hint="name an operation by `operationId`, or by a reference such as #/paths/~1users~1{id}/get",
        )


def _check_parameters(link: Node, target: Place, workspace: Workspace) -> None:
    declared = {(node.text("in"), node.text("name")) for node in effective(target, workspace)}
    names = {name for _, name in declared} | {f"{location}.{name}" for location, name in declared}
    parameters = link.get("parameters")
    for name, value in parameters.members() if parameters is not None else ():
        if name in names:
            continue
        known = [name for _, name in sorted(declared, key=lambda each: _LOCATIONS.index(each[0]))]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
        hint = f"did you mean `{close[0]}`?" if close else f"it has {', '.join(known) or 'none'}"
        workspace.findings.error(
            value,
            "unknown-link-parameter",
            f"{target.method.upper()} {target.path} has no parameter `{name[:80]}`",
            hint=hint,
            key=True,
        )
