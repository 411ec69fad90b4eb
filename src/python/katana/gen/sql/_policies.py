"""What `repo.py` says of a query's policy.

In: a query. Out: arguments of its statement, the expression of its deadline. Never: anything where there is no policy.
"""

from __future__ import annotations

from collections.abc import Collection

from katana import ir
from katana.gen.source import Module
from katana.gen.sql._types import RUNTIME


def statement_arguments(query: ir.Query) -> list[str]:
    """The lines that a `Statement` has for its policy."""
    policy = query.policy
    if policy is None:
        return []
    lines = ["read_only=True,"] if policy.read_only else []
    lines += ["replica_ok=True,"] if policy.replica_ok else []
    return [*lines, f"cache={seconds(policy.cache_ms)},"] if policy.cache_ms else lines


def deadline(module: Module, query: ir.Query, avoid: Collection[str] = ()) -> str:
    """The deadline of a call: that of the request, or sooner."""
    if query.policy is None or not query.policy.timeout_ms:
        return "ctx.deadline"
    return f"{module.use(RUNTIME, 'within', avoid)}({seconds(query.policy.timeout_ms)}, ctx.deadline)"


def is_cached(query: ir.Query) -> bool:
    """Whether answers of the query are kept."""
    return query.policy is not None and query.policy.cache_ms > 0


def seconds(milliseconds: int) -> str:
    """A number of seconds as Python spells it: `2`, `0.25`."""
    return f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")
