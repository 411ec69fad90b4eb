"""Unsupported parameters.

In: a parameter. Out: code, pointer, name. Never: bodies (`_survey_bodies`), paths (`_survey`).
"""

from __future__ import annotations

from collections.abc import Iterator

from katana import ir
from katana.gen.openapi._types import Types

_Finding = tuple[str, str, str]
_STYLES = {
    "path": ("simple",),
    "query": ("form", "spaceDelimited", "pipeDelimited"),
    "header": ("simple",),
    "cookie": ("form",),
}
_STRUCTURED = frozenset(("array", "object"))


def survey(parameter: ir.Parameter, types: Types) -> Iterator[_Finding]:
    """Everything in the parameter that cannot be generated."""
    name = f"`{parameter.name}`"
    resolved = types.resolve(parameter.type)
    array = isinstance(resolved, ir.ArrayType)
    kinds = set(types.kinds(resolved.items if isinstance(resolved, ir.ArrayType) else resolved))
    if parameter.style not in _STYLES[parameter.location]:
        yield "unsupported-parameter", parameter.pointer, f"{name} of the style `{parameter.style}`"
    elif kinds & _STRUCTURED:
        yield "unsupported-parameter", parameter.pointer, f"{name}, which is or contains an object or a nested array"
    elif array and parameter.location in ("path", "cookie"):
        yield "unsupported-parameter", parameter.pointer, f"{name}, an array in a {parameter.location}"
    elif array and parameter.explode and parameter.style not in ("form", "simple"):
        yield "unsupported-parameter", parameter.pointer, f"{name} of the style `{parameter.style}`, exploded"
