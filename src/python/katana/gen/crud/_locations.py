"""The `Location` of what was created.

In: the operation that creates, the API, the query. Out: the text of an f-string, without quotes. Never: a host; the
reference is relative to the server (RFC 9110, 10.2.2).
"""

from __future__ import annotations

import re

from katana import ir
from katana.gen import openapi, sql
from katana.gen.crud._inputs import Inputs
from katana.gen.crud._match import Offer
from katana.gen.crud._resources import key, resource_of
from katana.gen.crud._spelling import Spelling

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_SAFE = frozenset(("int2", "int4", "int8", "uuid"))


def location(method: openapi.Method, inputs: Inputs, offer: Offer, row: str, spell: Spelling) -> str | None:
    """Where the new item is: `f"/users/{row.id}"`; None when the API has no path for it, or the row does not tell."""
    for path in _item_paths(method.operation, spell.plan.api):
        pieces = _pieces(path, inputs, offer, row, spell)
        if pieces is not None:
            return f'f"{pieces}"'
    return None


def _item_paths(operation: ir.Operation, api: ir.Api) -> list[str]:
    """Paths of one item of the collection, the nearest first."""
    noun = resource_of(operation.path).noun
    paths = dict.fromkeys(each.path for each in api.operations if each.method == "GET")
    below = [path for path in paths if _PARAMETER.sub("{}", path) == _PARAMETER.sub("{}", f"{operation.path}/{{x}}")]
    return below + [path for path in paths if re.fullmatch(rf"/{re.escape(noun)}/\{{[^{{}}/]*\}}", path)]


def _pieces(path: str, inputs: Inputs, offer: Offer, row: str, spell: Spelling) -> str | None:
    if offer.row is None or not re.fullmatch(r"[A-Za-z0-9_.~/{}-]*", path):
        return None
    names = _PARAMETER.findall(path)
    columns = {key(column.py_name): column for column in offer.columns}
    column = columns.get(key(names[-1])) or columns.get("id")
    if column is None or column.nullable:
        return None
    values = []
    for name in names[:-1]:
        argument = inputs.arguments.get(key(name))
        if argument is None:
            return None
        values.append(_quoted(argument.expression, safe=argument.shape.kind in ("int", "uuid"), spell=spell))
    wire = offer.wire(column.type)
    if not isinstance(wire, sql.Scalar) or (wire.codec.name not in _SAFE and wire.codec.name != "text"):
        return None
    values.append(_quoted(f"{row}.{sql.identifier(column.py_name)}", safe=wire.codec.name in _SAFE, spell=spell))
    filled = iter(values)
    return _PARAMETER.sub(lambda _: f"{{{next(filled)}}}", path)


def _quoted(expression: str, *, safe: bool, spell: Spelling) -> str:
    return expression if safe else f"{spell.use('urllib.parse', 'quote')}({expression}, safe='')"
