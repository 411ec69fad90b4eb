"""Where result columns stand in a query's text.

In: the analysed query. Out: an offset for each column, as far as the server kept it. Never: an exception.
"""

from katana.sql._node_tree import Node, TreeError, read_tree


def target_offsets(tree: str, sql: str) -> list[int | None]:
    """Offsets in characters of the expressions of the select list or of RETURNING; empty when they are not known."""
    try:
        queries = read_tree(tree)
    except TreeError:
        return []
    if not isinstance(queries, list) or len(queries) != 1 or not isinstance(queries[0], Node):
        return []
    query = queries[0]
    entries = query.nodes("targetList" if query.integer("commandType") == 1 else "returningList")
    data = sql.encode()
    return [_start(entry.node("expr"), data) for entry in entries if entry.false("resjunk")]


def _start(expression: Node | None, sql: bytes) -> int | None:
    """The least location (in bytes) of the nodes of an expression, as characters."""
    places: list[int] = []
    waiting: list[object] = [expression]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, Node) and value.name != "QUERY":
            place = value.integer("location")
            if 0 <= place < len(sql):
                places.append(place)
            waiting += value.fields.values()
    return len(sql[: min(places)].decode("utf-8", "replace")) if places else None
