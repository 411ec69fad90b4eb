"""What the generated packages offer to a service, read from their text.

In: the text of generated modules and the IR they came from. Out: interfaces to implement, routers to build,
repositories to hand out. Never: a second idea of how the emitters name things; their text is the only one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from katana import ir
from katana.gen.service._imports import Names


@dataclass(frozen=True)
class Interface:
    """An abstract class that a controller implements. `origin` says in words what of the contract it stands for."""

    module: str
    name: str
    origin: str

    @property
    def qualified(self) -> str:
        """`users_api.api.UsersApi`."""
        return f"{self.module}.{self.name}"

    @property
    def suggestion(self) -> str:
        """A name for the controller: `UsersController`."""
        return f"{self.name.removesuffix('Api')}Controller" if self.name.endswith("Api") else f"My{self.name}"


@dataclass(frozen=True)
class RouterClass:
    """A router: its keyword arguments with the qualified interface that each one takes."""

    module: str
    name: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Repository:
    """A class that a constructor may ask for."""

    module: str
    name: str

    @property
    def qualified(self) -> str:
        """`users_db.repo.UsersRepo`."""
        return f"{self.module}.{self.name}"


@dataclass(frozen=True)
class Sending(Repository):
    """A class of `senders.py`, made with the service's sender, that a constructor may ask for."""


def interfaces_of(package: str, api: ir.Api, generated: Mapping[str, str]) -> tuple[Interface, ...]:
    """The abstract classes of an API's package, in the order of its module."""
    module = f"{package}.api"
    tags = {operation.name: operation.tag for operation in api.operations}
    found = []
    for node, names in _classes(module, generated):
        if any(names.resolve(base) == "abc.ABC" for base in node.bases):
            methods = (statement.name for statement in node.body if isinstance(statement, ast.AsyncFunctionDef))
            tag = next((tags[name] for name in methods if name in tags), None)
            origin = f"security of {api.source}" if tag is None else f"tag `{tag}` of {api.source}"
            found.append(Interface(module, node.name, origin))
    return tuple(found)


def router_of(package: str, interfaces: Mapping[str, Interface], generated: Mapping[str, str]) -> RouterClass:
    """The router of an API's package: the class whose constructor takes interfaces by keyword.

    Raises:
        ValueError: there is none; the emitter and this module disagree.
    """
    module = f"{package}.routes"
    for node, names in _classes(module, generated):
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__" and statement.args.kwonlyargs:
                taken = [(arg.arg, _meaning(names, arg.annotation)) for arg in statement.args.kwonlyargs]
                if all(interface in interfaces for _, interface in taken):
                    return RouterClass(module, node.name, tuple(taken))
    raise ValueError(f"{module} has no router")


def repositories_of(package: str, generated: Mapping[str, str]) -> tuple[Repository, ...]:
    """The repositories of a database's package."""
    module = f"{package}.repo"
    return tuple(
        Repository(module, node.name) for node, _ in _classes(module, generated) if not node.name.startswith("_")
    )


def senders_of(package: str, generated: Mapping[str, str]) -> tuple[Sending, ...]:
    """The classes that send the webhooks and callbacks of an API."""
    module = f"{package}.senders"
    return tuple(Sending(module, node.name) for node, _ in _classes(module, generated) if not node.name.startswith("_"))


def _classes(module: str, generated: Mapping[str, str]) -> Iterator[tuple[ast.ClassDef, Names]]:
    tree = ast.parse(generated[f"{module.replace('.', '/')}.py"])
    names = Names(tree, module)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node, names


def _meaning(names: Names, annotation: ast.expr | None) -> str:
    return (names.resolve(annotation) or "") if annotation is not None else ""
