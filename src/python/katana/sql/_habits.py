"""Hints for what people bring along from other tools and other databases.

In: PostgreSQL's error and the text where it points. Out: a hint in Katana's words, or nothing. Never: another error.
"""

from __future__ import annotations

import re

_SYNTAX_ERROR = "42601"
_NO_SUCH_SCHEMA = "3F000"
_NO_SUCH_COLUMN = "42703"

_AT_ERROR: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (_SYNTAX_ERROR, re.compile(r":([A-Za-z_]\w*)"), r"a parameter is written `@\1`"),
    (_SYNTAX_ERROR, re.compile(r"\$([A-Za-z_]\w*)"), r"a parameter is written `@\1`"),
    (_SYNTAX_ERROR, re.compile(r"%\((\w+)\)s"), r"a parameter is written `@\1`"),
    (_SYNTAX_ERROR, re.compile(r"\{(\w+)\}"), r"a parameter is written `@\1`; no text is put into a statement"),
    (_SYNTAX_ERROR, re.compile(r"%s"), "a parameter is written `@name` or `$1`"),
    (_NO_SUCH_SCHEMA, re.compile(r"sqlc\.(?:arg|slice)\('?(\w+)'?\)"), r"write `@\1`"),
    (_NO_SUCH_SCHEMA, re.compile(r"sqlc\.narg\('?(\w+)'?\)"), r"write `@\1`, and `-- nullable: \1` above"),
    (_NO_SUCH_SCHEMA, re.compile(r"sqlc\.embed\((\w+)\)"), r"write `\1.*`, and `-- embed: \1` above"),
    (_NO_SUCH_COLUMN, re.compile(r'"([^"\n]*)"'), r"text stands in single quotes: `'\1'`"),
)

_BEFORE_ERROR: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (_SYNTAX_ERROR, re.compile(r"\bnot\s+in\s*\Z", re.IGNORECASE), "for an array write `<> ALL (@ids)`"),
    (_SYNTAX_ERROR, re.compile(r"\bin\s*\Z", re.IGNORECASE), "for an array write `= ANY (@ids)`"),
    (_SYNTAX_ERROR, re.compile(r"\?\s*\Z"), "a parameter is written `@name` or `$1`"),
)
_LOOK_BACK = 40
_LOOK_AHEAD = 200


def hint_for(sqlstate: str, text: str, offset: int) -> str:
    """What to write instead of what stands at `offset`; empty when it is no known habit."""
    for state, pattern, hint in _AT_ERROR:
        match = pattern.match(text, offset, offset + _LOOK_AHEAD) if state == sqlstate else None
        if match is not None:
            return match.expand(hint)
    before = text[max(0, offset - _LOOK_BACK) : offset]
    return next((hint for state, pattern, hint in _BEFORE_ERROR if state == sqlstate and pattern.search(before)), "")
