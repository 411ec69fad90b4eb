"""The controllers of a service's high layer: one class for each tag, with a method for each operation that has a query.

In: the APIs and databases of a service. Out: the classes, the operations that have no method and why, the text of the
module. Never: a method that does not do all that its operation says; such an operation stays abstract.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from katana import ir
from katana.gen import openapi, sql
from katana.gen.crud._answers import Failures
from katana.gen.crud._match import Offer, Offers
from katana.gen.crud._methods import Surroundings, write_method
from katana.gen.crud._misfit import Misfit, Misfits
from katana.gen.crud._prefetched import refuse_unfilled
from katana.gen.crud._row_functions import RowFunctions
from katana.gen.crud._skeleton import skeleton
from katana.gen.crud._spelling import Spelling
from katana.gen.source import Group, Module, identifier, one_line


@dataclass(frozen=True)
class CrudClass:
    """A generated controller.

    `interface` is module and name of what it implements; `repositories` are the parameters of its constructor: name,
    module and class; `served` the names of the operations that it has a method for.
    """

    name: str
    api: str
    controller: openapi.Controller
    interface: tuple[str, str]
    repositories: tuple[tuple[str, str, str], ...]
    served: frozenset[str]


@dataclass(frozen=True)
class Gap:
    """An operation without a method: no query, several, or one that does not fit; `misfits` say what to do."""

    package: str
    operation: ir.Operation
    offers: tuple[Offer, ...]
    misfits: tuple[Misfit, ...]


class Controllers:
    """The generated controllers of one service.

    Args:
        apis: by package.
        databases: by package.
        package: of the service.

    Raises:
        DiagnosticsError: a contract has constructs that cannot be generated.
    """

    def __init__(self, apis: Mapping[str, ir.Api], databases: Mapping[str, ir.Database], package: str) -> None:
        self.module = f"{package}.crud"
        self._databases = tuple(databases.values())
        self._plans = {name: openapi.make_plan(api, name) for name, api in apis.items()}
        self._offers = Offers({name: sql.make_plan(database, name) for name, database in databases.items()})
        self._served: dict[tuple[str, str], Offer] = {}
        gaps: list[Gap] = []
        for api, plan in self._plans.items():
            for method in plan.methods:
                gap = self._try(api, plan, method)
                gaps += [gap] if gap is not None else []
        self.gaps = tuple(gaps)
        names = openapi.Names()
        self.classes = tuple(
            self._class(names.new(f"{controller.name.removesuffix('Api')}Crud"), api, plan, controller)
            for api, plan in self._plans.items()
            for controller in plan.controllers
        )

    def text(self, wanted: Collection[str], title: str) -> str:
        """The module, with the classes called `wanted`.

        Args:
            wanted: names of classes.
            title: of the service, for the header.
        """
        module = self._empty(f"The service {one_line(title)}: operations as queries.", title)
        classes = [each for each in self.classes if each.name in wanted]
        module.define(*(each.name for each in classes))
        body, rows = module.apart(), RowFunctions()
        labels: dict[str, tuple[str, tuple[str, ...]]] = {}
        for each in classes:
            self._emit(body, each, rows, labels)
        if classes:
            rows.emit(body)
        for name, (annotation, pairs) in sorted(labels.items()):
            module.line(Group(f"{name}: {annotation} = {{", pairs, "}"))
        if classes:
            module.space()
        module.verbatim(body.body())
        return module.render()

    def _empty(self, docstring: str, title: str) -> Module:
        digests = [ir.digest(plan.api) for plan in self._plans.values()] + [ir.digest(d) for d in self._databases]
        return Module(docstring, source=title, digest=hashlib.sha256("".join(digests).encode()).hexdigest())

    def _try(self, api: str, plan: openapi.Plan, method: openapi.Method) -> Gap | None:
        """Finds the query of an operation; the gap when it cannot be called."""
        offers = self._offers.matches(method.operation)
        if not offers:
            text = skeleton(method, plan, self._databases)
            missing = Misfit("crud-query", "has no query", f"write\n{text}" if text else "")
            return Gap(api, method.operation, (), (missing,))
        if len(offers) > 1:
            hint = "rename all but one, or put it into a file that is called like the tag"
            return Gap(api, method.operation, offers, (Misfit("crud-ambiguous", "has more than one query", hint),))
        self._served[api, method.operation.name] = offers[0]
        scratch, rows = Spelling(self._empty("", ""), plan), RowFunctions()
        try:
            write_method(self._surroundings(scratch, rows, api, {}), method, offers[0])
            refuse_unfilled(method.operation, offers[0], rows)
        except Misfits as several:
            del self._served[api, method.operation.name]
            return Gap(api, method.operation, offers, tuple(several.misfits))
        return None

    def _class(self, name: str, api: str, plan: openapi.Plan, controller: openapi.Controller) -> CrudClass:
        served = [m for m in controller.methods if (api, m.operation.name) in self._served]
        used = dict.fromkeys(offer.repository for method in served for offer in self._used(plan, api, method))
        names = openapi.Names(("self",))
        return CrudClass(
            name=name,
            api=api,
            controller=controller,
            interface=(f"{api}.api", controller.name),
            repositories=tuple((names.new(openapi.snake(cls.removesuffix("Repo"))), m, cls) for m, cls in used),
            served=frozenset(method.operation.name for method in served),
        )

    def _used(self, plan: openapi.Plan, api: str, method: openapi.Method) -> Sequence[Offer]:
        """The queries that a method may call: its own, and that of the item its collection lies in."""
        parent = self._parent(api, plan, method)
        own = self._served[api, method.operation.name]
        return (own, parent[1]) if parent is not None and Failures(method).asks_for_parent(own) else (own,)

    def _parent(self, api: str, plan: openapi.Plan, method: openapi.Method) -> tuple[openapi.Method, Offer] | None:
        path = method.operation.path.rstrip("/").rpartition("/")[0]
        for other in plan.methods:
            if other.operation.method == "GET" and other.operation.path == path and other.path_arguments:
                offers = self._offers.matches(other.operation)
                return (other, offers[0]) if len(offers) == 1 and offers[0].query.command == "one" else None
        return None

    def _surroundings(
        self, spell: Spelling, rows: RowFunctions, api: str, attributes: Mapping[tuple[str, str], str]
    ) -> Surroundings:
        return Surroundings(
            spell=spell,
            rows=rows,
            attribute=lambda offer: f"self.{attributes.get(offer.repository, '_repository')}",
            parent=lambda method: self._parent(api, spell.plan, method),
        )

    def _emit(
        self, module: Module, cls: CrudClass, rows: RowFunctions, labels: dict[str, tuple[str, tuple[str, ...]]]
    ) -> None:
        methods = frozenset(method.operation.name for method in cls.controller.methods)
        spell = Spelling(module, self._plans[cls.api], avoid=methods, labels=labels)
        attributes = {(owner, name): f"_{argument}" for argument, owner, name in cls.repositories}
        around = self._surroundings(spell, rows, cls.api, attributes)
        module.space()
        with module.block(f"class {identifier(cls.name)}({module.use(*cls.interface)}):"):
            module.docstring(
                f"Operations tagged `{one_line(cls.controller.tag)}`: each runs a query.\n\n"
                "To do more in one of them, derive from this class and write its method."
            )
            if cls.repositories:
                parameters = [f"{name}: {module.use(owner, repo)}" for name, owner, repo in cls.repositories]
                module.space()
                with module.block(Group("def __init__(", ("self", *parameters), ") -> None:")):
                    for name, _, _ in cls.repositories:
                        module.line(f"self._{name} = {name}")
            for method in cls.controller.methods:
                if method.operation.name in cls.served:
                    write_method(around, method, self._served[cls.api, method.operation.name])
