"""All of Katana's own rules, over everything that a document reaches.

In: a workspace that was validated by the standard, and its version. Out: findings. Never: rules of its own. Rules may
take the standard for granted, so an object that breaks it is left out, and rules that look at several objects at once
wait until all but schemas are in order.
"""

from __future__ import annotations

from katana.spec.model import Node, Workspace, reachable
from katana.spec.validation._constructs import check_constructs
from katana.spec.validation._endless import EndlessSchemas
from katana.spec.validation._extensions import check_extensions
from katana.spec.validation._links import check_links
from katana.spec.validation._operations import check_operations
from katana.spec.validation._outgoing import check_outgoing
from katana.spec.validation._paths import check_paths
from katana.spec.validation._schemas import check_schema
from katana.spec.validation._security import check_security
from katana.spec.validation._sequences import check_sequence

Identity = tuple[str, str]


def check_rules(workspace: Workspace, version: str) -> None:
    """Adds what is wrong with the document to the workspace's findings."""
    found = list(reachable(workspace))
    broken = _broken(found, workspace)
    endless = EndlessSchemas(workspace, version)
    for kind, node in found:
        if broken and node.identity in broken:
            continue
        check_constructs(kind, node, workspace.findings)
        if kind == "schema":
            check_schema(node, version, workspace.findings)
            endless.add(node)
        elif kind == "media-type":
            check_sequence(node, workspace)
    endless.report()
    if set(broken.values()) <= {"schema"}:
        paths = workspace.root.get("paths")
        if paths is not None:
            check_paths(paths, workspace.findings)
        check_operations(workspace, version)
        check_links(workspace)
        check_outgoing(workspace)
        check_security(workspace)
    check_extensions(workspace)


def _broken(found: list[tuple[str, Node]], workspace: Workspace) -> dict[Identity, str]:
    """The objects that are not valid by the standard, with their kinds: the nearest around each error."""
    errors = workspace.findings.errors()
    if not errors:
        return {}
    kinds = {node.identity: kind for kind, node in found}
    out: dict[Identity, str] = {}
    for _, node in errors:
        around: Node | None = node
        while around is not None and around.identity not in kinds:
            around = around.parent
        out[around.identity if around is not None else node.identity] = (
            kinds[around.identity] if around is not None else "document"
        )
    return out
