"""Names for the types that msgspec cannot take: unions that it cannot tell apart, recursive types.

In: the types that are used, in a fixed order. Out: one name per such union. Never: how a stand-in works, which is
`katana.runtime.generated.choice`.
"""

from collections.abc import Iterable, Iterator

import msgspec

from katana import ir
from katana.gen.openapi._names import Names, pascal
from katana.gen.openapi._types import Types, nodes

_encode = msgspec.json.Encoder(order="deterministic").encode


class StandIns:
    """Collects unions and names them: a named type keeps its name, any other is called `CatOrDog`."""

    def __init__(self, types: Types, roots: Iterable[ir.Type]) -> None:
        self._types = types
        self._names: dict[bytes, str] = {}
        self.anonymous: dict[str, ir.UnionType] = {}
        self.named: dict[str, ir.UnionType] = {}
        for each in types.named.values():
            if types.recursive(each.name) and not types.plain(each.name):
                self.named[each.name] = each.type if isinstance(each.type, ir.UnionType) else _alone(each.type)
            if isinstance(each.type, ir.UnionType) and not types.native(each.type):
                self._names.setdefault(_encode(each.type), each.name)
                self.named[each.name] = each.type
        taken = Names(types.named)
        for root in (*(each.type for each in types.named.values()), *roots):
            for node in nodes(root):
                if isinstance(node, ir.UnionType) and not types.native(node) and _encode(node) not in self._names:
                    name = taken.new("Or".join(_title(variant) for variant in node.variants)[:60], "Union")
                    self._names[_encode(node)] = name
                    self.anonymous[name] = node

    def undecided(self) -> Iterator[ir.UnionType]:
        """The unions whose variants have no tag, so that schemas choose among them."""
        for union in (*self.named.values(), *self.anonymous.values()):
            if self._types.tags(union) is None:
                yield union

    def name_of(self, union: ir.UnionType) -> str:
        """The name of a union that was among the roots or the named types."""
        return self._names[_encode(union)]


def _alone(type_: ir.Type) -> ir.UnionType:
    """A union of one."""
    return ir.UnionType(variants=(type_,))


def _title(type_: ir.Type) -> str:
    match type_:
        case ir.RefType():
            return type_.name
        case ir.ArrayType():
            return f"{_title(type_.items)}List"
        case ir.StringType():
            return pascal(type_.format) or "String"
    return type(type_).__name__.removesuffix("Type")
