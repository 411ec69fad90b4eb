"""PostgreSQL's lexical structure (documentation, chapter 4.1), as far as it takes to leave the rest to the server.

In: text. Out: tokens that cover it without gaps. Never: an exception; what never ends is a token of kind `error`.

Katana adds one token, the named parameter `@user_id`. PostgreSQL knows operators with an `@`, so the rule is:

1. Operators are read as PostgreSQL reads them, longest first. An operator `@` that touches an identifier on its right
   is a parameter: `@id`. (The absolute value of a column is `abs(x)` or, with a blank, `@ x`.)
2. An operator that touches an identifier on its right and becomes an everyday one (`=`, `>=`, `||`, ...) without its
   final `@` is that operator and a parameter: `id=@id`. So `<@`, `@@`, `^@` stay what they are: `tags <@other`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "space",
    "comment",
    "string",
    "identifier",
    "number",
    "parameter",
    "named",
    "operator",
    "punctuation",
    "command",
    "error",
]


@dataclass(frozen=True, slots=True)
class Token:
    """`text` stands at `start`. Kinds: `parameter` is `$1`, `named` is `@name`, `command` a backslash of psql."""

    kind: Kind
    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset behind the token."""
        return self.start + len(self.text)

    @property
    def significant(self) -> bool:
        """Whether the server sees it."""
        return self.kind not in ("space", "comment")


_IDENTIFIER = r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*"
_QUOTED = r"'(?:[^']|'')*'"
_ESCAPED = r"'(?:[^'\\]|\\.|'')*'"
_CONTINUED = (
    r"(?:[ \t\f\v\r]*\n[ \t\n\r\f\v]*"  # a string goes on when only blanks with a newline stand between two parts
)

_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\n\r\f\v]+)
  | (?P<comment>--[^\n]*)
  | (?P<block>/\*)
  | (?P<string>
        [eE]{_ESCAPED}{_CONTINUED}{_ESCAPED})*
      | (?:[bBxXnN]|[uU]&)?{_QUOTED}
      | \$(?P<tag>(?:[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*)?)\$.*?\$(?P=tag)\$
    )
  | (?P<identifier>(?:[uU]&)?"(?:[^"]|"")*"|{_IDENTIFIER})
  | (?P<parameter>\$[0-9]+)
  | (?P<number>0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+
      |(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?)
  | (?P<operator>[-+*/<>=~!@\#%^&|`?]+)
  | (?P<punctuation>::|:=|[()\[\],;:.])
  | (?P<command>\\)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENS_QUOTE = re.compile(rf"[eE]?'|\"|\$(?:{_IDENTIFIER.replace('$', '')})?\$")
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_STARTS_IDENTIFIER = re.compile(_IDENTIFIER)
_ENDS_IN_SIGN = set("~!@#%^&|`?")
"""An operator that holds one of these may end in `+` or `-` (documentation, 4.1.3)."""

_EVERYDAY = frozenset(
    "= <> != <= >= > + - * / % || ~ ~* !~ !~* ~~ !~~ ~~* !~~* -> ->> #> #>> && @> <-> <#> <=> & | #".split()  # noqa: SIM905
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, in order, without gaps."""
    position = 0
    while position < len(text):
        for token in _next(text, position):
            yield token
            position = token.end


def _next(text: str, position: int) -> tuple[Token, ...]:
    match = _TOKEN.match(text, position)
    closed = match is not None and (match.group("string") is not None or match.group().endswith('"'))
    if not closed and _OPENS_QUOTE.match(text, position):
        return (Token("error", position, text[position:]),)
    if match is None:
        return (Token("punctuation", position, text[position]),)
    found = match.group()
    kind = match.lastgroup
    if match.group("block") is not None:
        return (_block_comment(text, position),)
    if match.group("operator") is not None:
        return _operator(text, position, found)
    if match.group("string") is not None:
        kind = "string"
    return (Token(kind, position, found),)  # type: ignore[arg-type]  # the groups are the kinds


def _block_comment(text: str, start: int) -> Token:
    """Comments nest (documentation, 4.1.5)."""
    depth = 0
    for edge in _BLOCK_EDGE.finditer(text, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return Token("comment", start, text[start : edge.end()])
    return Token("error", start, text[start:])


def _operator(text: str, start: int, found: str) -> tuple[Token, ...]:
    """Cut what is not part of the operator: a comment behind it, a sign of the operand, a parameter."""
    for opening in ("--", "/*"):
        cut = found.find(opening)
        if cut > 0:
            found = found[:cut]
    if not _ENDS_IN_SIGN & set(found):
        found = found[0] + found[1:].rstrip("+-")
    name = _STARTS_IDENTIFIER.match(text, start + len(found)) if found.endswith("@") else None
    if name is not None and found == "@":
        return (Token("named", start, found + name.group()),)
    if name is not None and found[:-1] in _EVERYDAY:
        end = start + len(found) - 1
        return (Token("operator", start, found[:-1]), Token("named", end, "@" + name.group()))
    return (Token("operator", start, found),)
