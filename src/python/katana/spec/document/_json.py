"""JSON text to a value (RFC 8259).

In: text. Out: its value. Never: places; those are computed by `_json_places` when a diagnostic asks, because a 5 MB
document without mistakes should not pay for them.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from katana.spec.document._failure import Malformed, Problem
from katana.spec.document._json_places import duplicates, find_token, words
from katana.spec.document._limits import MAX_DEPTH, MAX_NUMBER_DIGITS
from katana.spec.document._places import Location
from katana.spec.document._scalars import ScalarError, finite

Json = Any

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(text: str) -> Json:
    """The value of `text`.

    Raises:
        Malformed: not JSON, a duplicate key, too deep, or a number that binary64 cannot hold.
    """
    reader = _Reader()
    try:
        value = reader.read(text)
    except json.JSONDecodeError as error:
        location = Location(error.lineno, error.colno, 1)
        raise Malformed(Problem("json-syntax", f"not JSON: {error.msg}", location)) from None
    except ScalarError as error:
        location = find_token(text, reader.culprit)
        raise Malformed(Problem("json-number", str(error), location)) from None
    except RecursionError:
        raise _too_deep() from None
    if reader.repeated:
        raise Malformed(*duplicates(text))
    if _SURROGATE.search(text):
        _check_surrogates(text)
    _check_depth(value)
    return value


class _Reader:
    """The standard decoder with the laxities of `json` removed; `culprit` is the number that was refused."""

    def __init__(self) -> None:
        self.repeated = False
        self.culprit = ""

    def read(self, text: str) -> Json:
        """Decodes; notes duplicate keys instead of dropping members."""
        return json.loads(
            text,
            object_pairs_hook=self._pairs,
            parse_int=self._integer,
            parse_float=self._float,
            parse_constant=self._constant,
        )

    def _pairs(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self.repeated = True
        return value

    def _integer(self, text: str) -> int:
        if len(text) > MAX_NUMBER_DIGITS:
            self.culprit = text
            raise ScalarError(f"a number of {len(text)} characters is too long")
        return int(text)

    def _float(self, text: str) -> float:
        try:
            return finite(text)
        except ScalarError:
            self.culprit = text
            raise

    def _constant(self, text: str) -> NoReturn:
        self.culprit = text
        raise ScalarError(f"{text} is not a number of JSON")


def _check_surrogates(text: str) -> None:
    """Refuses half a surrogate pair: no text in UTF-8 can hold it (RFC 8259, section 8.2)."""
    for word, location in words(text):
        try:
            if "\\" in word:
                json.loads(word).encode()
        except UnicodeEncodeError:
            hint = "write the character itself"
            raise Malformed(Problem("json-syntax", "half of a surrogate pair", location, hint=hint)) from None


def _check_depth(value: Json) -> None:
    level: list[Json] = [value] if isinstance(value, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH + 1:
            raise _too_deep()
        below: list[Json] = []
        for node in level:
            children = node.values() if isinstance(node, dict) else node
            below += [child for child in children if isinstance(child, dict | list)]
        level = below


def _too_deep() -> Malformed:
    return Malformed(Problem("too-deep", f"nested more than {MAX_DEPTH} levels deep", Location(1, 1, 1)))
