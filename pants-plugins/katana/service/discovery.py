"""Controllers that nobody listed.

In: Python source text. Out: names of classes that derive from a generated interface. Never: a parse; the Python that
Pants runs on is older than the language of the services. What this misses is written into `controllers`.
"""

from __future__ import annotations

import re

_CLASS = re.compile(r"^class[ \t]+(?P<name>\w+)[ \t]*(?:\[[^\]\n]*\])?\((?P<bases>[^)]*)\)", re.MULTILINE)
_INTERFACE = re.compile(r"\b\w+Api\b")


def controller_classes(source: str) -> tuple[str, ...]:
    """Top-level classes with a base called `...Api`, which the source imports, in the order of the file."""
    return tuple(
        match["name"]
        for match in _CLASS.finditer(source)
        if any(_imports(source, base) for base in _INTERFACE.findall(match["bases"]))
    )


def _imports(source: str, name: str) -> bool:
    """Whether `from ... .api import ... name` stands in the source, also over several lines."""
    return bool(
        re.search(rf"^from[ \t]+[\w.]+\.api[ \t]+import\b(?:[^\n(]*|[ \t]*\([^)]*)\b{name}\b", source, re.MULTILINE)
    )
