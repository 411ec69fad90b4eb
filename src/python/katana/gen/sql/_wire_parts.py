"""What a form is made of.

In: a `Wire`. Out: the forms within it, the innermost first. Never: one of them twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from katana.gen.sql._wire import Array, Composite, Converted, Multirange, Range, Wire


def inner(wire: Wire) -> tuple[Wire, ...]:
    """The forms that `wire` is made of directly."""
    if isinstance(wire, Array):
        return (wire.element,)
    if isinstance(wire, Range):
        return (wire.bound,)
    if isinstance(wire, Multirange):
        return (wire.range.bound,)
    if isinstance(wire, Converted):
        return (wire.base,)
    return tuple(field.wire for field in wire.fields) if isinstance(wire, Composite) else ()


def parts(wire: Wire, *, itself: bool = True) -> Iterator[Wire]:
    """Everything within `wire`, and `wire` itself at the end."""
    seen: set[Wire] = set()
    for below in inner(wire):
        for part in parts(below):
            if part not in seen:
                seen.add(part)
                yield part
    if itself:
        yield wire
