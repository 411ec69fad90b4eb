"""What a statement says of the errors that its author has answers for.

In: the errors of a query. Out: an argument of its statement. Never: anything where there are none.
"""

from __future__ import annotations

from katana import ir
from katana.gen.source import Doc, Group, Module, literal
from katana.gen.sql._types import RUNTIME


def answers(module: Module, errors: tuple[ir.QueryError, ...]) -> Doc:
    """The line `answers={...},`."""
    answer = module.use(RUNTIME, "Answer")
    rows: list[Doc] = []
    for error in errors:
        texts = (str(error.status), literal(error.code), *([literal(error.detail)] if error.detail else []))
        rows.append((f"{literal(error.error)}: ", Group(f"{answer}(", texts, ")")))
    return (Group("answers={", tuple(rows), "}"), ",")
