"""Formats: the few that Python has types for, and the many that mean nothing to a validator."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("format_", ["int8", "uint64", "unix-time", "Int32", "x, os", "\n"])
def test_an_unknown_format_of_an_integer_says_nothing(build_body, format_):
    package = build_body({"type": "object", "properties": {"n": {"type": "integer", "format": format_}}})
    (body,), _ = package.arguments("POST", "/", {"n": 2**40})
    assert body.n == 2**40
    assert package.errors("POST", "/", {"n": "x"}) == [("body", "/n", "must be an integer")]


@pytest.mark.parametrize(("format_", "bits"), [("int32", 31), ("int64", 63)])
def test_the_integer_formats_of_openapi_are_ranges(build_body, format_, bits):
    package = build_body({"type": "integer", "format": format_})
    for valid in (2**bits - 1, -(2**bits)):
        assert package.arguments("POST", "/", valid)[0] == (valid,)
    for invalid in (2**bits, -(2**bits) - 1):
        assert package.errors("POST", "/", invalid)


@pytest.mark.parametrize("format_", ["password", "color", "date_time", "", "\n"])
def test_an_unknown_format_of_a_string_says_nothing(build_body, format_):
    package = build_body({"type": "string", "format": format_})
    assert package.arguments("POST", "/", "anything")[0] == ("anything",)
