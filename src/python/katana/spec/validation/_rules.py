"""All of Katana's own rules, over everything that a document reaches.

In: a workspace that is valid by the standard, and its version. Out: findings. Never: rules of its own.
"""

from __future__ import annotations

from katana.spec.model import Workspace, reachable
from katana.spec.validation._constructs import check_constructs
from katana.spec.validation._endless import EndlessSchemas
from katana.spec.validation._extensions import check_extensions
from katana.spec.validation._links import check_links
from katana.spec.validation._operations import check_operations
from katana.spec.validation._paths import check_paths
from katana.spec.validation._schemas import check_schema
from katana.spec.validation._security import check_security
from katana.spec.validation._sequences import check_sequence
from katana.spec.validation._unsupported import OUTGOING


def check_rules(workspace: Workspace, version: str) -> None:
    """Adds what is wrong with the document to the workspace's findings."""
    findings = workspace.findings
    endless = EndlessSchemas(workspace, version)
    for kind, node in reachable(workspace, OUTGOING):
        check_constructs(kind, node, findings)
        if kind == "schema":
            check_schema(node, version, findings)
            endless.add(node)
        elif kind == "media-type":
            check_sequence(node, workspace)
    endless.report()
    paths = workspace.root.get("paths")
    if paths is not None:
        check_paths(paths, findings)
    check_operations(workspace, version)
    check_links(workspace)
    check_security(workspace)
    check_extensions(workspace)
