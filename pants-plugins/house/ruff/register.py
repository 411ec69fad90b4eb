"""The backend `house.ruff`."""

from collections.abc import Iterable
from typing import Any

from house.ruff import rules as ruff_rules


def rules() -> Iterable[Any]:
    return ruff_rules.rules()
