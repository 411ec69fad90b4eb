"""SQL as a Python literal that evaluates to the same characters and reads as SQL.

In: any text. Out: lines of source. Never: a character that could end the literal or change on the way: a text with a
backslash, three quotes, a tab or a control character is written line by line with escapes instead.
"""

from __future__ import annotations

from katana.gen.source import WIDTH, literal, printable


def sql_lines(text: str, indent: int, before: str = "", after: str = ",") -> list[str]:
    """The lines of a literal for `text`, the first one indented by `indent` and starting with `before`.

    Several lines of plain SQL become one triple-quoted literal at the left margin, other texts one literal per line
    in parentheses.
    """
    margin = " " * indent
    single = f"{margin}{before}{literal(text)}{after}"
    if "\n" not in text:
        return [single]
    if _plain(text):
        *lines, last = text.split("\n")
        return [f'{margin}{before}"""\\', *lines, f'{last}"""{after}']
    if len(single) <= WIDTH:
        return [single]
    parts = [f"{margin}    {literal(line)}" for line in text.splitlines(keepends=True)]
    return [f"{margin}{before}(", *parts, f"{margin}){after}"]


def _plain(text: str) -> bool:
    """Whether `text` can stand between triple quotes as it is, without upsetting a linter."""
    lines = text.split("\n")
    return (
        all(printable(character) for line in lines for character in line)
        and "\\" not in text
        and '"""' not in text
        and not text.endswith('"')
        and not any(line.endswith(" ") for line in lines)
    )
