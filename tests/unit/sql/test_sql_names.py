"""Any name of SQL becomes a usable name of Python."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.sql._names import py_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("id", "id"),
        ("createdAt", "created_at"),
        ("HTTPServer", "http_server"),
        ("class", "class_"),
        ("Class", "class_"),
        ("2fa", "n2fa"),
        ("first name", "first_name"),
        ("__class__", "class_"),
        ("_private", "private"),
        ("?column?", "column"),
        ("", "unnamed"),
        ("💥", "unnamed"),
        ("x\nimport os", "x_import_os"),
        ("größe", "größe"),
    ],
)
def test_names_are_snake_case_identifiers(name, expected):
    assert py_name(name) == expected


def test_reserved_names_get_an_underscore():
    assert py_name("ctx", reserved=frozenset(("ctx",))) == "ctx_"


@given(st.text(max_size=30))
def test_every_text_becomes_a_public_identifier(name):
    result = py_name(name)
    assert result.isidentifier()
    assert not keyword.iskeyword(result)
    assert not result.startswith("_")
