"""`x-katana-alloc`: which types the cyclic collector looks at.

In: an `Api`. Out: the names of types that are tracked. Never: a type that both an arena and a heap use untracked: the
heap is what a person asks for who builds cycles.

A frozen class whose values are decoded cannot be part of a cycle. One that a handler makes can, through a list that it
changes later; but such a value cannot be encoded, either.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._policies import alloc_of
from katana.gen.openapi._types import Types


def tracked_types(api: ir.Api, types: Types) -> frozenset[str]:
    """The types that operations with the policy `heap` receive or send."""
    names: set[str] = set()
    for operation in api.operations:
        if alloc_of(operation) == "heap":
            contents = list(operation.body.contents) if operation.body else []
            contents += [content for response in operation.responses for content in response.contents]
            for content in contents:
                for part in (content.type, None if content.item is None else content.item.type):
                    names.update(() if part is None else types.reachable(part))
    return frozenset(names)
