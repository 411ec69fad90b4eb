"""Decoders of scalar parameters: calls into `katana.runtime.generated`.

In: a parameter and a way to import names. Out: an expression over a text, or None where only the parameter's table can
read it. Never: more than the parameter's schema accepts.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._bounds import integer_bounds, spell_bound
from katana.gen.openapi._defaults import fits
from katana.gen.openapi._plan import Argument, Method
from katana.gen.openapi._types import Types

_GENERATED = "katana.runtime.generated"

_PLAIN_STYLES = ("form", "simple")

Use = Callable[[str, str], str]
"""Imports a name from a module and says how to write it."""


class Decoders:
    """Spells decoders.

    Args:
        types: the named types.
        use: imports names; left out where only the existence of a decoder matters.
    """

    def __init__(self, types: Types, use: Use = lambda _module, name: name) -> None:
        self._types = types
        self._use = use

    def of(self, argument: Argument, text: str) -> str | None:
        """The expression that decodes `text`, a variable, as the parameter's schema says; None when there is none."""
        parameter = argument.parameter
        default = parameter.default
        if parameter.checks or parameter.media_type or parameter.allow_empty or parameter.style not in _PLAIN_STYLES:
            return None
        if parameter.location == "cookie":
            return None
        if default is not UNSET and not fits(default, parameter.type, self._types):
            return None
        type_ = self._types.resolve(parameter.type)
        return self._scalar(type_, text) if self._types.exact(type_) else None

    def may_fail(self, method: Method) -> bool:
        """Whether an input can be wrong: text of the path is taken as it is, a body that streams is read after them."""
        plain_path = all(self.of(argument, "text") == "text" for argument in method.path_arguments)
        return (method.has_body and not method.streams) or not plain_path or bool(method.keyword_arguments)

    def _scalar(self, type_: ir.Type, text: str) -> str | None:
        match type_:
            case ir.IntegerType(multiple_of=None):
                low, high = integer_bounds(type_)
                return self._call("integer", text, low, high)
            case ir.NumberType(exclusive_minimum=None, exclusive_maximum=None) if type_.format != "decimal":
                return self._call("number", text, type_.minimum, type_.maximum)
            case ir.BooleanType():
                return f"{self._use(_GENERATED, 'boolean')}({text})"
            case ir.StringType(pattern=None) if _formats.python_type(type_.format) is None:
                return self._string(type_, text)
        return None

    def _string(self, type_: ir.StringType, text: str) -> str:
        predicate = _formats.PREDICATES.get(type_.format)
        low = type_.min_length or (None if type_.max_length is None else 0)
        if predicate:
            accepts = self._use("katana.runtime.generated.formats", predicate)
            return self._call("checked", f"{text}, {accepts}", low, type_.max_length)
        if low is None:
            return text
        return self._call("string", text, low, type_.max_length)

    def _call(self, function: str, first: str, low: float | None, high: float | None) -> str:
        """A call with the bounds that there are."""
        bounds = [] if low is None and high is None else [low] if high is None else [low, high]
        spelled = ["None" if bound is None else spell_bound(bound, self._generated) for bound in bounds]
        return f"{self._generated(function)}({', '.join((first, *spelled))})"

    def _generated(self, name: str) -> str:
        return self._use(_GENERATED, name)
