"""Names of a specification as Python names."""

import keyword

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from katana.spec.lower._identifiers import Names, extend, pascal, snake, unique
from katana.spec.lower._reserved import ANNOTATION_NAMES, TYPE_NAMES


@pytest.mark.parametrize(
    ("text", "variable", "cls"),
    [
        ("createdAt", "created_at", "CreatedAt"),
        ("HTTPServer", "http_server", "HTTPServer"),
        ("userIDs", "user_ids", "UserIDs"),
        ("home-address", "home_address", "HomeAddress"),
        ("repos/get-content", "repos_get_content", "ReposGetContent"),
        ("class", "class_", "Class"),
        ("None", "none_", "None_"),
        ("2fa", "field_2_fa", "Type2Fa"),
        ("ipv4", "ipv4", "Ipv4"),
        ("+1", "plus_1", "Plus1"),
        ("-1", "minus_1", "Minus1"),
        ("__class__", "class_", "Class"),
        ("_id", "id", "Id"),
        ("@type", "type", "Type"),
        ("$ref", "ref", "Ref"),
        ("", "field", "Type"),
        ("***", "field", "Type"),
        ("café", "cafe", "Cafe"),
        ("groß", "gro_u223", "GroU223"),
        ("名前", "u21517_u21069", "U21517U21069"),
        ("аbc", "u1072_bc", "U1072Bc"),
        ('"; import os #', "import_os", "ImportOs"),
        ("a\nb", "a_b", "AB"),
    ],
)
def test_a_name_reads_like_python(text, variable, cls):
    assert snake(text, "field") == variable
    assert pascal(text) == cls


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.text(max_size=300))
def test_any_text_becomes_a_plain_ascii_identifier(text):
    for name in (snake(text, "field"), pascal(text), extend("Owner", text)):
        assert name.isidentifier()
        assert name.isascii()
        assert not keyword.iskeyword(name)
        assert not name.startswith("_")
        assert len(name) <= 101


def test_names_that_collide_are_numbered_in_order_and_an_exact_name_wins():
    assert unique(["userId", "user_id", "user-id"], "field", ()) == ["user_id_2", "user_id", "user_id_3"]
    assert unique(["a", "A", "a_2"], "field", ()) == ["a", "a_3", "a_2"]


def test_a_reserved_name_gets_a_suffix():
    assert unique(["date", "list", "self", "type"], "field", ANNOTATION_NAMES) == ["date_", "list_", "self", "type"]
    assert Names(TYPE_NAMES, suffix="Model").take("Problem") == "ProblemModel"


def test_long_names_are_cut_and_stay_apart():
    one, other = unique(["x" * 500 + "a", "x" * 500 + "b"], "field", ())
    assert one != other
    assert len(one) == len(other) == 100


def test_ten_thousand_equal_names_are_handed_out_in_linear_time():
    names = unique(["a b"] * 10_000, "field", ())
    assert len(set(names)) == 10_000
    assert names[-1] == "a_b_10000"
