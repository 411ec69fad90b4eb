"""How authors write the Python type of a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.ir import PyType
from katana.sql._py_types import NotAType, read_comment, read_spec

WRITTEN = [
    ("a.b.C", PyType(name="a.b.C")),
    ("list[a.C]", PyType(name="a.C", within="list")),
    ("dict[str, a.C]", PyType(name="a.C", within="dict")),
    ("dict[str,a.C]", PyType(name="a.C", within="dict")),
    ("a.C via a.read, b.write", PyType(name="a.C", read="a.read", write="b.write")),
    ("[]", 1),
    ("[][][][][][]", 6),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN, ids=[text for text, _ in WRITTEN])
def test_a_type_is_read(text, expected):
    assert read_spec(text) == expected


WRONG = [
    "", "C", "a.C]", "list[a.C", "dict[int, a.C]", "a.class", "a.C via a.read", "a.C via read, write", "a..C",
    "a.C; import os",
    "a.C\nimport os", "__import__('os').x", "[][][][][][][]", "list[list[a.C]]", "1.C", "a.C via a.if, a.w",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_type_is_refused(text):
    with pytest.raises(NotAType):
        read_spec(text)


@given(st.text(max_size=30))
def test_only_names_ever_pass(text):
    try:
        found = read_spec(text)
    except NotAType:
        return
    if isinstance(found, PyType):
        assert all(part.isidentifier() for part in found.name.split("."))


def test_a_comment_may_say_other_things_too():
    assert read_comment("The settings.\n  katana: type=a.C  \nMore.") == PyType(name="a.C")
    assert read_comment("Written by katana: see there") is None
    assert read_comment("") is None


@pytest.mark.parametrize(
    "text", ["katana:", "katana: a.C", "katana: type = C", "katana: type = [][]", "katana: type = a.C\nkatana: x"]
)
def test_a_comment_that_means_katana_has_to_give_a_type(text):
    with pytest.raises(NotAType):
        read_comment(text)
