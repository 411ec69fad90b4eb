"""Prose inside source text: comments and docstrings that cannot end early.

In: any text. Out: lines without control characters, line separators or unbalanced quotes. Never: code.

What counts as printable is asked of the frozen Unicode 3.2 tables, because the current ones differ between
interpreters and the output must not.
"""

import textwrap
from unicodedata import ucd_3_2_0

_PRINTABLE = frozenset("LMNPS")


def printable(character: str) -> bool:
    """Whether a character can stand in source text as itself: visible, no control, no separator but the space."""
    if character.isascii():
        return " " <= character <= "~"
    return ucd_3_2_0.category(character)[0] in _PRINTABLE


def escape(character: str) -> str:
    """The escape sequence of a character that is not `printable`."""
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """`text` with every run of white space, line breaks among it, as one blank."""
    return " ".join(text.split())


def comment_lines(text: str, width: int) -> list[str]:
    """`text` as comment lines of at most `width` columns (longer only for one long word)."""
    clean = "".join(c if printable(c) else escape(c) for c in one_line(text))
    return [f"# {line}" for line in _wrap(clean, max(20, width - 2))]


def docstring_lines(text: str, width: int) -> list[str]:
    """The body of a docstring, its quotes included: paragraphs are wrapped, indented lines and lists kept.

    A line of `text` that starts with a space stands as it is (wrapped with its own indent); other neighbouring lines
    are one paragraph.
    """
    paragraphs = [_docstring_safe(line.rstrip()) for line in text.strip().split("\n")]
    lines = _wrap(paragraphs[0], width - (3 if len(paragraphs) > 1 else 6))
    for line in paragraphs[1:]:
        lines += _wrap(line, width)
    if len(lines) == 1:
        return [f'"""{lines[0]}{" " if lines[0].endswith(chr(34)) else ""}"""']
    return [f'"""{lines[0]}', *lines[1:], '"""']


def _docstring_safe(line: str) -> str:
    escaped = "".join("\\\\" if c == "\\" else c if printable(c) else escape(c) for c in line)
    return escaped.replace('"""', '\\"\\"\\"')


def _wrap(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    indent = " " * (len(line) - len(line.lstrip(" ")))
    hanging = indent + "    " if indent else ""
    return textwrap.wrap(
        line.strip(),
        width,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
