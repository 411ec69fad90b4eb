"""The `match` method of a router: templates as decisions.

In: parsed templates and the attribute of each one's resource. Out: code. Never: regular expressions, loops, or a
sequence of attempts that grows with the number of templates.

Theory. Templates are grouped by their number of segments; within a group they form a tree with one level per segment.
At a node a constant is tried before a constant with parameters inside (the one with more constant characters first),
and that before a plain parameter (OpenAPI 3.1, 4.8.8.2: concrete before templated); a branch that fails falls through
to the next. A node with many constants asks a dictionary. Where a part holds several parameters, it is cut from the
right: an argument further left cannot become longer by cutting elsewhere, so no second attempt is needed.
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
    mixed: dict[tuple[str, ...], _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    resource: str = ""

    def child(self, segment: Segment) -> _Node:
        if segment.constant is not None:
            return self.constants.setdefault(segment.constant, _Node())
        if not segment.plain:
            return self.mixed.setdefault(segment.texts, _Node())
        self.parameter = self.parameter or _Node()
        return self.parameter


@dataclass(frozen=True)
class _Place:
    """Where in a path the code stands.

    `arguments` are those of the parts before the next one, `conditions` what is not yet written of the way here, `cuts`
    the statements that the arguments need where the conditions are written elsewhere.
    """

    depth: int
    count: int
    arguments: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        return f"parts[{self.depth}]"

    def after(self, *conditions: str, arguments: tuple[str, ...] = (), cuts: tuple[str, ...] = ()) -> _Place:
        """The place behind the next part, which has to meet the conditions."""
        return _Place(
            self.depth + 1,
            self.count,
            (*self.arguments, *arguments),
            (*self.conditions, *conditions),
            (*self.cuts, *cuts),
        )


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
                for cut in place.cuts:
                    module.line(cut)
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
        for texts, child in sorted(node.mixed.items(), key=lambda item: -len("".join(item[0]))):
            self._node(module, child, _behind_mixed(texts, place))
        if node.parameter is not None:
            self._node(module, node.parameter, place.after(place.part, arguments=(place.part,)))

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


def _behind_mixed(texts: tuple[str, ...], place: _Place) -> _Place:
    """The place behind a part such as `v{version}`, `{name}.json` or `{name}.{ext}`."""
    first, *between, last = texts
    start, stop = len(first), len(last)
    tests = [f"{place.part}.startswith({literal(first)})"] * bool(start)
    tests += [f"{place.part}.endswith({literal(last)})"] * bool(stop)
    if not between:
        tests.insert(0, f"len({place.part}) > {start + stop}")
    cuts: list[str] = []
    statements: list[str] = []
    end = str(-stop - 1)
    for number, text in reversed(list(enumerate(between, 1))):
        cut = f"cut_{place.depth}_{number}" if len(between) > 1 else f"cut_{place.depth}"
        found = f"{place.part}.rfind({literal(text)}, {start + 1}, {end})"
        tests.append(f"({cut} := {found}) > 0")
        statements.append(f"{cut} = {found}")
        cuts.insert(0, cut)
        end = f"{cut} - 1"
    starts = [str(start or ""), *(f"{cut} + {len(text)}" for cut, text in zip(cuts, between, strict=True))]
    stops = [*cuts, str(-stop if stop else "")]
    arguments = tuple(_slice(place.part, *ends) for ends in zip(starts, stops, strict=True))
    return place.after(*tests, arguments=arguments, cuts=tuple(statements))


def _slice(part: str, start: str, stop: str) -> str:
    """As the formatter writes it: blanks around the colon where a bound is a sum (PEP 8, pet peeves)."""
    if " " not in start and " " not in stop:
        return f"{part}[{start}:{stop}]"
    return f"{part}[{start}{' ' if start else ''}:{' ' if stop else ''}{stop}]"


def _return(resource: str, arguments: tuple[str, ...]) -> Doc:
    return Group("return (", (resource, Group("(", arguments, ")", lone=True)), ")", bare=True)
