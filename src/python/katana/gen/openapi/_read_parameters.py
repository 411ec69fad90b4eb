"""Code that binds parameters in an endpoint.

In: an argument, its local variable and its place in the table of inputs. Out: statements. Never: the statements around
them: what catches their failures is the endpoint's.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._decoders import Decoders
from katana.gen.openapi._defaults import spell
from katana.gen.openapi._plan import Argument, Method, Plan
from katana.gen.source import Group, Module, literal

_GENERATED = "katana.runtime.generated"


class ParameterReaders:
    """Prints the reading of parameters."""

    def __init__(self, plan: Plan, module: Module) -> None:
        self._plan = plan
        self._module = module
        self._decoders = Decoders(plan.types, module.use)

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
        if any(a.parameter.location == "query" and self._decoders.of(a, "text") for a in method.keyword_arguments):
            self._module.line("query = ctx.query()")
        for index, argument in enumerate(method.keyword_arguments, first):
            self._argument(argument, local[argument.name], table, index)

    def _argument(self, argument: Argument, local: str, table: str, index: int) -> None:
        """Code that binds one parameter; what has no decoder of its own is read by its table."""
        module = self._module
        location, name = argument.parameter.location, literal(argument.parameter.name)
        decoded = self._decoders.of(argument, f"ctx.args[{index}]" if location == "path" else "text")
        if decoded is None:
            call = Group(f"{self._use_generated('parameter')}(", ("ctx", table, str(index)), ")")
            module.line((f"{local} = ", call))
            return
        if location == "path":
            module.line(f"{local} = {decoded}")
            return
        read = f"{self._use_generated('single')}(query, {name})" if location == "query" else f"ctx.header({name})"
        if argument.optional and decoded == "text":
            module.line(f"{local} = {read}")
            return
        module.line(f"text = {read}")
        if argument.parameter.required:
            with module.block("if text is None:"):
                module.line(f"raise {self._use_generated('REJECTED')}")
            module.line(f"{local} = {decoded}")
        else:
            default = "None" if argument.optional else self._default(argument.parameter)
            module.line(f"{local} = {default} if text is None else {decoded}")

    def _default(self, parameter: ir.Parameter) -> str:
        return spell(parameter.default, parameter.type, self._plan.types)

    def _use_generated(self, name: str) -> str:
        return self._module.use(_GENERATED, name)
