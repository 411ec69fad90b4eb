"""Resolved models to `katana.ir`.

In: a workspace that passed validation. Out: `ir.Api`. Never: OpenAPI's standard rules. Last stage of the front end.
"""

from katana.spec.lower._operations import lower
from katana.spec.lower._values import Values

__all__ = ("Values", "lower")
