"""What a body says about types.

In: the contents of a body. Out: types with their schemas, those of elements of sequences among them. Never: media
types.
"""

from __future__ import annotations

from collections.abc import Iterator

from katana import ir


def typed(content: ir.Content) -> Iterator[tuple[ir.Type, ir.Json]]:
    """Every type of a content, and the schema beside it."""
    if content.type is not None:
        yield content.type, content.schema
    item = content.item
    if item is None:
        return
    if not item.events:
        yield item.type, item.schema
    for event in item.events:
        yield event.type, event.schema
