"""Texts that match a regular expression.

In: a pattern (ECMA-262, as far as Python's parser reads it) and lengths. Out: a text that is likely to match; whoever
asks has it validated. Never: a search; the same pattern gives the same text.
"""

from __future__ import annotations

import importlib
import re
from typing import Any, Final

_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_CATEGORIES: Final = {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "k"}
_NEGATED: Final = {"CATEGORY_NOT_DIGIT": "k", "CATEGORY_NOT_SPACE": "k", "CATEGORY_NOT_WORD": "-"}
_ALPHABET: Final = "kK7- _.,:/@#é"


def matching(pattern: str, shortest: int = 0) -> str | None:
    """A text for a pattern, None for one that cannot be read.

    Args:
        pattern: the expression.
        shortest: characters that the text should have; open repeats are filled up to it.
    """
    # The parser of `re` has no public name; a version of Python without it only means fewer made-up texts.
    try:
        tree = importlib.import_module("re._parser").parse(pattern)
    except (ImportError, ValueError, OverflowError, RecursionError, re.error):
        return None
    text = _sequence(tree, 0)
    return text if len(text) >= shortest else _sequence(tree, shortest - len(text))


def _sequence(tree: Any, extra: int) -> str:
    made = []
    for operator, argument in tree:
        text = _one(str(operator), argument, extra)
        if str(operator) in _REPEATS:
            extra = 0
        made.append(text)
    return "".join(made)


def _one(operator: str, argument: Any, extra: int) -> str:
    if operator == "LITERAL":
        return chr(argument)
    if operator == "NOT_LITERAL":
        return next(letter for letter in _ALPHABET if ord(letter) != argument)
    if operator == "ANY":
        return "k"
    if operator == "IN":
        return _member(argument)
    if operator in _REPEATS:
        least, most, inner = argument
        return _sequence(inner, 0) * min(int(most), int(least) + extra)
    if operator == "SUBPATTERN":
        return _sequence(argument[-1], extra)
    if operator == "ATOMIC_GROUP":
        return _sequence(argument, extra)
    if operator == "BRANCH":
        return _sequence(argument[1][0], extra)
    return ""  # anchors and assertions; the validator decides


def _member(choices: Any) -> str:
    negated = str(choices[0][0]) == "NEGATE"
    if negated:
        return next((letter for letter in _ALPHABET if not _holds(choices[1:], letter)), "k")
    operator, argument = choices[0]
    if str(operator) == "RANGE":
        return chr(argument[0])
    if str(operator) == "CATEGORY":
        return (_CATEGORIES | _NEGATED).get(str(argument), "k")
    return chr(argument)


def _holds(choices: Any, letter: str) -> bool:
    for operator, argument in choices:
        kind = str(operator)
        if kind == "RANGE" and argument[0] <= ord(letter) <= argument[1]:
            return True
        if kind == "LITERAL" and ord(letter) == argument:
            return True
        if kind == "CATEGORY" and _in_category(str(argument), letter):
            return True
    return False


def _in_category(category: str, letter: str) -> bool:
    known = {"DIGIT": letter.isdigit(), "SPACE": letter.isspace(), "WORD": letter.isalnum() or letter == "_"}
    name = category.removeprefix("CATEGORY_")
    return not known.get(name[4:], False) if name.startswith("NOT_") else known.get(name, False)
