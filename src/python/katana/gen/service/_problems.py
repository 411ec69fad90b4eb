"""The diagnostics of a service that cannot be put together.

In: the parts that do not fit. Out: one `Diagnostic` each, with what to write instead. Never: deciding what is wrong.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from katana.diagnostics import Diagnostic
from katana.gen.service._classes import ConstructorParameter, ControllerClass, Place
from katana.gen.service._construction import Construction
from katana.gen.service._manifest import ControllerPart, Manifest
from katana.gen.service._offers import Interface, Repository


class Problems:
    """Words for what can go wrong in one service.

    Args:
        manifest: the service.
        interfaces: every abstract class of its APIs.
        repositories: everything a constructor can be given.
    """

    def __init__(self, manifest: Manifest, interfaces: Sequence[Interface], repositories: Sequence[Repository]) -> None:
        self._manifest = manifest
        self._interfaces = interfaces
        self._repositories = repositories

    def no_file(self, part: ControllerPart) -> Diagnostic:
        """The module of a controller is not there."""
        return self._declared(
            part,
            code="controller-not-found",
            message=f"the field `controllers` names {part.name}, but there is no file {part.path}",
            hint="write `package.module:Class`, the module as an import spells it",
        )

    def no_class(self, part: ControllerPart, present: Sequence[str]) -> Diagnostic:
        """The module does not define the class."""
        close = difflib.get_close_matches(part.cls, present, n=1)
        if close:
            hint = f"did you mean `{part.module}:{close[0]}`?"
        elif present:
            hint = f"it defines {', '.join(present)}"
        else:
            hint = "it defines no class"
        return self._declared(
            part,
            code="controller-not-found",
            message=f"the field `controllers` names {part.name}, but {part.path} defines no class {part.cls}",
            hint=hint,
        )

    def no_interface(self, part: ControllerPart, cls: ControllerClass) -> Diagnostic:
        """The class implements nothing that was generated."""
        choices = ", ".join(f"{interface.name} of {interface.module}" for interface in self._interfaces)
        return _at(
            part.path,
            cls.place,
            code="controller-without-api",
            message=f"{cls.name}, a controller of {self._manifest.title}, subclasses no generated interface",
            hint=f"subclass one of: {choices}" if choices else "the service has no `openapi`, so there is none",
        )

    def not_implemented(self, interface: Interface) -> Diagnostic:
        """No controller for an interface."""
        return Diagnostic(
            file=self._manifest.build_file,
            code="api-without-controller",
            message=f"no controller of {self._manifest.title} implements {interface.name} ({interface.origin})",
            hint=f"write `class {interface.suggestion}({interface.name})`, with `from {interface.module} import"
            f" {interface.name}`; if the field `controllers` lists classes, name it there",
        )

    def implemented_twice(self, interface: Interface, second: Construction, first: Construction) -> Diagnostic:
        """Two controllers for an interface."""
        return _at(
            second.part.path,
            second.cls.place,
            code="api-with-two-controllers",
            message=f"{second.cls.name} implements {interface.name}, and so does {first.cls.name}"
            f" ({first.part.path}:{first.cls.place.line}); {self._manifest.title} cannot tell which to call",
            hint="name one of them in the field `controllers`",
        )

    def not_provided(self, part: ControllerPart, cls: ControllerClass, parameter: ConstructorParameter) -> Diagnostic:
        """A constructor parameter that nothing can be found for."""
        choices = ", ".join(f"{repository.name} of {repository.module}" for repository in self._repositories)
        if parameter.annotation:
            code = "constructor-parameter-unknown"
            message = f"{cls.name} is constructed with {parameter.name}: {parameter.annotation}, which nothing provides"
        else:
            code = "constructor-parameter-untyped"
            message = f"{cls.name} is constructed with {parameter.name}, which has no annotation"
        offered = (
            f"annotate it with one of: {choices}"
            if choices
            else "the service has no `sql` and sends nothing, so there is nothing"
        )
        return _at(part.path, parameter.place, code=code, message=message, hint=f"{offered}; or give it a default")

    def same_migration_number(self, number: int, first: str, second: str) -> Diagnostic:
        """Two databases that cannot be one."""
        return Diagnostic(
            file=self._manifest.build_file,
            code="migrations-collide",
            message=f"{first} and {second} both have a migration {number}, but {self._manifest.title} has one database",
            hint="number the migrations of all `sql` of a service in one sequence",
        )

    def _declared(self, part: ControllerPart, *, code: str, message: str, hint: str) -> Diagnostic:
        file = part.build_file or self._manifest.build_file
        return Diagnostic(file=file, code=code, message=message, hint=hint)


def _at(file: str, place: Place, *, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        file=file, line=place.line, column=place.column, width=place.width, code=code, message=message, hint=hint
    )
