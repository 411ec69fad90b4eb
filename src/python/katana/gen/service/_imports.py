"""What the names in a module stand for, by its imports and class statements alone.

In: a syntax tree. Out: qualified names. Never: importing, or following names into other modules.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator


class Names:
    """The names that a module binds at its top level (inside `if` and `try`, too).

    Args:
        tree: the module.
        module: its dotted name, against which relative imports are resolved.
        is_package: whether it is an `__init__.py`.
    """

    def __init__(self, tree: ast.Module, module: str, *, is_package: bool = False) -> None:
        self._module = module
        self._package = module if is_package else module.rpartition(".")[0]
        self._bound: dict[str, str] = {}
        for statement in _top_level(tree.body):
            self._bind(statement)

    def resolve(self, expression: ast.expr) -> str | None:
        """The qualified name that `expression` means (`users_db.repo.UsersRepo`), or None if it names nothing known.

        Quoted annotations are read, too.
        """
        match expression:
            case ast.Name(id=name):
                return self._bound.get(name)
            case ast.Attribute(value=value, attr=attribute):
                owner = self.resolve(value)
                return f"{owner}.{attribute}" if owner else None
            case ast.Constant(value=str(text)):
                try:
                    return self.resolve(ast.parse(text.strip(), mode="eval").body)
                except SyntaxError:
                    return None
        return None

    def _bind(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import(names=aliases):
                for alias in aliases:
                    root = alias.name.partition(".")[0]
                    self._bound[alias.asname or root] = alias.name if alias.asname else root
            case ast.ImportFrom(module=module, names=aliases, level=level):
                origin = self._absolute(module or "", level)
                for alias in aliases:
                    self._bound[alias.asname or alias.name] = f"{origin}.{alias.name}"
            case ast.ClassDef(name=name):
                self._bound[name] = f"{self._module}.{name}"

    def _absolute(self, module: str, level: int) -> str:
        if level == 0:
            return module
        parts = self._package.split(".")
        parents = parts[: len(parts) - (level - 1)]
        return ".".join([*parents, *([module] if module else [])])


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        match statement:
            case ast.If(body=then, orelse=otherwise):
                yield from _top_level(then + otherwise)
            case ast.Try(body=attempt, handlers=handlers, orelse=otherwise, finalbody=final):
                yield from _top_level(attempt + [s for handler in handlers for s in handler.body] + otherwise + final)
            case _:
                yield statement
