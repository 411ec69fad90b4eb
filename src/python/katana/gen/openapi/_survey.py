"""Finds what cannot be generated.

In: an `Api`. Out: nothing, or one `DiagnosticsError` with every unsupported construct. Never: a guess.
"""

from katana import ir


def refuse_unsupported(api: ir.Api) -> None:
    """Raises DiagnosticsError when the API has constructs that the emitter has no code for."""
