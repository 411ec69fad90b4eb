"""The rule that needs compiled schemas: no default that its own schema refuses.

In: the compiled schemas of a workspace. Out: findings. Never: changes to them.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from katana.spec.lower import Values
from katana.spec.model import Workspace

Json = Any


def check_defaults(workspace: Workspace, values: Values) -> None:
    """Validates all defaults at once: one schema with a property for each, one object with all of them."""
    defaults = values.canonical.defaults
    if not defaults:
        return
    schema: Json = {
        "$defs": values.canonical.defs,
        "properties": {str(index): own for index, (_, own) in enumerate(defaults)},
    }
    instance = {str(index): node.value for index, (node, _) in enumerate(defaults)}
    for error in jsonschema_rs.Draft202012Validator(schema, offline=True).iter_errors(instance):
        node = defaults[int(error.instance_path[0])][0]
        workspace.findings.error(
            node,
            "bad-default",
            f"the default does not fit its own schema: {_cut(error.message)}",
            hint="write a value that the schema allows",
        )


def _cut(text: str) -> str:
    return text if len(text) <= 160 else text[:157] + "..."
