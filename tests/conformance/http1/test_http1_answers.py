"""What responses look like over real sockets, on every transport."""

from __future__ import annotations

import re

import pytest

from conformance.http1.http1_answers import ANSWERS
from conformance.http1.http1_transports import exchange, responses

ROWS = [pytest.param(*row, id=f"RFC {section}: {name}") for section, name, *row in ANSWERS]


@pytest.mark.parametrize(("data", "statuses", "names", "content"), ROWS)
def test_a_request_is_answered_like_this(
    port: int, data: bytes, statuses: list[int], names: dict[str, str | None], content: bytes | None
) -> None:
    answers = responses(exchange(port, data, ends=True), [False] * len(statuses))
    assert [answer.status for answer in answers] == statuses
    last = answers[-1]
    for name, pattern in names.items():
        if pattern is None:
            assert name not in last.fields
        else:
            assert re.fullmatch(pattern, last.fields[name])
    assert content is None or last.body == content
    assert b"secret" not in last.body
