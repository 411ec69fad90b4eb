"""What the FROM and WHERE of a query say about its relations.

In: a QUERY node. Out: relations whose rows may be missing in a result row, columns proven not NULL by a condition.
Never: an exception; a form that is not understood counts as an outer join, or proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from katana.sql._node_tree import Node
from katana.sql._null_facts import NullFacts

_INNER, _LEFT, _RIGHT = 0, 1, 3
_IS_NOT_NULL = 1
_ANY = 2


def missing_relations(query: Node) -> frozenset[int]:
    """Indexes (from 1) of the relations on the nullable side of an outer join, the joins themselves included."""
    found: set[int] = set()
    waiting: list[tuple[Node | None, bool]] = [(query.node("jointree"), False)]
    while waiting:
        node, nullable = waiting.pop()
        if node is None:
            continue
        if nullable and node.name in ("RANGETBLREF", "JOINEXPR"):
            found.add(node.integer("rtindex"))
        if node.name == "FROMEXPR":
            waiting += [(item, nullable) for item in node.nodes("fromlist")]
        elif node.name == "JOINEXPR":
            kind = node.integer("jointype")
            waiting.append((node.node("larg"), nullable or kind not in (_INNER, _LEFT)))
            waiting.append((node.node("rarg"), nullable or kind not in (_INNER, _RIGHT)))
    return frozenset(found)


def known_not_null(query: Node, facts: NullFacts) -> frozenset[tuple[int, int]]:
    """Columns (relation, attribute) that are not NULL in any row that passes WHERE and the inner joins."""
    tree = query.node("jointree")
    if tree is None:
        return frozenset()
    return frozenset().union(*(_proven_by(condition, facts) for condition in _conditions(tree)))


def _conditions(tree: Node) -> Iterator[Node]:
    """The conditions every row has passed: WHERE, and ON of inner joins that are below no outer join."""
    waiting: list[Node | None] = [tree]
    while waiting:
        node = waiting.pop()
        if node is None or (node.name == "JOINEXPR" and node.integer("jointype") != _INNER):
            continue
        if node.name == "FROMEXPR":
            waiting += node.nodes("fromlist")
        elif node.name == "JOINEXPR":
            waiting += [node.node("larg"), node.node("rarg")]
        else:
            continue
        condition = node.node("quals")
        if condition is not None:
            yield condition


def _proven_by(node: Node, facts: NullFacts) -> frozenset[tuple[int, int]]:
    """The columns that are not NULL when the condition `node` is true."""
    nothing: frozenset[tuple[int, int]] = frozenset()
    if node.name == "BOOLEXPR":
        sides = [_proven_by(side, facts) for side in node.nodes("args")]
        if node.text("boolop") == "and":
            return nothing.union(*sides)
        return sides[0].intersection(*sides) if sides and node.text("boolop") == "or" else nothing
    if node.name == "NULLTEST":
        there = node.integer("nulltesttype") == _IS_NOT_NULL and node.false("argisrow")
        return frozenset(_columns([node.node("arg")], facts)) if there else nothing
    if node.name == "SUBLINK":  # x IN (SELECT ...) is true when it is so for a row
        test = node.node("testexpr") if node.integer("subLinkType") == _ANY else None
        return _proven_by(test, facts) if test is not None else nothing
    return frozenset(_columns(node.nodes("args"), facts)) if _is_strict(node, facts) else nothing


def _is_strict(node: Node, facts: NullFacts) -> bool:
    """Whether a condition or a value is NULL as soon as one of its arguments is."""
    if node.name == "OPEXPR":
        return node.integer("opfuncid") in facts.strict
    if node.name == "FUNCEXPR":
        return node.integer("funcid") in facts.strict
    if node.name == "SCALARARRAYOPEXPR":  # x = ANY (...) is true for an x only; ALL is true for no elements at all
        return node.true("useOr") and node.integer("opfuncid") in facts.strict
    return False


def _columns(arguments: Sequence[Node | None], facts: NullFacts) -> Iterator[tuple[int, int]]:
    """The columns that cannot be NULL when no argument is: each itself, or below what is strict."""
    waiting = list(arguments)
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if node.name in ("RELABELTYPE", "COLLATEEXPR"):
            waiting.append(node.node("arg"))
        elif node.name in ("OPEXPR", "FUNCEXPR") and _is_strict(node, facts):
            waiting += node.nodes("args")
        elif node.name == "VAR" and node.integer("varlevelsup") == 0 and node.integer("varattno") > 0:
            yield node.integer("varno"), node.integer("varattno")
