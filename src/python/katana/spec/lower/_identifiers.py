"""Text of a specification to Python identifiers.

In: any text. Out: ASCII identifiers: `snake_case` or `PascalCase`, no keywords, no leading underscore (so nothing
dunder and nothing that Python would mangle), bounded length. Never: uniqueness; see `Names`. Letters with accents
lose them; other characters beyond ASCII become `u` and their decimal code point, so that look-alikes stay apart.
"""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Iterable

_MAX_LENGTH = 100
_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")
_WORDS = re.compile(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[A-Z]")


def snake(text: str, fallback: str) -> str:
    """`text` as a name of a variable: `createdAt` is `created_at`, `class` is `class_`, `2fa` is `<fallback>_2_fa`."""
    name = text if _SNAKE.match(text) else "_".join(word.lower() for word in words(text))
    if not name or name[0].isdigit():
        name = f"{fallback}_{name}" if name else fallback
    name = _bounded(name)
    return name + "_" if keyword.iskeyword(name) or name in ("none", "true", "false") else name


def pascal(*parts: str, fallback: str = "Type") -> str:
    """`parts` as one name of a class: `user`, `home-address` is `UserHomeAddress`."""
    name = "".join(_capital(word) for part in parts for word in words(part))
    if not name or name[0].isdigit():
        name = fallback + name
    name = _bounded(name)
    return name + "_" if keyword.iskeyword(name) else name


def extend(name: str, part: str) -> str:
    """The PascalCase `name` with the words of `part` behind it."""
    return _bounded(name + pascal(part, fallback=""))


def words(text: str) -> list[str]:
    """The words of `text`: split where punctuation stands and where camel case rises."""
    if text.isascii() and text.isidentifier() and text.islower() and "_" not in text and not text[-1].isdigit():
        return [text]
    out: list[str] = []
    for piece in re.split(r"[^A-Za-z0-9]+", _ascii(_signs(text))):
        out += _WORDS.findall(piece) if not piece.isdigit() else [piece]
    return _joined_digits(out)


class Names:
    """Hands out names that are unique among themselves and not reserved."""

    def __init__(self, reserved: Iterable[str] = (), *, suffix: str = "_") -> None:
        self._taken = set(reserved)
        self._reserved = frozenset(self._taken)
        self._suffix = suffix
        self._next: dict[str, int] = {}

    def take(self, *candidates: str) -> str:
        """The first of `candidates` that is free, else the first one with a number from 2."""
        for candidate in candidates:
            name = candidate + self._suffix if candidate in self._reserved else candidate
            if name not in self._taken:
                self._taken.add(name)
                return name
        base = candidates[0] + self._suffix if candidates[0] in self._reserved else candidates[0]
        number = self._next.get(base, 2)
        while (name := _numbered(base, number)) in self._taken:
            number += 1
        self._next[base] = number + 1
        self._taken.add(name)
        return name


def unique(texts: Iterable[str], fallback: str, reserved: Iterable[str]) -> list[str]:
    """A snake_case name for each text, in order; a text that is its own name keeps it, whatever comes before."""
    given = list(texts)
    names = Names(reserved)
    wanted = [snake(text, fallback) for text in given]
    kept = {index: names.take(name) for index, name in enumerate(wanted) if name == given[index]}
    return [kept[index] if index in kept else names.take(name) for index, name in enumerate(wanted)]


def _numbered(base: str, number: int) -> str:
    return f"{base}_{number}" if base.islower() or "_" in base else f"{base}{number}"


def _signs(text: str) -> str:
    """`+1` and `-1` are names in real documents; without their signs they would be one."""
    if len(text) > 1 and text[0] in "+-" and text[1].isdigit():
        return ("plus " if text[0] == "+" else "minus ") + text[1:]
    return text


def _ascii(text: str) -> str:
    if text.isascii():
        return text
    out = []
    for character in unicodedata.normalize("NFKD", text):
        if character.isascii():
            out.append(character)
        elif not unicodedata.combining(character):
            out.append(f" u{ord(character)} ")
    return "".join(out)


def _joined_digits(parts: list[str]) -> list[str]:
    """Digits belong to the word before them: `ipv4`, `sha256`, but a number at the front stands alone."""
    out: list[str] = []
    for part in parts:
        if part.isdigit() and out and not out[-1][-1].isdigit() and out[-1].lower() not in ("plus", "minus"):
            out[-1] += part
        else:
            out.append(part)
    return out


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:] if not word.isupper() or len(word) == 1 else word


def _bounded(name: str) -> str:
    """Long names are cut; a digest of the whole keeps them apart."""
    if len(name) <= _MAX_LENGTH:
        return name
    return name[: _MAX_LENGTH - 9] + "_" + hashlib.sha256(name.encode()).hexdigest()[:8]
