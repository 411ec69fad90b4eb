"""Which columns of a query's result can be NULL.

In: the analysed query as the server prints it (views expanded), `NullFacts`, the parameters that may be None. Out: one
bool a column, true for "NULL cannot occur". Never: false security. Whatever is not understood may be NULL.

PostgreSQL's own analysis has resolved every name, operator and overload, so there is nothing to guess:

1. A column of a table: its NOT NULL, unless the row may be missing (rule 2).
2. The rows of a relation may be missing when it stands on the nullable side of an outer join of its query
   (documentation, 7.2.1.1). A condition in WHERE that cannot be true for a missing row takes that back, and one that
   cannot be true for a NULL makes its column not NULL (except in the table that an UPDATE changes).
3. A column of a sub-select, view or CTE is judged in that query; a recursive CTE by the greatest fixed point.
4. A scalar sub-select is NULL when it has no row: it may be, unless it is an aggregate without GROUP BY.
5. An aggregate other than count is NULL over no rows: with GROUP BY every group has one, grouping sets may have none.
6. A function or operator counts only when it is built in and listed (`_never_null`), or a btree comparison. A window
   without a frame of its own always holds the current row.
7. OLD and NEW in RETURNING, and everything of MERGE but its target, may be NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from katana.sql._joins import known_not_null, missing_relations
from katana.sql._node_tree import Node, TreeError, read_tree
from katana.sql._null_facts import NullFacts

_SELECT, _UPDATE, _DELETE, _MERGE = 1, 2, 4, 5
_RELATION, _SUBQUERY, _JOIN, _FUNCTION, _VALUES, _CTE, _GROUP = 0, 1, 2, 3, 5, 6, 9
_FULL_JOIN = 2
_EXISTS, _SCALAR, _ARRAY = 0, 4, 6
_INTERSECT, _EXCEPT = 2, 3
_CURRENT_SCHEMA = 14
_OWN_FRAME = 1
_JSON_VALUES, _JSON_AGGREGATES = (1, 2), (3, 4)
_MAX_STEPS = 200_000
_FIRST_USER_OID = 16384


def not_null_columns(tree: str, columns: int, facts: NullFacts, nullable_parameters: frozenset[int]) -> list[bool]:
    """For each of `columns` result columns, whether NULL cannot occur in it."""
    nothing = [False] * columns
    try:
        queries = read_tree(tree)
        if not isinstance(queries, list) or len(queries) != 1 or not isinstance(queries[0], Node):
            return nothing  # a rule made several statements of it
        analysis = Analysis(facts, nullable_parameters)
        level = Level(queries[0], None, facts)
        found = [analysis.column(level, index) for index in range(len(level.targets))]
    except (TreeError, RecursionError, TooComplex):
        return nothing
    return found if len(found) == columns else nothing


class TooComplex(Exception):
    """The analysis has taken too many steps."""


@dataclass
class Level:
    """A query and those around it: what `varlevelsup` counts."""

    query: Node
    parent: Level | None
    facts: NullFacts
    targets: list[Node] = field(init=False)
    missing: frozenset[int] = field(init=False)
    proven: frozenset[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        kind = self.query.integer("commandType")
        entries = self.query.nodes("targetList" if kind == _SELECT else "returningList")
        self.targets = [entry for entry in entries if entry.false("resjunk")]
        self.proven = self._proven(kind)
        self.missing = missing_relations(self.query) - {relation for relation, _ in self.proven}

    def _proven(self, kind: int) -> frozenset[tuple[int, int]]:
        """What the conditions say of the rows that the results are made of: of the target of an UPDATE they are new."""
        if self.grouping_sets or kind not in (_SELECT, _UPDATE, _DELETE):
            return frozenset()
        known = known_not_null(self.query, self.facts)
        target = self.query.integer("resultRelation") if kind == _UPDATE else 0
        return frozenset(column for column in known if column[0] != target)

    @cached_property
    def gives_one_set(self) -> bool:
        """Whether a single call in the list of results gives several rows: no other can be longer than it."""
        waiting: list[object] = list(self.query.nodes("targetList"))
        sets = 0
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting += value
            elif isinstance(value, Node) and value.name != "QUERY":
                sets += value.name == "FUNCEXPR" and not value.false("funcretset")
                sets += value.name == "OPEXPR" and not value.false("opretset")
                waiting += value.fields.values()
        return sets == 1

    def has_usual_frame(self, reference: int) -> bool:
        """Whether a window goes from the start of its partition to the current row and its peers."""
        windows = (window for window in self.query.nodes("windowClause") if window.integer("winref") == reference)
        options = [window.integer("frameOptions") for window in windows]
        return len(options) == 1 and options[0] >= 0 and not options[0] & _OWN_FRAME

    @property
    def grouping_sets(self) -> bool:
        return not self.query.absent("groupingSets")

    @property
    def groups_have_rows(self) -> bool:
        return bool(self.query.nodes("groupClause")) and not self.grouping_sets

    def up(self, levels: int) -> Level | None:
        level: Level | None = self
        for _ in range(levels):
            level = level.parent if level is not None else None
        return level if levels >= 0 else None

    def relation(self, index: int) -> Node | None:
        relations = self.query.nodes("rtable")
        return relations[index - 1] if 1 <= index <= len(relations) else None


class Analysis:
    """The recursive part. Every method answers: can this certainly not be NULL?"""

    def __init__(self, facts: NullFacts, nullable_parameters: frozenset[int]) -> None:
        self._facts = facts
        self._nullable_parameters = nullable_parameters
        self._assumed: dict[int, list[bool]] = {}
        self._steps = 0

    def column(self, level: Level, index: int) -> bool:
        """A result column of a query, from 0."""
        set_operation = level.query.node("setOperations")
        if set_operation is not None:
            return self._set_operation(set_operation, level, index)
        if not 0 <= index < len(level.targets):
            return False
        return self._expression(level.targets[index].node("expr"), level)

    def _set_operation(self, node: Node, level: Level, index: int) -> bool:
        if node.name == "RANGETBLREF":
            return self._subquery_column(level.relation(node.integer("rtindex")), level, index)
        left, right = node.node("larg"), node.node("rarg")
        if node.name != "SETOPERATIONSTMT" or left is None or right is None:
            return False
        if node.integer("op") == _EXCEPT:
            return self._set_operation(left, level, index)
        both = (self._set_operation(side, level, index) for side in (left, right))
        return any(both) if node.integer("op") == _INTERSECT else all(both)

    def _subquery_column(self, relation: Node | None, level: Level, index: int) -> bool:
        query = relation.node("subquery") if relation is not None else None
        return query is not None and self.column(Level(query, level, self._facts), index)

    def _expression(self, node: Node | None, level: Level) -> bool:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise TooComplex
        rule = _RULES.get(node.name) if node is not None else None
        return rule is not None and node is not None and rule(self, node, level)

    def _all(self, nodes: Sequence[Node], level: Level) -> bool:
        return all(self._expression(node, level) for node in nodes)

    def _any(self, nodes: Sequence[Node], level: Level) -> bool:
        return any(self._expression(node, level) for node in nodes)

    def variable(self, node: Node, level: Level) -> bool:
        """A Var: a column of a relation of this or an outer query."""
        home = level.up(node.integer("varlevelsup"))
        index, attribute = node.integer("varno"), node.integer("varattno", default=-100)
        if home is None or node.integer("varreturningtype", default=0) != 0:
            return False
        if (index, attribute) in home.proven:
            return True
        relation = home.relation(index)
        if relation is None or index in home.missing or home.grouping_sets:
            return False
        if home.query.integer("commandType") == _MERGE and index != home.query.integer("resultRelation"):
            return False
        return self._relation_column(relation, attribute, home)

    def _relation_column(self, relation: Node, attribute: int, level: Level) -> bool:
        kind = relation.integer("rtekind")
        if kind == _RELATION:
            relid = relation.integer("relid")
            return (relid, attribute) in self._facts.columns or (attribute <= 0 and relid in self._facts.tables)
        if attribute <= 0:
            return False
        if kind == _SUBQUERY:
            return self._subquery_column(relation, level, attribute - 1)
        if kind == _CTE:
            return self._cte_column(relation, level, attribute - 1)
        if kind == _FUNCTION:
            return self._function_column(relation, attribute)
        if kind == _VALUES:
            return self._values_column(relation, attribute - 1, level)
        if kind == _JOIN:
            return self._join_column(relation, attribute - 1, level)
        return kind == _GROUP and self._nth(relation.items("groupexprs"), attribute - 1, level)

    def _nth(self, nodes: Sequence[object], index: int, level: Level) -> bool:
        node = nodes[index] if 0 <= index < len(nodes) else None
        return isinstance(node, Node) and self._expression(node, level)

    def _join_column(self, relation: Node, index: int, level: Level) -> bool:
        merged = index < relation.integer("joinmergedcols")
        if relation.integer("jointype") == _FULL_JOIN and merged:
            return False
        return self._nth(relation.items("joinaliasvars"), index, level)

    def _values_column(self, relation: Node, index: int, level: Level) -> bool:
        rows = relation.items("values_lists")
        return bool(rows) and all(isinstance(row, list) and self._nth(row, index, level) for row in rows)

    def _function_column(self, relation: Node, attribute: int) -> bool:
        functions = relation.nodes("functions")
        widths = [function.integer("funccolcount") for function in functions]
        if relation.true("funcordinality") and min(widths, default=-1) >= 0 and attribute == sum(widths) + 1:
            return True
        call = functions[0].node("funcexpr") if len(functions) == 1 and attribute == 1 else None
        return call is not None and call.name == "FUNCEXPR" and call.integer("funcid") in self._facts.set_returning

    def _cte_column(self, relation: Node, level: Level, index: int) -> bool:
        home = level.up(relation.integer("ctelevelsup"))
        name = relation.text("ctename")
        if home is None or not name:
            return False
        cte = next((cte for cte in home.query.nodes("cteList") if cte.text("ctename") == name), None)
        query = cte.node("ctequery") if cte is not None else None
        if cte is None or query is None:
            return False
        inner = Level(query, home, self._facts)
        if not cte.false("cterecursive"):
            return self._recursive_column(cte, inner, index)
        return self.column(inner, index)

    def _recursive_column(self, cte: Node, inner: Level, index: int) -> bool:
        """Assume that no column of the CTE is NULL, and drop what does not follow until the rest does."""
        if id(cte) in self._assumed:
            assumed = self._assumed[id(cte)]
            return 0 <= index < len(assumed) and assumed[index]
        assumed = [True] * len(inner.targets)
        while True:
            self._assumed[id(cte)] = assumed
            found = [was and self.column(inner, i) for i, was in enumerate(assumed)]
            if found == assumed:
                break
            assumed = found
        del self._assumed[id(cte)]
        return 0 <= index < len(assumed) and assumed[index]

    def parameter(self, node: Node, level: Level) -> bool:
        """An external parameter: the generated code takes None only for those declared nullable."""
        return node.integer("paramkind") == 0 and node.integer("paramid") not in self._nullable_parameters

    def function(self, node: Node, level: Level) -> bool:
        """A call, also of a cast."""
        function = node.integer("funcid")
        if not node.false("funcretset"):
            return function in self._facts.set_returning and level.gives_one_set
        if function in self._facts.always and node.false("funcvariadic"):
            return True
        if function in self._facts.skipping and node.false("funcvariadic"):
            return self._nth(node.items("args"), 0, level)
        return function in self._facts.functions and self._all(node.nodes("args"), level)

    def operator(self, node: Node, level: Level) -> bool:
        """An operator."""
        known = node.integer("opfuncid") in self._facts.functions and node.false("opretset")
        return known and self._all(node.nodes("args"), level)

    def any_of_array(self, node: Node, level: Level) -> bool:
        """`x = ANY (array)`: NULL also when the array holds one, so only for an array written out."""
        arguments = node.nodes("args")
        if node.integer("opfuncid") not in self._facts.functions or len(arguments) != 2:
            return False
        left, array = arguments
        written_out = array.name == "ARRAYEXPR" and array.false("multidims")
        return written_out and self._all([left, *array.nodes("elements")], level)

    def aggregate(self, node: Node, level: Level) -> bool:
        """Rule 5."""
        function = node.integer("aggfnoid")
        if function in self._facts.counts:
            return True
        home = level.up(node.integer("agglevelsup"))
        if home is not level or not level.groups_have_rows or not node.absent("aggfilter"):
            return False
        arguments = [expression for entry in node.nodes("args") if (expression := entry.node("expr")) is not None]
        if function in self._facts.gathering:
            return True
        return function in self._facts.aggregates and bool(arguments) and self._all(arguments, level)

    def window(self, node: Node, level: Level) -> bool:
        """A window function; one that needs a row of its frame only when the current row is always in that."""
        function = node.integer("winfnoid")
        if function in self._facts.windows or function in self._facts.counts:
            return True
        if function in self._facts.functions:
            return self._all(node.nodes("args"), level)
        if not node.absent("aggfilter") or not level.has_usual_frame(node.integer("winref")):
            return False
        arguments = node.nodes("args")
        known = function in self._facts.aggregates | self._facts.frame_ends
        return function in self._facts.gathering or (known and bool(arguments) and self._all(arguments, level))

    def json(self, node: Node, level: Level) -> bool:
        """JSON_OBJECT and JSON_ARRAY; their aggregates like others."""
        kind = node.integer("type")
        return kind in _JSON_VALUES or (kind in _JSON_AGGREGATES and self._expression(node.node("func"), level))

    def sublink(self, node: Node, level: Level) -> bool:
        """EXISTS and ARRAY have a value always; rule 4 for a scalar sub-select."""
        kind, query = node.integer("subLinkType"), node.node("subselect")
        if kind in (_EXISTS, _ARRAY):
            return True
        if kind != _SCALAR or query is None:
            return False
        one_row = (
            query.true("hasAggs")
            and query.false("hasTargetSRFs")
            and all(query.absent(f) for f in ("groupClause", "groupingSets", "havingQual", "limitOffset", "limitCount"))
        )
        return one_row and self.column(Level(query, level, self._facts), 0)

    def case(self, node: Node, level: Level) -> bool:
        """CASE: every branch, and an ELSE."""
        branches = [branch.node("result") for branch in node.nodes("args")]
        return all(self._expression(branch, level) for branch in (*branches, node.node("defresult")))

    def via_text(self, node: Node, level: Level) -> bool:
        """A cast through the types' text form; that of a type from outside may do anything."""
        return 0 < node.integer("resulttype") < _FIRST_USER_OID and self._expression(node.node("arg"), level)

    def argument(self, node: Node, level: Level) -> bool:
        """A node that changes type or name of its argument."""
        return self._expression(node.node("arg"), level)

    def all_arguments(self, node: Node, level: Level) -> bool:
        """AND, OR, NOT."""
        return self._all(node.nodes("args"), level)

    def any_argument(self, node: Node, level: Level) -> bool:
        """COALESCE, GREATEST, LEAST: NULL only when every argument is."""
        return self._any(node.nodes("args"), level)

    def constant(self, node: Node, level: Level) -> bool:
        """A literal."""
        return node.false("constisnull")

    def session_value(self, node: Node, level: Level) -> bool:
        """CURRENT_DATE and its like; CURRENT_SCHEMA may be NULL."""
        return 0 <= node.integer("op") < _CURRENT_SCHEMA

    def always(self, node: Node, level: Level) -> bool:
        """IS NULL, IS DISTINCT FROM, ROW(...), ARRAY[...] and the like."""
        return True

    def distinct(self, node: Node, level: Level) -> bool:
        """IS DISTINCT FROM: true or false, if the equality below is."""
        return node.integer("opfuncid") in self._facts.functions


