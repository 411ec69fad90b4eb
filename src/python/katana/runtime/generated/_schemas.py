"""Validators made of canonical JSON Schemas (2020-12), built when they are first needed.

In: schemas as JSON text, closed under `#/$defs/...`. Out: jsonschema-rs validators. Never: remote references, formats
other than ours, or a regular expression engine that backtracks.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec
from jsonschema_rs import Draft202012Validator, RegexOptions

from katana.runtime.generated._decimals import LimitsKeyword
from katana.runtime.generated.formats import FORMATS

MAX_DEPTH: Final = 128
"""How deep arrays and objects of a body may nest where a schema looks at them; validators recurse."""

MAX_LISTED: Final = 2000
"""How many values a document may have for all of its errors to be listed; of a larger one the first is.

The validator makes every error before it gives out one, so a megabyte of mistakes would block the process for seconds.
"""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PREFIX = "#/$defs/"


class Schemas:
    """The named schemas of an API and the validators over them.

    Args:
        definitions: JSON text of each named schema; a reference among them is `#/$defs/NAME`.
    """

    __slots__ = ("_closures", "_definitions", "_validators")

    def __init__(self, definitions: Mapping[str, str]) -> None:
        self._definitions = definitions
        self._closures: dict[str, tuple[Any, frozenset[str]]] = {}
        self._validators: dict[str, Draft202012Validator] = {}

    def validator(self, schema: str) -> Draft202012Validator:
        """The validator for a schema given as JSON text."""
        found = self._validators.get(schema)
        if found is None:
            found = self._validators[schema] = _build(self.document(schema))
        return found

    def document(self, schema: str) -> dict[str, Any]:
        """The schema together with those of the named schemas that it reaches."""
        root = msgspec.json.decode(schema)
        names, waiting = set[str](), list(references(root))
        while waiting:
            name = waiting.pop()
            if name not in names and name in self._definitions:
                names.add(name)
                waiting += self._definition(name)[1]
        definitions = {name: self._definition(name)[0] for name in sorted(names)}
        head = {"$schema": _DIALECT, "$defs": definitions}
        return {**head, **root} if isinstance(root, dict) else {**head, "allOf": [root]}

    def _definition(self, name: str) -> tuple[Any, frozenset[str]]:
        found = self._closures.get(name)
        if found is None:
            schema = msgspec.json.decode(self._definitions[name])
            found = self._closures[name] = (schema, frozenset(references(schema)))
        return found


def references(schema: Any) -> Iterator[str]:
    """The names that a schema refers to as `#/$defs/NAME`, itself and below."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str) and target.startswith(_PREFIX):
                yield target[len(_PREFIX) :].replace("~1", "/").replace("~0", "~")
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def too_deep(value: Any, limit: int = MAX_DEPTH) -> bool:
    """Whether arrays and objects nest deeper than `limit`."""
    level = [value]
    for _ in range(limit + 1):
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                below += node.values()
            elif isinstance(node, list):
                below += node
        if not below:
            return False
        level = below
    return True


def too_large(value: Any, limit: int = MAX_LISTED) -> bool:
    """Whether a document has more than `limit` values."""
    waiting, seen = [value], 1
    while waiting:
        node = waiting.pop()
        below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        seen += len(below)
        if seen > limit:
            return True
        waiting += below
    return False


class Pattern:
    """An ECMA-262 regular expression, matched in linear time by the engine of the validators.

    `matches(text)` says whether it is found anywhere in a text.
    """

    __slots__ = ("_expression", "matches")

    matches: Callable[[str], bool]

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self.matches = self._first

    def _first(self, text: str) -> bool:
        self.matches = _build({"$schema": _DIALECT, "pattern": self._expression}).is_valid
        return self.matches(text)


def _build(document: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(
        document,
        formats=dict(FORMATS),
        validate_formats=True,
        pattern_options=RegexOptions(),
        keywords={"decimalLimits": LimitsKeyword},
        offline=True,
    )
