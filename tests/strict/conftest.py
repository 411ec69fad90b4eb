"""Options of the strict run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--whole`: all tests of the runtime that need no database."""
    parser.addoption("--whole", action="store_true", help="run every test of the runtime")
