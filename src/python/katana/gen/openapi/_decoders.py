"""Decoders of scalar parameters: calls into `katana.runtime.generated`.

In: a parameter and a way to import names. Out: an expression over a text, or None where only the parameter's table can
read it. Never: more than the parameter's schema accepts.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET, structs

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._bounds import integer_bounds, spell_bound
from katana.gen.openapi._defaults import fits
from katana.gen.openapi._plan import Argument, Method
from katana.gen.openapi._types import Types
from katana.gen.source import literal

_GENERATED = "katana.runtime.generated"

_PLAIN_STYLES = ("form", "simple")

_CONVERTERS = {"date": "to_date", "date-time": "to_datetime", "uuid": "to_uuid"}
_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}

Use = Callable[[str, str], str]
"""Imports a name from a module and says how to write it."""

Constants = Callable[[ir.Type], str | None]
"""The constant of `_parameter_constants` for a type."""


class Decoders:
    """Spells decoders.

    Args:
        types: the named types.
        use: imports names; left out where only the existence of a decoder matters.
        constants: names the constants of types; left out likewise.
    """

    def __init__(
        self, types: Types, use: Use = lambda _module, name: name, constants: Constants = lambda _type: None
    ) -> None:
        self._types = types
        self._use = use
        self._constants = constants

    def of(self, argument: Argument, text: str) -> str | None:
        """The expression that decodes `text`, a variable, as the parameter's schema says; None when there is none."""
        parameter = argument.parameter
        if parameter.style not in _PLAIN_STYLES or not self._direct(parameter):
            return None
        type_ = self._types.resolve(parameter.type)
        return self._item(parameter.type, text) if self._types.exact(type_) else None

    def array(self, argument: Argument, position: int) -> tuple[str, str] | None:
        """What reads the texts of an array, and the expression that makes its value; None: its table does.

        The expression takes the texts from the variable `items`, those of a path, which are always there, in place.

        Args:
            argument: the parameter.
            position: the index of a path parameter.
        """
        parameter = argument.parameter
        type_ = self._types.resolve(parameter.type)
        if not isinstance(type_, ir.ArrayType) or not self._direct(parameter):
            return None
        if parameter.default is not UNSET and isinstance(self._types.resolve(type_.items), ir.EnumType):
            return None  # the type of the default's literal is not that of the set
        if not self._types.exact(structs.replace(type_, unique_items=False)):
            return None
        read = self._texts(parameter, type_, position)
        item = self._item(type_.items, "item")
        if read is None or item is None:
            return None
        found = read if parameter.location == "path" else "items"
        items = f"list({found})" if item == "item" else f"[{item} for item in {found}]"
        return read, f"{self._generated('distinct')}({items})" if type_.unique_items else items

    def _direct(self, parameter: ir.Parameter) -> bool:
        """Whether nothing but the type and the place of a parameter matters."""
        if parameter.checks or parameter.media_type or parameter.allow_empty:
            return False
        return parameter.default is UNSET or fits(parameter.default, parameter.type, self._types)

    def _texts(self, parameter: ir.Parameter, type_: ir.ArrayType, position: int) -> str | None:
        """The call that gives the texts of an array's items."""
        low = type_.min_items or (None if type_.max_items is None else 0)
        location, name = parameter.location, literal(parameter.name)
        if location == "query" and parameter.explode and parameter.style in _SEPARATORS:
            return self._call("repeated", f"query, {name}", low, type_.max_items)
        if location == "query" and parameter.style in _SEPARATORS:
            separator = literal(_SEPARATORS[parameter.style])
            return self._call("separated", f"query, {name}, {separator}", low, type_.max_items)
        if location == "header":
            return self._call("listed", f"ctx.header({name})", low, type_.max_items)
        if location == "path" and parameter.style == "simple":
            return self._call("listed_in_path", f"ctx.raw_args[{position}]", low, type_.max_items)
        return None

    def may_fail(self, method: Method) -> bool:
        """Whether an input can be wrong: text of the path is taken as it is, a body that streams is read after them."""
        plain_path = all(self.of(argument, "text") == "text" for argument in method.path_arguments)
        return (method.has_body and not method.streams) or not plain_path or bool(method.keyword_arguments)

    def _item(self, type_: ir.Type, text: str) -> str | None:
        """The decoder of a text that is a value by itself."""
        resolved = self._types.resolve(type_)
        if not isinstance(resolved, ir.EnumType):
            return self._scalar(resolved, text)
        choices = self._constants(type_)
        return None if choices is None else f"{self._generated('chosen')}({choices}, {text})"

    def _scalar(self, type_: ir.Type, text: str) -> str | None:
        match type_:
            case ir.StringType(format=format_, pattern=None) if format_ in _CONVERTERS:
                return f"{self._generated(_CONVERTERS[format_])}({text})"
            case ir.IntegerType(multiple_of=None):
                low, high = integer_bounds(type_)
                return self._call("integer", text, low, high)
            case ir.NumberType(exclusive_minimum=None, exclusive_maximum=None) if type_.format != "decimal":
                return self._call("number", text, type_.minimum, type_.maximum)
            case ir.BooleanType():
                return f"{self._use(_GENERATED, 'boolean')}({text})"
            case ir.StringType() if _formats.python_type(type_.format) is None:
                return self._string(type_, text)
        return None

    def _string(self, type_: ir.StringType, text: str) -> str | None:
        predicate = _formats.PREDICATES.get(type_.format)
        pattern = None if type_.pattern is None else self._constants(type_)
        if type_.pattern is not None and (predicate or pattern is None):
            return None
        low = type_.min_length or (None if type_.max_length is None else 0)
        if predicate or pattern:
            formats = "katana.runtime.generated.formats"
            accepts = f"{pattern}.matches" if predicate is None else self._use(formats, predicate)
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
