"""Code that binds parameters in an endpoint.

In: an argument, its local variable and its place in the table of inputs. Out: statements. Never: the statements around
them: what catches their failures is the endpoint's.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._decoders import Decoders
from katana.gen.openapi._defaults import spell
from katana.gen.openapi._parameter_constants import ParameterConstants, text_of
from katana.gen.openapi._plan import Argument, Method, Plan
from katana.gen.source import Group, Module, literal

_GENERATED = "katana.runtime.generated"


class ParameterReaders:
    """Prints the reading of parameters."""

    def __init__(self, plan: Plan, module: Module, spell_type: Annotations) -> None:
        self._plan = plan
        self._module = module
        self._constants = ParameterConstants(plan, module, spell_type)
        self._decoders = Decoders(plan.types, module.use, self._constants.name_of)

    def constants(self) -> None:
        """What the code needs at the level of the module."""
        self._constants.emit()

    def may_fail(self, method: Method) -> bool:
        """Whether an input of the operation can be wrong."""
        return self._decoders.may_fail(method)

    def path(self, method: Method, local: dict[str, str], table: str) -> None:
        """Code for the parameters of the path; `table` is the constant with the inputs."""
        for index, argument in enumerate(method.path_arguments):
            self._argument(argument, local[argument.name], table, index)

    def others(self, method: Method, local: dict[str, str], table: str) -> None:
        """Code for all other parameters."""
        first = len(method.path_arguments) + (method.has_body and not method.streams)
        queried = [a for a in method.keyword_arguments if a.parameter.location == "query"]
        if any(self._decoders.of(a, "text") or self._decoders.array(a, 0) for a in queried):
            self._module.line("query = ctx.query()")
        for index, argument in enumerate(method.keyword_arguments, first):
            self._argument(argument, local[argument.name], table, index)

    def _argument(self, argument: Argument, local: str, table: str, index: int) -> None:
        """Code that binds one parameter; what has no decoder of its own is read by its table."""
        module = self._module
        location, name = argument.parameter.location, literal(argument.parameter.name)
        array = self._decoders.array(argument, index)
        if array is not None and location != "path":
            self._bind(argument, local, "items", array)
            return
        decoded = self._decoders.of(argument, f"ctx.args[{index}]" if location == "path" else "text")
        if array is not None:
            module.line(f"{local} = {array[1]}")
        elif decoded is None:
            call = Group(f"{self._use_generated('parameter')}(", ("ctx", table, str(index)), ")")
            module.line((f"{local} = ", call))
        elif location == "path":
            module.line(f"{local} = {decoded}")
        else:
            self._bind(argument, local, "text", (self._read(location, name), decoded))

    def _read(self, location: str, name: str) -> str:
        """What gives the text of a scalar."""
        if location == "query":
            return f"{self._use_generated('single')}(query, {name})"
        return f"{self._use_generated('cookie')}(ctx, {name})" if location == "cookie" else f"ctx.header({name})"

    def _bind(self, argument: Argument, local: str, found: str, code: tuple[str, str]) -> None:
        """Code that binds what was `found`: what reads it, and the expression that makes the value of it."""
        module = self._module
        read, decoded = code
        if argument.optional and decoded == found:
            module.line(f"{local} = {read}")
            return
        module.line(f"{found} = {read}")
        if argument.parameter.required:
            with module.block(f"if {found} is None:"):
                module.line(f"raise {self._use_generated('REJECTED')}")
            module.line(f"{local} = {decoded}")
        elif not argument.optional and isinstance(self._plan.types.resolve(argument.parameter.type), ir.EnumType):
            default = literal(text_of(argument.parameter.default))  # decoded, too, so that it has the type of the set
            module.line(f"{found} = {default} if {found} is None else {found}")
            module.line(f"{local} = {decoded}")
        else:
            default = "None" if argument.optional else self._default(argument.parameter)
            module.line(f"{local} = {default} if {found} is None else {decoded}")

    def _default(self, parameter: ir.Parameter) -> str:
        return spell(parameter.default, parameter.type, self._plan.types)

    def _use_generated(self, name: str) -> str:
        return self._module.use(_GENERATED, name)
