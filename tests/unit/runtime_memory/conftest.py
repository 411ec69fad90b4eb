"""How long the soak test runs."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--minutes N`: beyond the few seconds that it takes anyway."""
    parser.addoption("--minutes", type=float, default=0.0, help="let the soak test run so long")
