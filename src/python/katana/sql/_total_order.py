"""Whether an order leaves no two rows of a query side by side.

In: the analysed query with its ORDER BY. Out: `Order`: which column of the result each key is, and whether the order is
total. Never: an order that is called total and is not, for then rows between two pages would be lost.

1. Rows of a query are combinations of rows of its relations, so each relation's row has to be fixed by the keys.
2. A row is fixed when the columns of a unique key of its table, none of which can be NULL, are known.
3. The columns of a fixed row are known, and the keys that are plain columns, and what `=` in WHERE or ON makes equal to
   something known. In ON of an outer join that holds for the side that may be missing, once the other is fixed.
4. Anything else (a sub-select, a function, a view in FROM) cannot be fixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from katana.sql._node_tree import Node, TreeError, read_tree
from katana.sql._parameter_names import plain
from katana.sql._table_keys import TableKeys

_RELATION = 0
_INNER, _LEFT, _RIGHT = 0, 1, 3
_CONSTANTS = ("PARAM", "CONST")


Variable = tuple[int, int]
"""A column: the index of its relation in the query, and its attribute number."""


@dataclass(frozen=True)
class OrderedKey:
    """`column` counts the result's from 0; None for a key that is not selected. `name` is that of a plain column."""

    column: int | None
    name: str


@dataclass(frozen=True)
class Loose:
    """A relation whose row an order does not fix: its name in the query; `table` is 0 if it is none."""

    name: str
    table: int


@dataclass(frozen=True)
class Order:
    """The order of a query.

    `refusal` says why its rows cannot come in pages; empty when they can. The order is total if nothing is `loose`.
    """

    keys: tuple[OrderedKey, ...]
    refusal: str
    loose: tuple[Loose, ...]


def read_order(tree: str, keys: TableKeys, equalities: frozenset[int]) -> Order:
    """Judge the order of the outermost query.

    Args:
        tree: its analysed form.
        keys: the keys of tables.
        equalities: the functions that are `=` of a btree.
    """
    unknown = Order((), "the query cannot be analysed", ())
    try:
        queries = read_tree(tree)
    except TreeError:
        return unknown
    query = queries[0] if isinstance(queries, list) and len(queries) == 1 else None
    if not isinstance(query, Node):
        return unknown
    targets = query.nodes("targetList")
    by_reference = {target.integer("ressortgroupref"): target for target in targets}
    entries = [by_reference.get(clause.integer("tleSortGroupRef")) for clause in query.nodes("sortClause")]
    shown = [target for target in targets if target.false("resjunk")]
    ordered = []
    known: set[Variable] = set()
    for entry in entries:
        expression = entry.node("expr") if entry is not None else None
        known.update(_variable(expression))
        column = next((i for i, target in enumerate(shown) if target is entry), None)
        ordered.append(OrderedKey(column, _name(expression, query)))
    return Order(tuple(ordered), _refusal(query), _Closure(query, keys, equalities, known).loose())


def _refusal(query: Node) -> str:
    """What makes the rows of a page depend on the rows before it."""
    if not (query.absent("distinctClause") and query.absent("groupClause") and query.absent("groupingSets")):
        return "they are groups"
    for sign, what in (("hasAggs", "aggregates"), ("hasWindowFuncs", "window functions"), ("hasTargetSRFs", "sets")):
        if not query.false(sign):
            return f"there are {what} among their columns"
    return ""


