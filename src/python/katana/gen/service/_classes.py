"""Controller classes as their source describes them.

In: the text of a module. Out: its classes with qualified bases and constructor parameters. Never: importing it; a
controller may need a database, a secret or a package that the build machine does not have.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from katana.diagnostics import Diagnostic
from katana.gen.service._imports import Names


@dataclass(frozen=True)
class Place:
    """A position in a source file, both numbers from 1, and how many characters to underline."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True)
class ConstructorParameter:
    """A parameter of `__init__`.

    `type` is the qualified name of its annotation, None when that is not a plain name; `annotation` is the text of the
    annotation, empty when there is none.
    """

    name: str
    type: str | None
    annotation: str
    has_default: bool
    positional_only: bool
    place: Place


@dataclass(frozen=True)
class ControllerClass:
    """A class statement: its bases (those of bases in the same module included) and what its constructor takes.

    `constructed` says whether there is a constructor here at all; `defined` are the names that the class and its bases
    in the module define.
    """

    name: str
    bases: tuple[str, ...]
    parameters: tuple[ConstructorParameter, ...]
    place: Place
    constructed: bool = True
    defined: frozenset[str] = frozenset()


class Source:
    """A module that was parsed.

    Args:
        text: the source.
        module: its dotted name.
        path: its file, for messages and to tell packages.
    """

    def __init__(self, text: str, module: str, path: str) -> None:
        self.path = path
        self.tree = ast.parse(text)
        self._lines = text.split("\n")
        self._names = Names(self.tree, module, is_package=path.endswith("__init__.py"))
        self._module = module
        self.class_nodes: dict[str, ast.ClassDef] = {}
        for node in ast.walk(self.tree):  # from the outside in, so an inner class hides no outer one
            if isinstance(node, ast.ClassDef):
                self.class_nodes.setdefault(node.name, node)

    def find(self, name: str) -> ControllerClass | None:
        """The class of that name."""
        node = self.class_nodes.get(name)
        if node is None:
            return None
        lineage = self.lineage(node)
        bases = dict.fromkeys(
            base for cls in lineage for expression in cls.bases if (base := self._names.resolve(expression))
        )
        parameters = self._parameters(lineage)
        return ControllerClass(
            name=node.name,
            bases=tuple(bases),
            parameters=parameters or (),
            place=self.place_of_name(node),
            constructed=parameters is not None,
            defined=frozenset(name for cls in lineage for statement in cls.body for name in _defined(statement)),
        )

    def lineage(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """The class and its bases in this module, the way Python looks attributes up (depth first is enough here)."""
        found = [node]
        for expression in node.bases:
            name = self._names.resolve(expression)
            base = self.class_nodes.get(name.rpartition(".")[2]) if name else None
            if base is not None and name == f"{self._module}.{base.name}" and base not in found:
                found += [cls for cls in self.lineage(base) if cls not in found]
        return found

    def foreign_bases(self, lineage: list[ast.ClassDef]) -> set[str]:
        """The bases of these classes that are defined elsewhere, qualified as far as that is possible."""
        bases = {self._names.resolve(base) or ast.unparse(base) for cls in lineage for base in cls.bases}
        return bases - {f"{self._module}.{cls.name}" for cls in lineage}

    def place_of_name(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Place:
        """Where the name of a definition stands (`node` itself starts at its keyword)."""
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        column = line.find(node.name, _characters(line, node.col_offset))
        return Place(node.lineno, max(column, 0) + 1, len(node.name))

    def place(self, node: ast.expr | ast.arg | ast.stmt) -> Place:
        """Where a node starts; it is underlined to the end of its first line."""
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        start = _characters(line, node.col_offset)
        same_line = node.end_lineno == node.lineno and node.end_col_offset is not None
        end = _characters(line, node.end_col_offset or 0) if same_line else len(line)
        return Place(node.lineno, start + 1, max(1, end - start))

    def _parameters(self, lineage: list[ast.ClassDef]) -> tuple[ConstructorParameter, ...] | None:
        """What the constructor takes; None when none of these classes has one."""
        for cls in lineage:
            for statement in cls.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                    return self._of_function(statement.args)
            if any(self._is_dataclass(decorator) for decorator in cls.decorator_list):
                return self._of_fields(cls)
        return None

    def _is_dataclass(self, decorator: ast.expr) -> bool:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        return self._names.resolve(function) == "dataclasses.dataclass"

    def _of_fields(self, cls: ast.ClassDef) -> tuple[ConstructorParameter, ...]:
        """A dataclass's fields; one with a value is not ours to fill."""
        return tuple(
            self._parameter(statement.target.id, statement.annotation, statement)
            for statement in cls.body
            if isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.value is None
            and not ast.unparse(statement.annotation).startswith(("ClassVar", "typing.ClassVar"))
        )

    def _of_function(self, args: ast.arguments) -> tuple[ConstructorParameter, ...]:
        positional = [*args.posonlyargs, *args.args]
        required = len(positional) - len(args.defaults)
        out = [
            self._parameter(
                arg.arg, arg.annotation, arg, has_default=i >= required, positional=i < len(args.posonlyargs)
            )
            for i, arg in enumerate(positional)
            if i > 0  # self
        ]
        out += [
            self._parameter(arg.arg, arg.annotation, arg, has_default=default is not None)
            for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        ]
        return tuple(out)

    def _parameter(
        self,
        name: str,
        annotation: ast.expr | None,
        node: ast.arg | ast.stmt,
        *,
        has_default: bool = False,
        positional: bool = False,
    ) -> ConstructorParameter:
        return ConstructorParameter(
            name=name,
            type=self._names.resolve(annotation) if annotation else None,
            annotation=ast.unparse(annotation) if annotation else "",
            has_default=has_default,
            positional_only=positional,
            place=self.place(node),
        )


def parse_source(text: str, module: str, path: str) -> Source | Diagnostic:
    """The module, or what keeps Python from reading it."""
    try:
        return Source(text, module, path)
    except SyntaxError as error:
        return Diagnostic(
            file=path,
            line=error.lineno or 0,
            column=error.offset or 0,
            code="controller-syntax",
            message=f"Python cannot read this controller: {error.msg}",
        )
    except ValueError as error:  # null bytes
        return Diagnostic(file=path, code="controller-syntax", message=f"Python cannot read this controller: {error}")


def _defined(statement: ast.stmt) -> list[str]:
    """The names that a statement of a class defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _characters(line: str, offset: int) -> int:
    """The index in characters of a UTF-8 offset, which is how `ast` counts."""
    return len(line.encode()[:offset].decode(errors="ignore"))
