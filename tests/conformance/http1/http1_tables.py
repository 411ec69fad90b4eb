"""All tables of HTTP/1.1 in one.

In: nothing. Out: `CASES` and `identified`, which makes parameters of them. Never: a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from conformance.http1.http1_bodies import CHUNKS, FRAMING
from conformance.http1.http1_fields import FIELDS
from conformance.http1.http1_lines import REQUEST_LINES, TARGETS
from conformance.http1.http1_samples import Row
from conformance.http1.http1_sequences import SEQUENCES

CASES: list[Row] = [*REQUEST_LINES, *TARGETS, *FIELDS, *FRAMING, *CHUNKS, *SEQUENCES]


def identified(rows: Iterable[Row]) -> list[Any]:
    """Bytes and events of each row, under its section and name."""
    return [pytest.param(data, events, id=f"RFC {section}: {name}") for section, name, data, events in rows]
