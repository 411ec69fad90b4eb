"""Finds what `_unsupported` lists.

In: a kind and a node. Out: findings. Never: a list of its own.
"""

from __future__ import annotations

from katana.spec.model import Findings, Node
from katana.spec.validation._unsupported import REFUSED, Construct

_DOCUMENTS_A_PATH = frozenset(("$ref", "summary", "description", "servers"))

_REFUSED: dict[str, list[Construct]] = {}
for _construct in REFUSED:
    _REFUSED.setdefault(_construct.kind, []).append(_construct)


def check_constructs(kind: str, node: Node, findings: Findings) -> None:
    """Refuses what cannot be generated."""
    if not isinstance(node.value, dict):
        return
    for construct in _REFUSED.get(kind, ()):
        member = node.get(construct.name)
        if member is not None and construct.when(member):
            findings.error(member, construct.code, construct.message, hint=construct.hint, key=True)
    if kind == "path-item" and "$ref" in node.value:
        _check_siblings(node, findings)


def _check_siblings(item: Node, findings: Findings) -> None:
    """A Path Item that refers may only be documented; what else stands there could contradict its target."""
    beside = [key for key in item.value if key not in _DOCUMENTS_A_PATH and not key.startswith("x-")]
    if beside:
        findings.error(
            item,
            "unsupported-path-item-siblings",
            f"`{beside[0]}` beside the `$ref` of a path is not supported",
            hint="move them to where `$ref` leads: what both have would have no defined meaning",
            key=True,
        )
