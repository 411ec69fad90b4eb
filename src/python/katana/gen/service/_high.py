"""The high layer of a service: generated controllers where nobody wrote one (docs/rfcs/0006-high-layer.md).

In: the contracts of a service, the controllers that were written. Out: the controllers to generate, and a diagnostic
for each operation that neither a query nor a controller serves. Never: a diagnostic for what a controller has taken
over, whatever the query of that operation looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from katana import ir
from katana.diagnostics import Diagnostic
from katana.gen.crud import Controllers, CrudClass, Gap
from katana.gen.openapi import snake
from katana.gen.service._classes import ConstructorParameter, ControllerClass, Place
from katana.gen.service._construction import Construction
from katana.gen.service._manifest import ControllerPart, Manifest
from katana.gen.service._offers import Interface, Repository


class Places(Protocol):
    """Where things stand that the IR knows by name only: file, line, column; 0 where it is not known."""

    def operation(self, package: str, api: ir.Api, operation: ir.Operation) -> tuple[str, int, int]:
        """The place of an operation in its specification."""
        ...

    def query(self, package: str, query: ir.Query) -> tuple[str, int, int]:
        """The place of the name of a query in its file."""
        ...


class _Nowhere:
    """Places when there are no files at hand."""

    def operation(self, package: str, api: ir.Api, operation: ir.Operation) -> tuple[str, int, int]:
        return api.source, 0, 0

    def query(self, package: str, query: ir.Query) -> tuple[str, int, int]:
        return query.source, 0, 0


NOWHERE: Places = _Nowhere()


class High:
    """The generated controllers of one service."""

    def __init__(self, manifest: Manifest, apis: Mapping[str, ir.Api], databases: Mapping[str, ir.Database]) -> None:
        self._manifest = manifest
        self._apis = apis
        self._crud = Controllers(apis, databases, manifest.package)
        self._classes = {f"{self._crud.module}.{cls.name}": cls for cls in self._crud.classes}

    def bases(self, interfaces: Mapping[str, Interface]) -> dict[str, Interface]:
        """The interface of each generated controller: deriving from the one implements the other."""
        return {qualified: interfaces[".".join(cls.interface)] for qualified, cls in self._classes.items()}

    def controllers(
        self,
        interfaces: Mapping[str, Interface],
        owners: Mapping[str, Construction],
        repositories: Mapping[str, Repository],
    ) -> tuple[Construction, ...]:
        """A controller for each interface that has none."""
        return tuple(
            self._construction(cls, interfaces[".".join(cls.interface)], repositories)
            for cls in self._classes.values()
            if ".".join(cls.interface) not in owners
        )

    def arguments(
        self, cls: ControllerClass, repositories: Mapping[str, Repository]
    ) -> list[tuple[ConstructorParameter, Repository]]:
        """What a controller without a constructor of its own is constructed with: what the generated one takes."""
        base = next((self._classes[base] for base in cls.bases if base in self._classes), None)
        return _arguments(base, repositories) if base is not None else []

    def gaps(self, owners: Mapping[str, Construction], places: Places) -> list[Diagnostic]:
        """A diagnostic for everything that keeps an operation from being served."""
        found = []
        for qualified, cls in self._classes.items():
            owner = owners.get(".".join(cls.interface))
            if owner is None or not (owner.is_generated or qualified in owner.cls.bases):
                continue
            names = {method.operation.name for method in cls.controller.methods} - owner.cls.defined
            for gap in self._crud.gaps:
                if gap.package == cls.api and gap.operation.name in names:
                    found += self._diagnostics(gap, cls, owner, places)
        return found

    def hooks(self, owners: Mapping[str, Construction]) -> dict[str, str]:
        """A file for each generated controller that nobody has derived from yet: the text to start with, by name."""
        return {
            f"{snake(cls.name.removesuffix('Crud'))}.py": _hook(self._crud.module, cls)
            for cls in self._classes.values()
            if ".".join(cls.interface) not in owners
        }

    def text(self, controllers: Iterable[Construction]) -> str:
        """The module, with the classes that the service uses."""
        used = {base for controller in controllers for base in (controller.qualified, *controller.cls.bases)}
        wanted = [cls.name for qualified, cls in self._classes.items() if qualified in used]
        return self._crud.text(wanted, self._manifest.title)

    def _construction(
        self, cls: CrudClass, interface: Interface, repositories: Mapping[str, Repository]
    ) -> Construction:
        part = ControllerPart(module=self._crud.module, cls=cls.name, path="")
        arguments = tuple(_arguments(cls, repositories))
        parameters = tuple(parameter for parameter, _ in arguments)
        statement = ControllerClass(cls.name, (interface.qualified,), parameters, Place(0, 0))
        return Construction(part, statement, (interface,), arguments)

    def _diagnostics(self, gap: Gap, cls: CrudClass, owner: Construction, places: Places) -> list[Diagnostic]:
        operation, api = gap.operation, self._apis[gap.package]
        file, line, column = places.operation(gap.package, api, operation)
        queries = " and ".join(
            f"`{offer.query.name}`, {_written(places.query(offer.plan.package, offer.query))}" for offer in gap.offers
        )
        return [
            Diagnostic(
                file=file,
                line=line,
                column=column,
                pointer=operation.pointer.removeprefix("#"),
                code=misfit.code,
                message=f"{operation.name} ({operation.method} {operation.path}): {misfit.message}"
                + (f" ({queries})" if queries else ""),
                hint=misfit.hint if gap.offers else self._by_hand(misfit.hint, gap, cls, owner),
            )
            for misfit in gap.misfits
        ]

    def _by_hand(self, hint: str, gap: Gap, cls: CrudClass, owner: Construction) -> str:
        start = f"{hint}\nor write" if hint else "write"
        if not owner.is_generated:
            return f"{start} the method `{gap.operation.name}` in {owner.cls.name} ({owner.part.path})"
        name = f"{cls.name.removesuffix('Crud')}Controller"
        return (
            f"{start} the method `{gap.operation.name}` in a controller:"
            f"\nfrom {self._crud.module} import {cls.name}\n\n\nclass {name}({cls.name}):\n    ..."
        )


def _hook(module: str, cls: CrudClass) -> str:
    """A controller that leaves everything to its base."""
    name = cls.name.removesuffix("Crud")
    return f'''\
"""{name}: what queries alone cannot do. This file is yours; Katana never writes to it again."""

from {module} import {cls.name}


class {name}Controller({cls.name}):
    """Every operation runs its query; a method written here takes its place, and may call `super()`."""
'''


def _arguments(cls: CrudClass, repositories: Mapping[str, Repository]) -> list[tuple[ConstructorParameter, Repository]]:
    return [
        (
            ConstructorParameter(
                name=name,
                type=f"{module}.{repository}",
                annotation=repository,
                has_default=False,
                positional_only=False,
                place=Place(0, 0),
            ),
            repositories[f"{module}.{repository}"],
        )
        for name, module, repository in cls.repositories
    ]


def _written(place: tuple[str, int, int]) -> str:
    file, line, column = place
    return f"{file}:{line}:{column}" if line else file
