"""What runs over sockets runs over every transport."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.http1.http1_transports import TRANSPORTS


@pytest.fixture(scope="session", params=TRANSPORTS)
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of a server: on uvloop, on asyncio's own loop, and of two reactors below a supervisor."""
    with TRANSPORTS[request.param]() as number:
        yield number


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--fuzz-minutes N`: damage other bytes for so long, beyond the seconds that it takes anyway."""
    parser.addoption("--fuzz-minutes", type=float, default=0.0, help="let the fuzz test run so long")
