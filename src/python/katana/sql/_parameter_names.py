"""What parameters stand beside: names for those that their author only numbered, and columns of tables.

In: the analysed query. Out: for each `$n` the name of the column it is compared with, assigned to or inserted into, or
`argN`; and that column, if it is a table's. Never: two equal names. Whoever wants other names writes `-- params:` or
`@name`.
"""

from __future__ import annotations

from typing import NamedTuple

from katana.sql._node_tree import Node, TreeError, read_tree

_RELATION, _VALUES = 0, 5
_UPDATE, _INSERT = 2, 3
_CASTS = ("1", "2")
"""CoercionForm: an explicit and an implicit cast; 0 is a call."""


class _Column(NamedTuple):
    """What a parameter stands beside; `relation` (an OID) and `attribute` are 0 unless it is a column of a table."""

    name: str
    relation: int = 0
    attribute: int = 0


def parameter_names(tree: str, count: int) -> list[str]:
    """Names of `$1` to `$count`, as the columns are called in SQL."""
    found = _found(tree)
    names: list[str] = []
    for n in range(1, count + 1):
        wish = found[n].name if n in found else f"arg{n}"
        taken = sum(name == wish or (name.startswith(f"{wish}_") and name[len(wish) + 1 :].isdigit()) for name in names)
        names.append(f"{wish}_{taken + 1}" if taken else wish)
    return names


def parameter_columns(tree: str, count: int) -> list[tuple[int, int] | None]:
    """OID and attribute number of the column of a table that `$1` to `$count` stand beside; None for none."""
    found = _found(tree)
    columns = [found.get(n, _Column("")) for n in range(1, count + 1)]
    return [(column.relation, column.attribute) if column.relation else None for column in columns]


def _found(tree: str) -> dict[int, _Column]:
    found: dict[int, _Column] = {}
    try:
        _collect(read_tree(tree), found)
    except TreeError:
        found.clear()
    return found


def _collect(root: object, found: dict[int, _Column]) -> None:
    """Walk the tree, in the order of the text, with the relations of the query around each node."""
    waiting: list[tuple[object, Node | None]] = [(root, None)]
    while waiting:
        value, query = waiting.pop()
        if isinstance(value, list):
            waiting += [(item, query) for item in reversed(value)]
        if not isinstance(value, Node):
            continue
        if value.name == "QUERY":
            query = value
            _from_targets(query, found)
            _note(query.node("limitCount"), _Column("limit"), found)
            _note(query.node("limitOffset"), _Column("offset"), found)
        elif value.name in ("OPEXPR", "SCALARARRAYOPEXPR", "DISTINCTEXPR") and query is not None:
            _from_comparison(value, query, found)
        waiting += [(item, query) for item in reversed(list(value.fields.values()))]


def _from_targets(query: Node, found: dict[int, _Column]) -> None:
    if query.integer("commandType") not in (_UPDATE, _INSERT):
        return
    relations = query.nodes("rtable")
    target = query.integer("resultRelation")
    table = relations[target - 1].integer("relid") if 1 <= target <= len(relations) else 0
    for entry in query.nodes("targetList"):
        name = _Column(entry.text("resname"), table, entry.integer("resno"))
        expression = plain(entry.node("expr"))
        _note(expression, name, found)
        if expression is None or expression.name != "VAR":
            continue
        index = expression.integer("varno")
        relation = relations[index - 1] if 1 <= index <= len(relations) else None
        if relation is not None and relation.integer("rtekind") == _VALUES:
            for row in relation.items("values_lists"):
                position = expression.integer("varattno") - 1
                if isinstance(row, list) and 0 <= position < len(row):
                    _note(row[position], name, found)


def _from_comparison(node: Node, query: Node, found: dict[int, _Column]) -> None:
    arguments = [plain(argument) for argument in node.nodes("args")]
    if len(arguments) != 2:
        return
    for column, other in (arguments, reversed(arguments)):
        if column is not None and column.name == "VAR":
            _note(other, _column(column, query), found)


def _column(variable: Node, query: Node) -> _Column:
    relations = query.nodes("rtable")
    index, attribute = variable.integer("varno"), variable.integer("varattno")
    if variable.integer("varlevelsup") != 0 or not 1 <= index <= len(relations):
        return _Column("")
    relation = relations[index - 1]
    names = relation.node("eref")
    columns = names.items("colnames") if names is not None else []
    name = columns[attribute - 1] if 1 <= attribute <= len(columns) else None
    table = relation.integer("relid") if relation.integer("rtekind") == _RELATION else 0
    return _Column(name.strip('"'), table, attribute) if isinstance(name, str) else _Column("")


def _note(value: object, column: _Column, found: dict[int, _Column]) -> None:
    """Give `column` to the parameter that `value` is, or to those that it chooses from, unless they have one."""
    node = plain(value) if isinstance(value, Node) else None
    if node is None or not column.name:
        return
    if node.name == "COALESCEEXPR":
        for argument in node.nodes("args"):
            _note(argument, column, found)
    elif node.name == "CASEEXPR":
        for branch in node.nodes("args"):
            _note(branch.node("result"), column, found)
        _note(node.node("defresult"), column, found)
    elif node.name == "PARAM" and node.integer("paramkind") == 0:
        found.setdefault(node.integer("paramid"), column)


def plain(node: Node | None) -> Node | None:
    """What stands below casts."""
    while node is not None:
        if node.name in ("RELABELTYPE", "COERCEVIAIO", "COERCETODOMAIN", "ARRAYCOERCEEXPR", "COLLATEEXPR"):
            node = node.node("arg")
        elif node.name == "FUNCEXPR" and node.text("funcformat") in _CASTS and node.nodes("args"):
            node = node.nodes("args")[0]
        else:
            break
    return node
