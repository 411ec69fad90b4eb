"""An issuer for each test."""

from __future__ import annotations

import pytest

from unit.runtime_jwt.jwt_issuer import serving


@pytest.fixture
def issuer():
    with serving() as made:
        yield made
