"""What only the program psql understands, and what a server would misread.

In: a token that begins with a backslash. Out: its diagnostic, and where the command ends. Never: a command carried out.
"""

from katana.diagnostics import Diagnostic
from katana.sql._lexer import Token
from katana.sql._source import Source

_HINT = "remove it: Katana sends the file to the server, which does not know the commands of psql"


def command_error(source: Source, token: Token) -> tuple[Diagnostic, int]:
    """The error for the command at `token`, which goes to the end of its line, and the offset of that end."""
    end = token.start + len(source.text[token.start :].split("\n", 1)[0])
    text = source.text[token.start : end].strip()
    message = f"`{text[:40]}` is a command of psql, not SQL"
    return source.diagnostic(token.start, message, "psql-command", width=len(text), hint=_HINT), end
