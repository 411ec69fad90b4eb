"""JSON pointers (RFC 6901) and their URI fragment form.

In: tokens or text. Out: text or tokens. Never: look-ups in a document.
"""

from collections.abc import Iterable
from urllib.parse import unquote


def escape(token: str) -> str:
    """`token` as it stands in a pointer: `~` as `~0`, `/` as `~1` (RFC 6901, section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def join(tokens: Iterable[str]) -> str:
    """The pointer of `tokens`; empty for the whole document."""
    return "".join("/" + escape(token) for token in tokens)


def split(pointer: str) -> tuple[str, ...]:
    """The tokens of `pointer`.

    Raises:
        ValueError: it is neither empty nor starts with `/`.
    """
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError(f"a JSON pointer starts with '/': {pointer!r}")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))


def from_fragment(fragment: str) -> str:
    """The pointer in a URI fragment (RFC 6901, section 6): percent-encoding removed."""
    return unquote(fragment)
