"""What a `$ref` says, before anything is looked up.

In: the text of a reference. Out: a file part and a fragment, or the reason why it is refused. Never: files.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")  # RFC 3986, section 3.1


class Reference(NamedTuple):
    """`path` is relative to the file that refers (empty: the same file); `fragment` is percent-decoded."""

    path: str
    fragment: str


class ReferenceRefusedError(ValueError):
    """A reference that Katana does not follow; `hint` says what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def parse(text: str) -> Reference:
    """Splits a reference (RFC 3986, section 4.2).

    Raises:
        ReferenceRefusedError: a URL, an absolute path, or not a path at all.
    """
    path, _, fragment = text.partition("#")
    if _SCHEME.match(path) or path.startswith("//"):
        raise ReferenceRefusedError(
            "references to URLs are not followed: a build must not depend on the network",
            "keep a copy of the file beside this one and refer to it by a relative path",
        )
    path = unquote(path)
    if path.startswith("/"):
        raise ReferenceRefusedError(
            "absolute paths are not followed: they differ from machine to machine", "write a path relative to this file"
        )
    if "\\" in path or "\0" in path or "?" in path:
        raise ReferenceRefusedError("not a relative path", "separate folders by '/'")
    return Reference(path, unquote(fragment))


def path_of(text: str) -> str:
    """The file part of a reference; empty when it has none that would be followed."""
    try:
        return parse(text).path
    except ReferenceRefusedError:
        return ""
