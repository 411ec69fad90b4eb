"""Unsupported parameters, bodies and responses of one operation.

In: an operation. Out: code, pointer, name. Never: types by themselves (`_survey_types`).
"""

from __future__ import annotations

from collections.abc import Iterator

from katana import ir
from katana.gen.openapi import _survey_parameters, _survey_requests, _survey_responses
from katana.gen.openapi._types import Types

_Finding = tuple[str, str, str]


def survey(operation: ir.Operation, types: Types) -> Iterator[_Finding]:
    """Everything in the operation that cannot be generated."""
    for parameter in operation.parameters:
        yield from _survey_parameters.survey(parameter, types)
    if operation.body is not None:
        yield from _survey_requests.survey(operation.body, types)
    yield from _survey_responses.survey(operation, types)
