"""Values as parameters of a query.

In: names and values. Out: pairs of text. Never: percent-encoding, which is `_sender`'s.
"""

from __future__ import annotations

from typing import Any

from katana.runtime.generated import header_fields


def query_fields(*parameters: tuple[str, Any, bool]) -> tuple[tuple[str, str], ...]:
    """The pairs of parameters, each a name, a value and whether an array is repeated; a None is left out."""
    pairs: list[tuple[str, Any]] = []
    for name, value, explode in parameters:
        each = value if explode and isinstance(value, list) else [value]
        pairs += [(name, one) for one in each]
    return header_fields(*pairs)
