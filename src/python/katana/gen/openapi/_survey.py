"""Finds what cannot be generated.

In: an `Api`. Out: nothing, or one `DiagnosticsError` with every unsupported construct. Never: a guess, and never the
first error alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from katana import ir
from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen.openapi import _outgoing, _survey_bodies, _survey_types
from katana.gen.openapi._types import Types
from katana.gen.openapi._unsupported import UNSUPPORTED


class Found(NamedTuple):
    """An unsupported construct: its code, where it is, what it is called."""

    code: str
    pointer: str
    what: str


def refuse_unsupported(api: ir.Api) -> None:
    """Raises DiagnosticsError when the API has constructs that the emitter has no code for; it lists all of them."""
    found = refusals(api)
    if found:
        raise DiagnosticsError(found)


def refusals(api: ir.Api) -> list[Diagnostic]:
    """Every construct of the API that the emitter has no code for, with its pointer; lines are not known here."""
    return [_diagnostic(api, each) for each in dict.fromkeys(Found(*each) for each in survey(api))]


def survey(api: ir.Api) -> Iterator[tuple[str, str, str]]:
    """Code, pointer and name of every unsupported construct, in document order."""
    types = Types(api)
    for operation in api.operations:
        yield from _survey_bodies.survey(operation, types)
    yield from _outgoing.survey(api, types)
    yield from _survey_types.survey(api)


def _diagnostic(api: ir.Api, found: Found) -> Diagnostic:
    text = UNSUPPORTED[found.code]
    return Diagnostic(
        file=api.source,
        code=found.code,
        pointer=found.pointer,
        message=f"not supported: {text.message.format(what=found.what)}",
        hint=text.hint,
    )
