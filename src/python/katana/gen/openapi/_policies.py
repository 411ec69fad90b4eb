"""`x-katana-*` members that generated code acts on.

In: the extensions of an operation. Out: values for `Endpoint`. Never: units of its own; the front end has checked the
texts against the extensions' schema, and warned of policies that are missing here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from msgspec.structs import replace

from katana import ir

Decoder = Literal["ondemand", "dom", "zero-copy"]
"""How JSON bodies are read; the first is what an operation gets that says nothing."""

Alloc = Literal["arena", "pmr", "heap"]
"""Where what a request makes lives; the first is what an operation gets that says nothing."""

_DECODER = "x-katana-json"
_ALLOC = "x-katana-alloc"

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES = {"B": 1, "KB": 10**3, "KiB": 2**10, "MB": 10**6, "MiB": 2**20, "GB": 10**9, "GiB": 2**30}


def with_policies(api: ir.Api, *, decoder: str = "ondemand", alloc: str = "arena") -> ir.Api:
    """The API with a decoder and a memory policy for the operations that have none of their own.

    Args:
        api: what will be generated.
        decoder: a value of `x-katana-json`.
        alloc: a value of `x-katana-alloc`.
    """
    given = {_DECODER: decoder, _ALLOC: alloc}
    if given == {_DECODER: "ondemand", _ALLOC: "arena"}:
        return api
    operations = tuple(replace(each, extensions={**given, **each.extensions}) for each in api.operations)
    return replace(api, operations=operations)


def decoder_of(operation: ir.Operation) -> Decoder:
    """How the JSON body of an operation is read."""
    value = operation.extensions.get(_DECODER)
    return "dom" if value == "dom" else "zero-copy" if value == "zero-copy" else "ondemand"


def alloc_of(operation: ir.Operation) -> Alloc:
    """Where what a request of an operation makes lives."""
    value = operation.extensions.get(_ALLOC)
    return "pmr" if value == "pmr" else "heap" if value == "heap" else "arena"


def endpoint_limits(extensions: Mapping[str, Any]) -> dict[str, int | float]:
    """`body_limit` and `header_limit` in bytes, `concurrency` and `deadline` in seconds, as far as they are set."""
    limits: dict[str, int | float] = {}
    declared = extensions.get("x-katana-limits") or {}
    for name, argument in (("body", "body_limit"), ("headers", "header_limit")):
        if name in declared:
            limits[argument] = int(_amount(declared[name], _BYTES))
    if "concurrency" in declared:
        limits["concurrency"] = declared["concurrency"]
    if "x-katana-deadline" in extensions:
        limits["deadline"] = _amount(extensions["x-katana-deadline"], _SECONDS)
    return limits


def _amount(value: float | str, units: Mapping[str, float]) -> float:
    if isinstance(value, int | float):
        return value
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([A-Za-z]+)", value)
    if found is None:
        raise ValueError(f"{value!r} is no amount")
    return float(found[1]) * units[found[2]]
