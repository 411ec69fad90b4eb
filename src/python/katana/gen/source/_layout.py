"""Layout of expressions: on one line when it fits, else one item per line with a trailing comma.

In: `Doc` trees of text, bracketed groups and operator chains. Out: lines. Never: parsing; text is taken as it is.
The exploded form ends in a trailing comma, which formatters keep, so the result is stable under `ruff format`.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 120
_STEP = 4


@dataclass(frozen=True, slots=True)
class Group:
    """`open` items `close`, separated by commas: a call, a literal, a subscript, a parameter list.

    `open` carries everything before the first item (`"Meta("`, `"x: dict["`). `comma` is False where a trailing
    comma would change the meaning (a subscript of one item); `lone` marks a tuple, which needs the comma when it has one
    item.
    """

    open: str
    items: tuple[Doc, ...]
    close: str
    comma: bool = True
    lone: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by one operator (`"|"`, `"and"`); when too long, in parentheses with one operand per line."""

    operator: str
    operands: tuple[Doc, ...]


Doc = str | Group | Chain | tuple["Doc", ...]
"""Text, or something that can be broken; a tuple is a concatenation."""


def flat(doc: Doc) -> str:
    """`doc` on one line, whatever its length."""
    match doc:
        case str():
            return doc
        case Group():
            comma = "," if doc.lone and len(doc.items) == 1 else ""
            return doc.open + ", ".join(flat(item) for item in doc.items) + comma + doc.close
        case Chain():
            return f" {doc.operator} ".join(flat(operand) for operand in doc.operands)
    return "".join(flat(part) for part in doc)


def layout(doc: Doc, indent: int = 0, width: int = WIDTH) -> list[str]:
    """The lines of `doc`, each starting with its indent of `indent` spaces or more."""
    line = " " * indent + flat(doc)
    if len(line) <= width:
        return [line]
    return _exploded(doc if isinstance(doc, tuple) else (doc,), indent, width)


def _exploded(parts: tuple[Doc, ...], indent: int, width: int) -> list[str]:
    """Explodes the first breakable part; later ones too while a line is still too long."""
    breakable = [i for i, part in enumerate(parts) if _can_break(part)]
    if not breakable:
        return [" " * indent + flat(parts)]
    chosen: set[int] = set()
    lines: list[str] = []
    for index in breakable:
        chosen.add(index)
        lines = _assemble(parts, chosen, indent, width)
        if all(len(line) <= width for line in lines):
            break
    return lines


def _can_break(part: Doc) -> bool:
    return (isinstance(part, Group) and bool(part.items)) or (isinstance(part, Chain) and len(part.operands) > 1)


def _assemble(parts: tuple[Doc, ...], chosen: set[int], indent: int, width: int) -> list[str]:
    lines = [" " * indent]
    for index, part in enumerate(parts):
        if index not in chosen:
            lines[-1] += flat(part)
        elif isinstance(part, Group):
            lines[-1] += part.open
            for item in part.items:
                lines += _item(item, indent + _STEP, width, "," if part.comma else "")
            lines.append(" " * indent + part.close)
        elif isinstance(part, Chain):
            lines[-1] += "("
            for number, operand in enumerate(part.operands):
                prefix = f"{part.operator} " if number else ""
                lines += layout((prefix, operand), indent + _STEP, width)
            lines.append(" " * indent + ")")
    return lines


def _item(item: Doc, indent: int, width: int, comma: str) -> list[str]:
    return layout((*(item if isinstance(item, tuple) else (item,)), comma), indent, width)
