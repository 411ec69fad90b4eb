"""A controller with everything that is to be compared.

In: how it is constructed, and the content of the manifest. Out: `Controller`. Never: a judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

from katana.contract._expected import ExpectedMethod, expected_methods
from katana.gen.service import Construction, Inputs, Source


@dataclass(frozen=True)
class Controller:
    """A controller with its source and the methods that its interfaces ask for."""

    construction: Construction
    source: Source
    expected: tuple[ExpectedMethod, ...]

    @property
    def path(self) -> str:
        """Its file, as the manifest names it."""
        return self.construction.part.path


def controller_of(construction: Construction, inputs: Inputs) -> Controller:
    """The controller, its source, and the methods of all interfaces that it implements."""
    part = construction.part
    expected: list[ExpectedMethod] = []
    for interface in construction.implements:
        package = interface.module.removesuffix(".api")
        text = inputs.generated[f"{interface.module.replace('.', '/')}.py"]
        expected += expected_methods(package, text, interface.name, inputs.apis[package])
    return Controller(construction, Source(inputs.sources[part.path], part.module, part.path), tuple(expected))
