"""Controllers that nobody listed.

In: Python source text. Out: names of classes that derive from a generated interface. Never: a parse; the Python that
Pants runs on is older than the language of the services. What this misses is written into `controllers`.
"""

from __future__ import annotations

import re

_CLASS = re.compile(r"^class[ \t]+(?P<name>\w+)[ \t]*(?:\[[^\]\n]*\])?\((?P<bases>[^)]*)\)", re.MULTILINE)
_INTERFACE = re.compile(r"\b(?:\w+(?:Api|Crud)|Security)\b")


def controller_classes(source: str) -> tuple[str, ...]:
    """Top-level classes with an imported base called `...Api`, `...Crud` or `Security`, in the order of the file."""
    return tuple(
        match["name"]
        for match in _CLASS.finditer(source)
        if any(_imports(source, base) for base in _INTERFACE.findall(match["bases"]))
    )


def _imports(source: str, name: str) -> bool:
    """Whether `from ... .api import ... name` stands in the source, on one line or more; a `...Crud` is in `.crud`."""
    module = "crud" if name.endswith("Crud") else "api"
    statement = rf"^from[ \t]+[\w.]+\.{module}[ \t]+import\b(?:[^\n(]*|[ \t]*\([^)]*)\b{name}\b"
    return bool(re.search(statement, source, re.MULTILINE))