_RULES: dict[str, Callable[[Analysis, Node, Level], bool]] = {
    "VAR": Analysis.variable,
    "PARAM": Analysis.parameter,
    "CONST": Analysis.constant,
    "FUNCEXPR": Analysis.function,
    "OPEXPR": Analysis.operator,
    "SCALARARRAYOPEXPR": Analysis.any_of_array,
    "DISTINCTEXPR": Analysis.distinct,
    "BOOLEXPR": Analysis.all_arguments,
    "NULLTEST": Analysis.always,
    "BOOLEANTEST": Analysis.always,
    "COALESCEEXPR": Analysis.any_argument,
    "MINMAXEXPR": Analysis.any_argument,
    "CASEEXPR": Analysis.case,
    "AGGREF": Analysis.aggregate,
    "GROUPINGFUNC": Analysis.always,
    "WINDOWFUNC": Analysis.window,
    "SUBLINK": Analysis.sublink,
    "SQLVALUEFUNCTION": Analysis.session_value,
    "NEXTVALUEEXPR": Analysis.always,
    "JSONCONSTRUCTOREXPR": Analysis.json,
    "ROWEXPR": Analysis.always,
    "ARRAYEXPR": Analysis.always,
    "RELABELTYPE": Analysis.argument,
    "COLLATEEXPR": Analysis.argument,
    "ARRAYCOERCEEXPR": Analysis.argument,
    "COERCETODOMAIN": Analysis.argument,
    "COERCEVIAIO": Analysis.via_text,
    "NAMEDARGEXPR": Analysis.argument,
}
