"""The `match` method of a router: templates as decisions.

In: parsed templates and the attribute of each one's resource. Out: code. Never: regular expressions, loops, or a
sequence of attempts that grows with the number of templates.

Theory. Templates are grouped by their number of segments; within a group they form a tree with one level per segment.
At a node a constant is tried before a constant with a parameter inside, and that before a plain parameter (OpenAPI
3.1, 4.8.8.2: concrete before templated); a branch that fails falls through to the next. A node with many constants asks
a dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from katana.gen.openapi._names import Names, snake
from katana.gen.openapi._paths import Segment
from katana.gen.source import Chain, Doc, Group, Module, literal

_WIDE = 6


@dataclass
class _Node:
    """What may stand at one place of a path, and what follows."""

    constants: dict[str, _Node] = field(default_factory=dict)
    mixed: dict[Segment, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    resource: str = ""

    def child(self, segment: Segment) -> _Node:
        if not segment.name:
            return self.constants.setdefault(segment.prefix, _Node())
        if segment.prefix or segment.suffix:
            return self.mixed.setdefault(Segment(segment.prefix, "{}", segment.suffix), _Node())
        self.parameter = self.parameter or _Node()
        return self.parameter


@dataclass(frozen=True)
class _Place:
    """Where in a path the code stands: the next part, the arguments so far, the conditions not yet written."""

    depth: int
    count: int
    arguments: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        return f"parts[{self.depth}]"

    def after(self, *conditions: str, argument: str | None = None) -> _Place:
        """The place behind the next part, which has to meet the conditions."""
        arguments = self.arguments if argument is None else (*self.arguments, argument)
        return _Place(self.depth + 1, self.count, arguments, (*self.conditions, *conditions))


class Matcher:
    """Prints `match` and what it needs.

    Args:
        templates: segments of each template with parameters, with the attribute that holds its resource.
        names: attributes of the router that are taken.
    """

    def __init__(self, templates: list[tuple[tuple[Segment, ...], str]], names: Names) -> None:
        self._trees: dict[int, _Node] = {}
        self._names = names
        self._tables: list[tuple[str, dict[str, str]]] = []
        self._methods: list[tuple[str, _Node, _Place]] = []
        for segments, resource in templates:
            node = self._trees.setdefault(len(segments), _Node())
            for segment in segments:
                node = node.child(segment)
            node.resource = resource

    def emit(self, module: Module) -> list[tuple[str, dict[str, str]]]:
        """Prints the methods; returns the look-up tables that the constructor has to make."""
        with module.block("def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:"):
            module.docstring("The resource of a path, and its arguments, still percent-encoded.")
            module.line("resource = self._exact.get(path)")
            with module.block("if resource is not None:"):
                module.line("return resource, ()")
            if self._trees:
                module.line('parts = path.split("/")')
                module.line("count = len(parts)")
            for count, tree in sorted(self._trees.items()):
                self._node(module, tree, _Place(1, count, conditions=(f"count == {count + 1}",)))
            module.line("return None")
        done = 0
        while done < len(self._methods):
            name, node, place = self._methods[done]
            done += 1
            module.space()
            with module.block(f"def {name}(self, parts: list[str]) -> tuple[Resource, tuple[str, ...]] | None:"):
                self._node(module, node, place)
                module.line("return None")
        return self._tables

    def _node(self, module: Module, node: _Node, place: _Place) -> None:
        """Code for a node."""
        if place.depth > place.count:
            self._found(module, node.resource, place)
            return
        ways = len(node.constants) + len(node.mixed) + (node.parameter is not None)
        if ways > 1 and place.conditions:
            with module.block(("if ", Chain("and", place.conditions), ":")):
                self._node(module, node, replace(place, conditions=()))
            return
        if len(node.constants) > _WIDE:
            self._wide(module, node, place)
        else:
            for text, child in node.constants.items():
                self._node(module, child, place.after(f"{place.part} == {literal(text)}"))
        for segment, child in sorted(node.mixed.items(), key=lambda item: -len(item[0].prefix + item[0].suffix)):
            self._node(module, child, _behind_mixed(segment, place))
        if node.parameter is not None:
            self._node(module, node.parameter, place.after(place.part, argument=place.part))

    def _wide(self, module: Module, node: _Node, place: _Place) -> None:
        table = self._names.new(f"_by_part_{place.depth}")
        if place.depth == place.count:
            self._tables.append((table, {text: child.resource for text, child in node.constants.items()}))
            module.line(f"resource = self.{table}.get({place.part})")
            with module.block("if resource is not None:"):
                module.line(_return("resource", place.arguments))
            return
        methods: dict[str, str] = {}
        for text, child in node.constants.items():
            methods[text] = self._names.new(f"_under_{snake(text)}")
            self._methods.append((methods[text], child, place.after()))
        self._tables.append((table, methods))
        branch = self._names.new("branch")
        module.line(f"{branch} = self.{table}.get({place.part})")
        with module.block(f"if {branch} is not None:"):
            module.line(f"found = {branch}(parts)")
            with module.block("if found is not None:"):
                module.line("return found")

    def _found(self, module: Module, resource: str, place: _Place) -> None:
        statement = _return(f"self.{resource}", place.arguments)
        if not place.conditions:
            module.line(statement)
            return
        with module.block(("if ", Chain("and", place.conditions), ":")):
            module.line(statement)


def _behind_mixed(segment: Segment, place: _Place) -> _Place:
    """The place behind a part such as `v{version}` or `{name}.json`."""
    start, stop = len(segment.prefix), len(segment.suffix)
    tests = [f"len({place.part}) > {start + stop}"]
    tests += [f"{place.part}.startswith({literal(segment.prefix)})"] * bool(start)
    tests += [f"{place.part}.endswith({literal(segment.suffix)})"] * bool(stop)
    return place.after(*tests, argument=f"{place.part}[{start or ''}:{-stop if stop else ''}]")


def _return(resource: str, arguments: tuple[str, ...]) -> Doc:
    return Group("return (", (resource, Group("(", arguments, ")", lone=True)), ")", bare=True)