@dataclass
class _Closure:
    """What the keys fix."""

    query: Node
    keys: TableKeys
    equalities: frozenset[int]
    known: set[Variable]
    fixed: set[int] = field(default_factory=set)

    def loose(self) -> tuple[Loose, ...]:
        """The relations that are not fixed."""
        tree = self.query.node("jointree")
        relations = self._relations(tree)
        tables = {index: table for index, table in relations.items() if table is not None}
        size = -1
        while size != len(self.known) + len(self.fixed):
            size = len(self.known) + len(self.fixed)
            for index, table in tables.items():
                attributes = {attribute for relation, attribute in self.known if relation == index}
                if self.keys.among(table, attributes) is not None:
                    self.fixed.add(index)
            self._equate(tree)
        return tuple(
            Loose(self._relation_name(index), table or 0)
            for index, table in sorted(relations.items())
            if index not in self.fixed
        )

    def _relation_name(self, index: int) -> str:
        names = self.query.nodes("rtable")[index - 1].node("eref")
        return names.text("aliasname").strip('"') if names is not None else "?"

    def _relations(self, tree: Node | None) -> dict[int, int | None]:
        """The tables in FROM, by index; None for what is no table."""
        entries = self.query.nodes("rtable")
        found: dict[int, int | None] = {}
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if node is None:
                continue
            if node.name == "RANGETBLREF":
                index = node.integer("rtindex")
                entry = entries[index - 1] if 1 <= index <= len(entries) else None
                is_table = entry is not None and entry.integer("rtekind") == _RELATION
                found[index] = entry.integer("relid") if entry is not None and is_table else None
            waiting += [*node.nodes("fromlist"), node.node("larg"), node.node("rarg")]
        return found

    def _equate(self, node: Node | None) -> None:
        """What the conditions in `node` and below make known."""
        if node is None:
            return
        kind = _INNER if node.name == "FROMEXPR" else node.integer("jointype")
        for left, right in self._equations(node.node("quals")):
            for one, other in ((left, right), (right, left)):
                if other is not None and self._makes_known(one, other, node, kind):
                    self.known.add(other)
        for below in (*node.nodes("fromlist"), node.node("larg"), node.node("rarg")):
            self._equate(below)

    def _makes_known(self, one: Variable | None, other: Variable, node: Node, kind: int) -> bool:
        """Whether `other` follows from `one`, where None is a constant."""
        if kind == _INNER:
            return one is None or one in self.known or one[0] in self.fixed
        missing = {_LEFT: "rarg", _RIGHT: "larg"}.get(kind, "")
        kept = {_LEFT: "larg", _RIGHT: "rarg"}.get(kind, "")
        if not missing or other[0] not in self._relations(node.node(missing)):
            return False
        return set(self._relations(node.node(kept))) <= self.fixed

    def _equations(self, condition: Node | None) -> Iterator[tuple[Variable | None, Variable | None]]:
        waiting = [condition]
        while waiting:
            node = waiting.pop()
            if node is None:
                continue
            if node.name == "BOOLEXPR" and node.text("boolop") == "and":
                waiting += node.nodes("args")
            elif node.name == "OPEXPR" and node.integer("opfuncid") in self.equalities:
                sides = node.nodes("args")
                columns = [next(_variable(side), None) for side in sides]
                if len(sides) == 2 and all(map(_is_plain, sides, columns)):
                    yield columns[0], columns[1]


def _is_plain(side: Node, column: Variable | None) -> bool:
    """Whether one side of a comparison is a column or a value that is the same for every row."""
    value = plain(side)
    return column is not None or (value is not None and value.name in _CONSTANTS)


def _variable(node: Node | None) -> Iterator[Variable]:
    """The column that an expression is, below casts that change nothing."""
    while node is not None and node.name == "RELABELTYPE":
        node = node.node("arg")
    if node is not None and node.name == "VAR" and node.integer("varlevelsup") == 0 and node.integer("varattno") > 0:
        yield node.integer("varno"), node.integer("varattno")


def _name(node: Node | None, query: Node) -> str:
    """The name of the column that an expression is, as its table calls it."""
    relations = query.nodes("rtable")
    for index, attribute in _variable(node):
        names = relations[index - 1].node("eref") if 1 <= index <= len(relations) else None
        columns = names.items("colnames") if names is not None else []
        name = columns[attribute - 1] if attribute <= len(columns) else None
        return name.strip('"') if isinstance(name, str) else ""
    return ""
