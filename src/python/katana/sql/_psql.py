"""What only the program psql understands, and what a server would misread.

In: a token that begins with a backslash. Out: its diagnostic, and where the command ends. Never: a command carried out.
"""

import re
from dataclasses import replace

from katana.diagnostics import Diagnostic
from katana.sql._lexer import Token, tokens
from katana.sql._source import Source

_GUARD = re.compile(r"\\(?:un)?restrict\b[^\n]*")
_HINT = "remove it: Katana sends the file to the server, which does not know the commands of psql"


def command_error(source: Source, token: Token) -> tuple[Diagnostic, int]:
    """The error for the command at `token`, which goes to the end of its line, and the offset of that end."""
    end = token.start + len(source.text[token.start :].split("\n", 1)[0])
    text = source.text[token.start : end].strip()
    message = f"`{text[:40]}` is a command of psql, not SQL"
    return source.diagnostic(token.start, message, "psql-command", width=len(text), hint=_HINT), end


def without_guards(source: Source) -> Source:
    r"""The file with empty lines for `\restrict` and `\unrestrict`.

    pg_dump puts them around a dump for psql, with a key that is another each time; for a server they mean nothing.
    """
    if _GUARD.search(source.text) is None:
        return source
    kept: list[str] = []
    position = 0
    for token in tokens(source.text):
        guard = _GUARD.match(source.text, token.start) if token.kind == "command" else None
        if guard is not None:
            kept.append(source.text[position : guard.start()])
            position = guard.end()
    return replace(source, text="".join((*kept, source.text[position:])))
