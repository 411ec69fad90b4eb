"""Code that binds the body in an endpoint.

In: an operation with a body and its table of inputs. Out: statements. Never: the statements around them: what catches
their failures is the endpoint's.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._plan import Method, Plan
from katana.gen.openapi._validators import Validators
from katana.gen.source import Chain, Doc, Group, Module

_GENERATED = "katana.runtime.generated"


class BodyReaders:
    """Prints the reading of bodies."""

    def __init__(self, plan: Plan, module: Module, validators: Validators) -> None:
        self._plan = plan
        self._module = module
        self._validators = validators

    def bind(self, method: Method, content: ir.Content, table: str) -> None:
        """Code that binds `body`; a form is read by its table."""
        module = self._module
        kind = _media.kind(content, self._plan.types)
        if method.form:
            index = str(len(method.path_arguments))
            module.line(("body = ", Group(f"{self._use_generated('parameter')}(", ("ctx", table, index), ")")))
            return
        if kind == "json":
            shape = f"validators.{self._validators.shapes[method.operation.name]}"
            decoded: Doc = Group(f"{shape}.decode(", ("ctx.body",), ")")
        else:
            decoded = 'ctx.body.decode("utf-8")' if kind == "text" else "ctx.body"
        if not method.body_required:
            unset = module.use("msgspec", "UNSET")
            module.line(("body = ", Chain("", (decoded, "if ctx.body", f"else {unset}"))))
        elif kind == "json":
            module.line(("body = ", decoded))
        else:
            with module.block("if not ctx.body:"):
                module.line(f"raise {self._use_generated('REJECTED')}")
            module.line(("body = ", decoded))
        check = self._validators.body_checks.get(method.operation.name)
        if check:
            guard = "" if method.body_required else f"body is not {module.use('msgspec', 'UNSET')} and "
            with module.block(f"if {guard}not validators.{check}(body):"):
                module.line(f"raise {self._use_generated('REJECTED')}")

    def _use_generated(self, name: str) -> str:
        return self._module.use(_GENERATED, name)
