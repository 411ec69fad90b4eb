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

    Args:
        open: everything before the first item, the bracket included (`"Meta("`, `"x: dict["`).
        items: what stands between.
        close: the closing bracket and anything behind it.
        comma: False where a trailing comma would change the meaning (a subscript of one item).
        lone: a tuple, which needs the comma when it has one item.
        bare: a tuple that has its brackets only when it is broken (`return a, b`).
    """

    open: str
    items: tuple[Doc, ...]
    close: str
    comma: bool = True
    lone: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by one operator (`"|"`, `"and"`, none for the parts of `a if b else c`).

    When too long, in parentheses, on one line or with one operand per line.
    """

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
            inner = ", ".join(flat(item) for item in doc.items) + ("," if doc.lone and len(doc.items) == 1 else "")
            return f"{doc.open[:-1]}{inner}{doc.close[1:]}" if doc.bare else f"{doc.open}{inner}{doc.close}"
        case Chain():
            return f" {doc.operator} ".replace("  ", " ").join(flat(operand) for operand in doc.operands)
    return "".join(flat(part) for part in doc)


def layout(doc: Doc, indent: int = 0, width: int = WIDTH) -> list[str]:
    """The lines of `doc`, each starting with its indent of `indent` spaces or more."""
    line = " " * indent + flat(doc)
    if len(line) <= width:
        return [line]
    return _exploded(doc if isinstance(doc, tuple) else (doc,), indent, width)


def _exploded(parts: tuple[Doc, ...], indent: int, width: int) -> list[str]:
    """Explodes as few parts as it takes: the first that can be (of an assignment the last, then the first), or all."""
    breakable = [i for i, part in enumerate(parts) if _can_break(part)]
    singles = [breakable[-1:], breakable[:1]] if " = " in parts else [breakable[:1]]
    # Each choice once: deeply nested groups would double the work at every level.
    for chosen in dict.fromkeys(tuple(choice) for choice in (*singles, breakable)):
        lines = _assemble(parts, set(chosen), indent, width)
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
            lines += _operands(part, indent + _STEP, width)
            lines.append(" " * indent + ")")
    return lines


def _operands(chain: Chain, indent: int, width: int) -> list[str]:
    """The inside of the parentheses: one line if it fits, else one operand per line."""
    line = " " * indent + flat(chain)
    if len(line) <= width:
        return [line]
    lines: list[str] = []
    for number, operand in enumerate(chain.operands):
        prefix = f"{chain.operator} " if number and chain.operator else ""
        lines += layout((prefix, operand), indent, width)
    return lines


def _item(item: Doc, indent: int, width: int, comma: str) -> list[str]:
    return layout((*(item if isinstance(item, tuple) else (item,)), comma), indent, width)
