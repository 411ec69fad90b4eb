"""One generated Python module: header, docstring, sorted imports, body.

In: statements in order, imports in any order. Out: the text of the file. Never: unused knowledge; the caller decides
what to import by asking for it where it is used.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import copy
from itertools import chain, count

from katana.gen.source._layout import WIDTH, Doc, Group, layout
from katana.gen.source._prose import comment_lines, docstring_lines

GENERATOR = "katana 0.1.0"
"""Name and version of the generator, as the header of every file states it."""

_STDLIB = frozenset(
    (
        "__future__",
        "abc",
        "asyncio",
        "builtins",
        "collections",
        "contextlib",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "ipaddress",
        "pathlib",
        "sys",
        "typing",
        "urllib",
        "uuid",
    )
)
"""Standard modules that generated code may import; `sys.stdlib_module_names` would depend on the interpreter."""


class Module:
    """A Python module under construction.

    Args:
        docstring: prose for the top of the file.
        source: the file name of the contract, shown in the header.
        digest: SHA-256 of the IR, hexadecimal, shown in the header.
        own: first components of the packages that count as the project's own when imports are sorted.
    """

    def __init__(self, docstring: str, *, source: str, digest: str, own: tuple[str, ...] = ()) -> None:
        self._docstring = docstring
        self._source = source
        self._digest = digest
        self._own = own
        self._imports: dict[str, set[str]] = {}
        self._modules: set[str] = set()
        self._bound: dict[str, str] = {}
        self._defined: set[str] = set()
        self._lines: list[str] = []
        self._indent = 0

    def define(self, *names: str) -> None:
        """Says that the module itself binds `names` at its top level; `use` keeps clear of them."""
        self._defined.update(names)

    def defines(self, name: str) -> bool:
        """Whether the module itself binds `name`."""
        return name in self._defined

    def use(self, module: str, name: str, avoid: Collection[str] = ()) -> str:
        """Imports `name` from `module` and returns what to write: `name`, or an alias where that is taken.

        Args:
            module: dotted name.
            name: what to import.
            avoid: further names that mean something else where this one is used.
        """
        aliases = chain((name, f"_{name}"), (f"_{name}{number}" for number in count(2)))
        spelled = next(alias for alias in aliases if alias not in avoid and self._may_bind(alias, module))
        self._bound[spelled] = module
        self._imports.setdefault(module, set()).add(name if spelled == name else f"{name} as {spelled}")
        return spelled

    def _may_bind(self, spelled: str, module: str) -> bool:
        return spelled not in self._defined and self._bound.get(spelled, module) == module

    def use_module(self, module: str) -> str:
        """Imports `module` as a whole and returns its dotted name."""
        self._modules.add(module)
        return module

    def use_submodule(self, package: str, name: str) -> str:
        """Imports the module `name` of `package` as a name of its own; `define` keeps it free."""
        self._imports.setdefault(package, set()).add(name)
        return name

    def line(self, doc: Doc = "") -> None:
        """Adds one statement (laid out, so perhaps several lines), or an empty line."""
        self._lines += layout(doc, self._indent) if doc else [""]

    def comment(self, text: str) -> None:
        """Adds prose as a comment."""
        self._lines += [" " * self._indent + line for line in comment_lines(text, WIDTH - self._indent)]

    def docstring(self, text: str) -> None:
        """Adds prose as a docstring: lines that start with a space keep their indent, empty lines stay."""
        self._lines += [
            " " * self._indent + line if line else "" for line in docstring_lines(text, WIDTH - self._indent)
        ]

    def verbatim(self, lines: list[str]) -> None:
        """Adds finished lines without indenting them (the inside of a triple-quoted literal)."""
        self._lines += lines

    def space(self) -> None:
        """Separates definitions: two empty lines at the top level, one inside a block, none at its start."""
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        if self._lines and not (self._indent and self._lines[-1].endswith((":", "("))):
            self._lines += [""] if self._indent else ["", ""]

    def apart(self) -> "Module":
        """A place for lines that come later in this module: same indent and names, nothing added yet.

        Its `body` goes back through `verbatim`.
        """
        other = copy(self)
        other._lines = []  # noqa: SLF001 - a copy of this very object
        return other

    def body(self) -> list[str]:
        """The lines that were added so far, without header and imports."""
        return list(self._lines)

    @contextmanager
    def block(self, head: Doc | None = None) -> Iterator[None]:
        """Indents what is added inside; `head` is the line above, with its colon."""
        if head is not None:
            self.line(head)
        self._indent += 4
        yield
        self._indent -= 4

    def render(self) -> str:
        """The whole file."""
        head = [
            *comment_lines(f"Generated by {GENERATOR} from {self._source}. Do not edit.", WIDTH),
            *comment_lines(f"IR: sha256 {self._digest}", WIDTH),
        ]
        body = [*docstring_lines(self._docstring, WIDTH), *self._import_lines()]
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        if self._lines:
            first = next((line for line in self._lines if not line.startswith("#")), "")
            spaced = first.startswith(("class ", "def ", "async def ", "@"))
            body += ["", ""] if spaced and self._has_imports() else [""]
            body += self._lines
        if any(len(line) > WIDTH for line in body):
            head.append("# ruff: noqa: E501")
        return "\n".join([*head, *body]) + "\n"

    def _has_imports(self) -> bool:
        return bool(self._imports or self._modules)

    def _import_lines(self) -> list[str]:
        sections: list[list[str]] = [[], [], [], []]
        for module in sorted(self._modules, key=_natural):
            sections[self._section(module)].append(f"import {module}")
        for module, names in sorted(self._imports.items(), key=lambda item: _natural(item[0])):
            plain = tuple(sorted((name for name in names if " as " not in name), key=_member_key))
            statement = layout(Group(f"from {module} import ", plain, ""))
            if len(statement) > 1:
                statement = layout(Group(f"from {module} import (", plain, ")"))
            sections[self._section(module)] += statement if plain else []
            aliased = sorted((name for name in names if " as " in name), key=_member_key)
            sections[self._section(module)] += [f"from {module} import {name}" for name in aliased]
        lines: list[str] = []
        for section in sections:
            lines += ["", *section] if section else []
        return lines

    def _section(self, module: str) -> int:
        root = module.split(".", 1)[0]
        if root == "__future__":
            return 0
        if root in _STDLIB:
            return 1
        return 3 if root in self._own else 2


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key of isort: case-insensitive, digits by value; the text itself settles ties."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return (*((0, int(p), "") if p[0] in "0123456789" else (1, 0, p.lower()) for p in parts), (2, 0, text))


def _member_key(name: str) -> tuple[int, tuple[tuple[int, int, str], ...]]:
    """Constants, then classes, then the rest."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, _natural(name)
