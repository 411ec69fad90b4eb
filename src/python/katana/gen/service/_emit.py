"""The modules of a service's package.

In: a `Plan`. Out: `{path: text}` with `__init__.py`, `main.py` and, in the layer `high`, `crud.py`. Never: a container
or a look-up at run time; the module constructs what it needs line by line, and a type checker follows every one of
them.
"""

from __future__ import annotations

import hashlib
import keyword
import re
from collections import Counter

import msgspec

from katana.gen.service._construction import Construction
from katana.gen.service._manifest import Manifest
from katana.gen.service._offers import Sending
from katana.gen.service._plan import Plan
from katana.gen.source import Group, Module, identifier, literal

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")


def generate(plan: Plan) -> dict[str, str]:
    """The package that the manifest of `plan` names: text by path, paths with `/`."""
    manifest = plan.inputs.manifest
    root = "/".join(identifier(part) for part in manifest.package.split("."))
    title, digest = manifest.title, _digest(manifest)
    init = Module(f"The service {title}: `main` puts it together.", source=title, digest=digest)
    main = Module(f"The service {title}: its controllers, its routers, how to start it.", source=title, digest=digest)
    _Main(main, plan).emit()
    files = {f"{root}/__init__.py": init.render(), f"{root}/main.py": main.render()}
    return files if plan.crud is None else {**files, f"{root}/crud.py": plan.crud}


class _Main:
    """Writes `main.py`."""

    def __init__(self, module: Module, plan: Plan) -> None:
        self._module = module
        self._plan = plan
        self._times = Counter(_names(plan))
        self._variables = _variables(plan)

    def emit(self) -> None:
        """Everything below the imports."""
        out = self._module
        if self._sends():
            out.space()
            out.line(f"SENDER = {out.use('katana.runtime.webhooks', 'Sender')}()")
        out.space()
        with out.block(f"def _routers() -> tuple[{out.use('katana.runtime', 'Router')}, ...]:"):
            out.docstring("Repositories, controllers, routers: made once in each process.")
            for repository in self._plan.repositories:
                cls = self._class(repository.module, repository.name)
                sender = "SENDER" if isinstance(repository, Sending) else ""
                out.line(f"{self._variables[repository.qualified]} = {cls}({sender})")
            for construction in self._plan.controllers:
                out.line(self._construction(construction))
            out.line(Group("return (", tuple(self._routers()), ",)" if len(self._plan.routers) == 1 else ")"))
        out.space()
        out.line(self._service())
        out.space()
        with out.block("def main() -> None:"):
            out.docstring("Serves until a signal and exits; options come from the command line and the environment.")
            out.line(f"{out.use_module('sys')}.exit({out.use('katana.runtime', 'serve')}(SERVICE))")
        out.space()
        with out.block('if __name__ == "__main__":'):
            out.line("main()")

    def _construction(self, construction: Construction) -> Group:
        cls = self._class(construction.part.module, construction.cls.name)
        arguments = tuple(
            self._variables[repository.qualified]
            if parameter.positional_only
            else f"{identifier(parameter.name)}={self._variables[repository.qualified]}"
            for parameter, repository in construction.arguments
        )
        return Group(f"{self._variables[construction.qualified]} = {cls}(", arguments, ")")

    def _routers(self) -> list[Group]:
        return [
            Group(
                f"{self._class(router.module, router.name)}(",
                tuple(f"{identifier(name)}={self._variables[owner.qualified]}" for name, owner in arguments),
                ")",
            )
            for router, arguments in self._plan.routers
        ]

    def _service(self) -> Group:
        manifest = self._plan.inputs.manifest
        arguments = [f"name={literal(manifest.name)}", f"version={literal(self._version())}", "routers=_routers"]
        if self._plan.migrations:
            arguments.append(f"migrations={self._migrations()}")
        if self._sends():
            arguments.append("sender=SENDER")
        arguments.append(f"package={literal(manifest.package)}")
        return Group(f"SERVICE = {self._module.use('katana.runtime', 'Service')}(", tuple(arguments), ")")

    def _sends(self) -> bool:
        """Whether a controller sends webhooks or callbacks."""
        return any(isinstance(repository, Sending) for repository in self._plan.repositories)

    def _version(self) -> str:
        """The version of the first API: what its clients know the service by."""
        return next((api.version for api in self._plan.inputs.apis.values()), "0")

    def _migrations(self) -> str:
        modules = [f"{package}.migrations" for package in self._plan.migrations]
        if len(modules) == 1:
            return self._module.use(modules[0], "MIGRATIONS")
        return "(" + ", ".join(f"*{self._module.use_module(module)}.MIGRATIONS" for module in modules) + ")"

    def _class(self, module: str, name: str) -> str:
        """How `main.py` spells a class: by its name, or in full when two have the same."""
        if self._times[identifier(name)] == 1:
            return self._module.use(module, name)
        return f"{self._module.use_module(module)}.{name}"


def _names(plan: Plan) -> list[str]:
    """The name of each class that `main.py` mentions."""
    classes = {(repository.module, repository.name) for repository in plan.repositories}
    classes |= {(construction.part.module, construction.cls.name) for construction in plan.controllers}
    classes |= {(router.module, router.name) for router, _ in plan.routers}
    return [
        "Router",
        "Sender",
        "SENDER",
        "Service",
        "SERVICE",
        "MIGRATIONS",
        "serve",
        "main",
        "sys",
        *(name for _, name in classes),
    ]


def _variables(plan: Plan) -> dict[str, str]:
    """A local variable for every repository and controller, numbered when two would be the same."""
    things = [(repository.qualified, repository.name) for repository in plan.repositories]
    things += [(construction.qualified, construction.cls.name) for construction in plan.controllers]
    taken = {"main", "serve", "sys", *(part.partition(".")[0] for part in _packages(plan))}
    out: dict[str, str] = {}
    for qualified, cls in things:
        wanted = name = _snake(cls)
        number = 2
        while name in taken:
            name = f"{wanted}_{number}"
            number += 1
        taken.add(name)
        out[qualified] = name
    return out


def _packages(plan: Plan) -> list[str]:
    """Packages that may be imported as a whole; a variable of that name would hide them."""
    return [*plan.inputs.apis, *plan.inputs.databases, *(c.part.module for c in plan.controllers)]


def _snake(name: str) -> str:
    """`UsersRepo` -> `users_repo`."""
    snake = "_".join(word.lower() for word in _WORDS.findall(name)) or "part"
    if keyword.iskeyword(snake) or snake[0].isdigit():
        return f"{snake}_" if keyword.iskeyword(snake) else f"part_{snake}"
    return snake


def _digest(manifest: Manifest) -> str:
    """SHA-256 of what the manifest says about the service; where its files lie is no part of that."""
    said = [
        manifest.name,
        manifest.package,
        [part.package for part in manifest.apis],
        [part.package for part in manifest.databases],
        [part.name for part in manifest.controllers],
    ]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()
