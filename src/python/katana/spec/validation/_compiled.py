"""The rule that needs compiled schemas: no default that its own schema refuses.

In: the compiled schemas of a workspace. Out: the defaults that do not fit. Never: findings, changes to the schemas.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from katana.spec.lower import Values
from katana.spec.model import Node

Json = Any


def unfit_defaults(values: Values) -> list[tuple[Node, str]]:
    """Every default that does not fit, with the first reason.

    All are validated at once: one schema with a property for each, one object with all of them.
    """
    defaults = values.canonical.defaults
    if not defaults:
        return []
    schema: Json = {
        "$defs": values.canonical.defs,
        "properties": {str(index): own for index, (_, own) in enumerate(defaults)},
    }
    instance = {str(index): node.value for index, (node, _) in enumerate(defaults)}
    found: dict[int, str] = {}
    for error in jsonschema_rs.Draft202012Validator(schema, offline=True).iter_errors(instance):
        found.setdefault(int(error.instance_path[0]), _cut(error.message))
    return [(defaults[index][0], reason) for index, reason in sorted(found.items())]


def _cut(text: str) -> str:
    return text if len(text) <= 160 else text[:157] + "..."
