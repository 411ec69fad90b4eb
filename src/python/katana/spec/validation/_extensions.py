"""The `x-katana-*` members: known names, good values, in the right place.

In: a workspace. Out: findings. Never: what a policy does. They belong to operations; anywhere else, and under any other
name, they would be ignored in silence, so they are errors.
"""

from __future__ import annotations

import difflib
from functools import cache

import jsonschema_rs

from katana.spec.model import Findings, Node, Workspace, everything, places
from katana.spec.validation._explain import explain
from katana.spec.validation._extensions_schema import EXTENSIONS
from katana.spec.validation._unsupported import WITHOUT_EFFECT

PREFIX = "x-katana-"

_EXTENSIBLE_MAPS = ("paths", "responses", "callbacks")
"""Maps of names in which `x-` is an extension all the same."""


def check_extensions(workspace: Workspace) -> None:
    """Checks every extension of every file."""
    operations = {place.node.identity for place in places(workspace)}
    for source in workspace.sources:
        for node, named in everything(Node(source, source.value)):
            if (named and node.key not in _EXTENSIBLE_MAPS) or not isinstance(node.value, dict):
                continue
            for key in node.value:
                if key.startswith(PREFIX):
                    _check(node, key, workspace.findings, on_operation=node.identity in operations)


def _check(owner: Node, key: str, findings: Findings, *, on_operation: bool) -> None:
    member = owner.get(key)
    if member is None:
        return
    if key not in EXTENSIONS:
        close = difflib.get_close_matches(key[:80], EXTENSIONS, n=1, cutoff=0.6)
        hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(EXTENSIONS)}"
        findings.error(member, "unknown-extension", "there is no such extension", hint=hint, key=True)
    elif not on_operation:
        findings.error(
            member,
            "misplaced-extension",
            f"`{key}` belongs to an operation",
            hint="move it below get, post, ...",
            key=True,
        )
    else:
        _check_value(member, key, findings)
        _check_effect(member, key, findings)


def _check_effect(member: Node, key: str, findings: Findings) -> None:
    """Says so when nothing would come of a policy: whoever relies on it has to know."""
    if key not in WITHOUT_EFFECT:
        return
    default = WITHOUT_EFFECT[key]
    if default is None or member.value != default:
        findings.warning(
            member,
            "policy-without-effect",
            f"this version of Katana does not act on `{key}`",
            hint="leave it out, or keep it for a version that does",
            key=True,
        )


def _check_value(member: Node, key: str, findings: Findings) -> None:
    description = EXTENSIONS[key].get("description", "")
    members = list(EXTENSIONS[key].get("properties", ()))
    for error in _validator(key).iter_errors(member.value):
        for complaint in explain(error, "3.1", members):
            place = member.follow(complaint.path) or member
            findings.error(
                place,
                "bad-extension",
                f"`{key}`: {complaint.message}",
                hint=complaint.hint or description,
                key=complaint.key,
            )


@cache
def _validator(key: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(EXTENSIONS[key])
