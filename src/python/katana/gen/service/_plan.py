"""How the parts of a service fit together.

In: what the generated packages offer and the classes that the manifest names. Out: `Plan`, the construction of the
service as data, or every reason why there is none. Never: files, text of Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from katana import ir
from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen.service._classes import ConstructorParameter, ControllerClass, parse_source
from katana.gen.service._construction import Construction
from katana.gen.service._high import NOWHERE, High, Places
from katana.gen.service._manifest import ControllerPart, Manifest
from katana.gen.service._offers import Repository, RouterClass, interfaces_of, repositories_of, router_of, senders_of
from katana.gen.service._problems import Problems


@dataclass(frozen=True)
class Inputs:
    """A manifest and the content of everything it refers to.

    `apis` and `databases` are by package; `generated` is the text of the modules generated from them, by path;
    `sources` the text of each controller's file by path, a missing path meaning that there is no such file.
    """

    manifest: Manifest
    apis: Mapping[str, ir.Api]
    databases: Mapping[str, ir.Database]
    generated: Mapping[str, str]
    sources: Mapping[str, str]
    places: Places = NOWHERE


@dataclass(frozen=True)
class Plan:
    """A service that can be built.

    Repositories and senders that are needed, controllers in manifest order, routers with the controller for each of
    their arguments, packages with migrations, the text of `crud.py` in the layer `high`.
    """

    inputs: Inputs
    repositories: tuple[Repository, ...]
    controllers: tuple[Construction, ...]
    routers: tuple[tuple[RouterClass, tuple[tuple[str, Construction], ...]], ...]
    migrations: tuple[str, ...]
    crud: str | None = None


def plan(inputs: Inputs) -> Plan:
    """Finds the controller of every API and the repository of every constructor parameter.

    Raises:
        DiagnosticsError: classes are missing, doubled, or cannot be constructed; all such mistakes at once.
    """
    return _Planner(inputs).plan()


def hooks(inputs: Inputs) -> dict[str, str]:
    """The files to start from, by name, of controllers that derive from generated ones; none in the layer `mid`."""
    return _Planner(inputs).hooks()


class _Planner:
    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._interfaces = {
            interface.qualified: interface
            for package, api in inputs.apis.items()
            for interface in interfaces_of(package, api, inputs.generated)
        }
        self._repositories = {
            repository.qualified: repository
            for package in inputs.databases
            for repository in repositories_of(package, inputs.generated)
        }
        sendings = [each for package in inputs.apis for each in senders_of(package, inputs.generated)]
        self._offers = {**self._repositories, **{each.qualified: each for each in sendings}}
        self._problems = Problems(inputs.manifest, tuple(self._interfaces.values()), tuple(self._offers.values()))
        self._found: list[Diagnostic] = []
        self._high = High(inputs.manifest, inputs.apis, inputs.databases) if inputs.manifest.layer == "high" else None
        self._bases = {**self._interfaces, **(self._high.bases(self._interfaces) if self._high else {})}

    def hooks(self) -> dict[str, str]:
        controllers = tuple(c for part in self._inputs.manifest.controllers if (c := self._construction(part)))
        return self._high.hooks(self._owners(controllers)) if self._high is not None else {}

    def plan(self) -> Plan:
        controllers = tuple(c for part in self._inputs.manifest.controllers if (c := self._construction(part)))
        owners = self._owners(controllers)
        broken = len(controllers) < len(self._inputs.manifest.controllers)
        if self._high is not None:
            generated = self._high.controllers(self._interfaces, owners, self._repositories) if not broken else ()
            controllers += generated
            owners |= {interface.qualified: c for c in generated for interface in c.implements}
            self._found += self._high.gaps(owners, self._inputs.places)
        for qualified, interface in self._interfaces.items():
            # A class that could not be read may be the one: one mistake, one message.
            if qualified not in owners and not broken:
                self._found.append(self._problems.not_implemented(interface))
        self._found += self._colliding_migrations()
        if self._found:
            raise DiagnosticsError(self._found)
        routers = [router_of(package, self._interfaces, self._inputs.generated) for package in self._serving()]
        return Plan(
            inputs=self._inputs,
            repositories=tuple(dict.fromkeys(repository for c in controllers for _, repository in c.arguments)),
            controllers=controllers,
            routers=tuple((r, tuple((name, owners[qualified]) for name, qualified in r.arguments)) for r in routers),
            migrations=tuple(package for package, database in self._inputs.databases.items() if database.migrations),
            crud=self._high.text(controllers) if self._high else None,
        )

    def _serving(self) -> list[str]:
        """The packages of APIs that answer requests; one that only sends has no router."""
        return [package for package, api in self._inputs.apis.items() if api.operations]

    def _owners(self, controllers: tuple[Construction, ...]) -> dict[str, Construction]:
        owners: dict[str, Construction] = {}
        for construction in controllers:
            for interface in construction.implements:
                other = owners.setdefault(interface.qualified, construction)
                if other is not construction:
                    self._found.append(self._problems.implemented_twice(interface, construction, other))
        return owners

    def _colliding_migrations(self) -> Iterator[Diagnostic]:
        """A service has one database and so one sequence of migrations."""
        owners: dict[int, str] = {}
        for package, database in self._inputs.databases.items():
            for migration in database.migrations:
                other = owners.setdefault(migration.number, package)
                if other != package:
                    yield self._problems.same_migration_number(migration.number, other, package)

    def _construction(self, part: ControllerPart) -> Construction | None:
        """The controller that `part` names; None, with a diagnostic, if it is no controller."""
        text = self._inputs.sources.get(part.path)
        if text is None:
            self._found.append(self._problems.no_file(part))
            return None
        source = parse_source(text, part.module, part.path)
        if isinstance(source, Diagnostic):
            self._found.append(source)
            return None
        cls = source.find(part.cls)
        if cls is None:
            self._found.append(self._problems.no_class(part, sorted(source.class_nodes)))
            return None
        implements = tuple(self._bases[base] for base in cls.bases if base in self._bases)
        if not implements:
            self._found.append(self._problems.no_interface(part, cls))
            return None
        return Construction(part, cls, implements, tuple(self._arguments(part, cls)))

    def _arguments(self, part: ControllerPart, cls: ControllerClass) -> list[tuple[ConstructorParameter, Repository]]:
        if self._high is not None and not cls.constructed:
            return self._high.arguments(cls, self._repositories)
        out = []
        for parameter in cls.parameters:
            repository = self._offers.get(parameter.type or "")
            if repository is not None:
                out.append((parameter, repository))
            elif not parameter.has_default:
                self._found.append(self._problems.not_provided(part, cls, parameter))
        return out
