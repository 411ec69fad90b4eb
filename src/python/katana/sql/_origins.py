"""Where the columns of a result come from: which relation of FROM, which column of which table.

In: the analysed query as the server prints it, `NullFacts`. Out: `Origins`. Never: a guess from names; a column that is
computed, or whose way is not understood, has no relation, only relations that it reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from katana.sql._node_tree import Node, TreeError, read_tree
from katana.sql._null_facts import NullFacts
from katana.sql._nullability import Analysis, Level, TooComplex
from katana.sql._table_keys import TableColumn

_SELECT, _MERGE = 1, 5
_RELATION, _SUBQUERY, _JOIN, _CTE, _GROUP = 0, 1, 2, 6, 9


@dataclass(frozen=True)
class Relation:
    """A relation of FROM.

    missing: it may have no row in a row of the result (an outer join).
    plain: it has one row at most for each row of one table, whose OID `table` is.
    """

    name: str
    missing: bool
    plain: bool


@dataclass(frozen=True)
class Origin:
    """Of one column of the result.

    relation: its index in FROM, from 1; 0 when the column is computed.
    certain: NULL cannot occur in it where that relation has a row.
    reads: the relations that it depends on.
    stored: the column of a table that it is, perhaps through sub-selects.
    """

    relation: int
    certain: bool
    reads: frozenset[int]
    stored: TableColumn | None


@dataclass(frozen=True)
class Origins:
    """Relations by index, the origin of each column; `limited`: the result may be cut off (LIMIT, OFFSET, FETCH)."""

    relations: dict[int, Relation] = field(default_factory=dict)
    columns: tuple[Origin, ...] = ()
    limited: bool = False


def read_origins(tree: str, columns: int, facts: NullFacts, nullable_parameters: frozenset[int]) -> Origins:
    """The origins of the `columns` of a result; of none when the query is not understood."""
    try:
        queries = read_tree(tree)
        if not isinstance(queries, list) or len(queries) != 1 or not isinstance(queries[0], Node):
            return Origins()
        found = _Reader(Level(queries[0], None, facts), facts, nullable_parameters).read()
    except (TreeError, RecursionError, TooComplex):
        return Origins()
    return found if len(found.columns) == columns else Origins()


class _Reader:
    def __init__(self, level: Level, facts: NullFacts, nullable_parameters: frozenset[int]) -> None:
        self._level = level
        self._facts = facts
        self._nullable_parameters = nullable_parameters

    def read(self) -> Origins:
        level = self._level
        limited = not (level.query.absent("limitCount") and level.query.absent("limitOffset"))
        if level.query.integer("commandType") == _MERGE or not level.query.absent("setOperations"):
            return Origins()
        present = Level(level.query, None, self._facts)
        present.missing = frozenset()
        analysis = Analysis(self._facts, self._nullable_parameters)
        columns = tuple(
            self._origin(entry, certain=analysis.column(present, index)) for index, entry in enumerate(level.targets)
        )
        relations = {
            index: Relation(_name(relation), index in level.missing, self._plain(level, index))
            for index, relation in enumerate(level.query.nodes("rtable"), start=1)
            if relation.integer("rtekind") not in (_JOIN, _GROUP) and not _name(relation).startswith("*")
        }
        return Origins(relations, columns, limited)

    def _origin(self, entry: Node, *, certain: bool) -> Origin:
        expression = entry.node("expr")
        variable = _variable(expression, self._level)
        if variable is None:
            return Origin(0, False, frozenset(_reads(expression, self._level)), None)
        index, attribute = variable
        return Origin(index, certain, frozenset((index,)), _stored(self._level, index, attribute))

    def _plain(self, level: Level, index: int) -> bool:
        relation = level.relation(index)
        if relation is None:
            return False
        if relation.integer("rtekind") == _RELATION:
            return True
        inner = _inside(relation, level)
        if inner is None or inner.query.integer("commandType") != _SELECT:
            return False
        query = inner.query
        tree = query.node("jointree")
        sources = tree.nodes("fromlist") if tree is not None else []
        whole = query.false("hasTargetSRFs") and query.false("hasAggs")
        whole = whole and all(query.absent(part) for part in ("groupClause", "groupingSets", "setOperations"))
        if not whole or len(sources) != 1 or sources[0].name != "RANGETBLREF":
            return False
        return self._plain(inner, sources[0].integer("rtindex"))


def _name(relation: Node) -> str:
    names = relation.node("eref")
    return names.text("aliasname").strip('"') if names is not None else ""


def _variable(expression: Node | None, level: Level) -> tuple[int, int] | None:
    """Relation and attribute of a plain column of this query, behind names that joins and GROUP BY give it."""
    while expression is not None and expression.name == "VAR":
        index, attribute = expression.integer("varno"), expression.integer("varattno")
        relation = level.relation(index)
        if expression.integer("varlevelsup") != 0 or attribute < 1 or relation is None:
            return None
        if expression.integer("varreturningtype", default=0) != 0:
            return None
        behind = _behind(relation)
        if behind is None:
            return index, attribute
        next_one = behind[attribute - 1] if attribute <= len(behind) else None
        expression = next_one if isinstance(next_one, Node) else None
    return None


def _behind(relation: Node) -> list[object] | None:
    """The expressions that the columns of a join or of GROUP BY stand for; None for other relations."""
    kind = relation.integer("rtekind")
    return relation.items("joinaliasvars" if kind == _JOIN else "groupexprs") if kind in (_JOIN, _GROUP) else None


def _reads(expression: Node | None, level: Level) -> Iterator[int]:
    """The relations of this query that an expression reads, sub-selects in it included."""
    waiting: list[tuple[object, int]] = [(expression, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, list):
            waiting += [(item, depth) for item in value]
        elif isinstance(value, Node) and value.name == "VAR":
            relation = level.relation(value.integer("varno")) if value.integer("varlevelsup") == depth else None
            if relation is not None:
                behind, attribute = _behind(relation), value.integer("varattno")
                if behind is None:
                    yield value.integer("varno")
                else:
                    waiting += [(node, 0) for node in (behind[attribute - 1 : attribute] if attribute > 0 else behind)]
        elif isinstance(value, Node):
            inner = depth + (value.name == "QUERY")
            waiting += [(item, inner) for item in value.fields.values()]


def _inside(relation: Node, level: Level) -> Level | None:
    """The query of a sub-select, a view, or a CTE that is not recursive."""
    if relation.integer("rtekind") == _SUBQUERY:
        query = relation.node("subquery")
        return Level(query, level, level.facts) if query is not None else None
    home = level.up(relation.integer("ctelevelsup")) if relation.integer("rtekind") == _CTE else None
    if home is None:
        return None
    name = relation.text("ctename")
    cte = next((cte for cte in home.query.nodes("cteList") if cte.text("ctename") == name), None)
    query = cte.node("ctequery") if cte is not None and cte.false("cterecursive") else None
    return Level(query, home, level.facts) if query is not None else None


def _stored(level: Level, index: int, attribute: int) -> TableColumn | None:
    relation = level.relation(index)
    if relation is None:
        return None
    if relation.integer("rtekind") == _RELATION:
        return relation.integer("relid"), attribute
    inner = _inside(relation, level)
    if inner is None or not inner.query.absent("setOperations") or attribute > len(inner.targets):
        return None
    variable = _variable(inner.targets[attribute - 1].node("expr"), inner)
    return _stored(inner, *variable) if variable is not None else None
