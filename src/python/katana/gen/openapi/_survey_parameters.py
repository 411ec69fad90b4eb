"""Unsupported parameters.

In: a parameter. Out: code, pointer, name. Never: bodies (`_survey_bodies`), paths (`_survey`).

What the standard leaves undefined has no code: values deeper than one level, and styles for types that they are not
made for (OpenAPI 3.2, 4.12.3).
"""

from __future__ import annotations

from collections.abc import Iterator

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._types import Types
from katana.gen.openapi._wire import Wire, wire

_Finding = tuple[str, str, str]
_FORM = "application/x-www-form-urlencoded"
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
_CODE = "unsupported-parameter"


def survey(parameter: ir.Parameter, types: Types) -> Iterator[_Finding]:
    """Everything in the parameter that cannot be generated."""
    name = f"`{parameter.name}`"
    if parameter.media_type and parameter.media_type != _FORM:
        plain = set(types.kinds(parameter.type)) <= {"any", "string"}
        if not _media.is_json(parameter.media_type) and not plain:
            yield _CODE, parameter.pointer, f"{name}, which is no string but has the type `{parameter.media_type}`"
        return
    if not parameter.media_type and parameter.style not in _STYLES.get(parameter.location, ()):
        yield _CODE, parameter.pointer, f"{name} of the style `{parameter.style}` in a {parameter.location}"
        return
    forms = wire(parameter.type, types)
    for what in dict.fromkeys((*forms.nested, *_undefined(parameter, forms))):
        yield _CODE, parameter.pointer, f"{name}: {what}"


def _undefined(parameter: ir.Parameter, forms: Wire) -> Iterator[str]:
    """What the style does not say how to write."""
    if parameter.location == "querystring":
        if forms.members is None:
            yield "a form that is no object"
    elif parameter.style == "deepObject":
        if (forms.members is None) == (forms.items is None):
            yield "the style `deepObject` for what is neither an object nor an array"
    elif parameter.style in ("spaceDelimited", "pipeDelimited") and forms.scalars:
        yield f"the style `{parameter.style}` for what is neither array nor object"
    repeats = parameter.location in ("query", "cookie", "querystring") and parameter.explode
    if parameter.style == "deepObject" or not repeats:
        for member, (_, array) in (forms.members or {}).items():
            if array:
                yield f"the member `{member}`, which is not a scalar"
