"""JSON as people write it: on one line what fits, else one member per line.

In: a JSON value. Out: ASCII text. Never: a change of the value or of the order of members.
"""

import json
from typing import Any


def pretty(value: Any, width: int = 100, indent: int = 0, taken: int = 0) -> str:
    """The text of a value.

    Args:
        value: what to print.
        width: columns to stay within, where that can be.
        indent: the indent of the lines after the first.
        taken: columns of the first line that are in use beyond the indent.
    """
    line = json.dumps(value)
    if indent + taken + len(line) <= width or not isinstance(value, dict | list) or not value:
        return line
    inner = " " * (indent + 2)
    if isinstance(value, list):
        parts = [pretty(item, width, indent + 2) for item in value]
        opening, closing = "[", "]"
    else:
        keys = {key: json.dumps(key) for key in value}
        parts = [f"{keys[key]}: {pretty(v, width, indent + 2, len(keys[key]) + 3)}" for key, v in value.items()]
        opening, closing = "{", "}"
    return f"{opening}\n{inner}" + f",\n{inner}".join(parts) + f"\n{' ' * indent}{closing}"
