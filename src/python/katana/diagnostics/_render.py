"""Diagnostics as text: one head line that editors can parse, the source line with a caret, a hint."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from katana.diagnostics._diagnostic import Diagnostic

_MAX_EXCERPT = 160


def render(diagnostics: Iterable[Diagnostic], read: Callable[[str], str | None] = lambda _file: None) -> str:
    """The text for a terminal, one block per diagnostic, ending in a newline (empty for none).

    Args:
        diagnostics: what to show, in this order.
        read: gives the text of a file by the name in `Diagnostic.file`, or None when it is not to be had.
    """
    sources: dict[str, list[str]] = {}
    blocks = []
    for diagnostic in diagnostics:
        if diagnostic.file not in sources:
            sources[diagnostic.file] = (read(diagnostic.file) or "").split("\n")
        blocks.append(_block(diagnostic, sources[diagnostic.file]))
    return "".join(blocks)


def _block(diagnostic: Diagnostic, lines: list[str]) -> str:
    out = [f"{diagnostic.place}: {diagnostic.severity}: {diagnostic.message} [{diagnostic.code}]"]
    if 0 < diagnostic.line <= len(lines):
        out += _excerpt(diagnostic, lines[diagnostic.line - 1])
    if diagnostic.pointer:
        out.append(f"  at {diagnostic.pointer}")
    if diagnostic.hint:
        out.append(f"  help: {diagnostic.hint}")
    return "\n".join(out) + "\n"


def _excerpt(diagnostic: Diagnostic, line: str) -> list[str]:
    """The source line and the caret under it; a long line is cut to a window around the column."""
    line = line.rstrip("\r").replace("\t", " ")
    start = max(0, diagnostic.column - 1 - _MAX_EXCERPT // 2) if len(line) > _MAX_EXCERPT else 0
    shown = "".join(c if c.isprintable() else "?" for c in line[start : start + _MAX_EXCERPT])
    number = str(diagnostic.line)
    out = [f"  {number} | {shown}"]
    if diagnostic.column:
        offset = diagnostic.column - 1 - start
        width = max(1, min(diagnostic.width, len(shown) - offset))
        out.append(f"  {' ' * len(number)} | {' ' * offset}{'^' * width}")
    return out
