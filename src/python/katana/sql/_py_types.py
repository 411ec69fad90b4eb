"""How an author writes the Python type of a value: in a query's annotation, or in a comment of the schema.

In: the text. Out: `PyType`, or a number of dimensions. Never: an import; a name that is no identifier.

    users_api.dto.Settings                                    a JSON document, decoded into this type
    list[users_api.dto.Item], dict[str, users_api.dto.Item]   the same, of several
    shop.money.Money via shop.money.read, shop.money.write    any type: two functions, from and to the codec's type
    [][]                                                      an array of two dimensions (annotations alone)
"""

from __future__ import annotations

import keyword
import re
from typing import Final, Literal

from katana.ir import PyType

_NAME: Final = r"[^\W\d]\w*(?:\.[^\W\d]\w*)+"
_SPEC: Final = re.compile(
    rf"(?:(?P<list>list)\[|(?P<dict>dict)\[str,[ ]*)?(?P<name>{_NAME})(?P<end>\])?"
    rf"(?:[ ]+via[ ]+(?P<read>{_NAME}),[ ]*(?P<write>{_NAME}))?"
)
_DIMENSIONS: Final = re.compile(r"(?:\[\]){1,6}")
_COMMENT: Final = re.compile(r"^[ \t]*katana:[ \t]*(?P<rest>.*?)[ \t]*$", re.MULTILINE)
_TYPE: Final = re.compile(r"type[ ]*=[ ]*(?P<spec>.*)")

HINT: Final = (
    "write a module and a class, `users_api.dto.Settings`; for what is not JSON also `via app.read, app.write`"
)


class NotAType(ValueError):
    """The text is none of the forms; of a comment it is the line."""


def read_spec(text: str) -> PyType | int:
    """The type that `text` names, or a number of dimensions.

    Raises:
        NotAType: it is neither.
    """
    if _DIMENSIONS.fullmatch(text):
        return len(text) // 2
    found = _SPEC.fullmatch(text)
    within: Literal["", "list", "dict"] = ""
    if found is not None and found["list"]:
        within = "list"
    elif found is not None and found["dict"]:
        within = "dict"
    if found is None or bool(within) != bool(found["end"]):
        raise NotAType(text)
    if any(
        keyword.iskeyword(part) for name in found.group("name", "read", "write") for part in (name or "").split(".")
    ):
        raise NotAType(text)
    return PyType(name=found["name"], within=within, read=found["read"] or "", write=found["write"] or "")


def read_comment(text: str) -> PyType | None:
    """The type that a comment of the schema gives in its line `katana: type = ...`; None without such a line.

    Raises:
        NotAType: the line says something else.
    """
    lines = list(_COMMENT.finditer(text))
    if not lines:
        return None
    line = lines[-1]
    found = _TYPE.fullmatch(line["rest"])
    try:
        spec = read_spec(found["spec"]) if found is not None and len(lines) == 1 else 0
    except NotAType:
        spec = 0
    if not isinstance(spec, PyType):
        raise NotAType(line.group().strip())
    return spec
