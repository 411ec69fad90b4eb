"""The backend `house.ruff`."""

from house.ruff import rules as ruff_rules


def rules():
    return ruff_rules.rules()
