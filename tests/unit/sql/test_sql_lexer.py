"""Text is cut as PostgreSQL cuts it, with one addition: `@name`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.sql._lexer import tokens


def significant(text: str) -> list[str]:
    return [token.text for token in tokens(text) if token.significant]


def kinds(text: str) -> list[str]:
    return [token.kind for token in tokens(text) if token.significant]


@pytest.mark.parametrize(
    "text",
    [
        "'it''s; @no $1 -- no'",
        r"E'a\'b; @no'",
        "e'a' \n 'b\\'c'",
        "$$ ; @no $1 $x$ $$",
        "$body$ $$ ; @no $body$",
        "$é$ ; $é$",
        "U&'d\\0061t;'",
        "B'01'",
        "x'1F'",
    ],
)
def test_reads_a_string_as_one_token(text):
    assert [(token.kind, token.text) for token in tokens(text)] == [("string", text)]


@pytest.mark.parametrize("text", ["-- ; @no 'quote", "/* ; @no /* nested ' */ still */", "/**/"])
def test_reads_a_comment_as_one_token(text):
    assert [(token.kind, token.text) for token in tokens(text)] == [("comment", text)]


@pytest.mark.parametrize("text", ['"a ""b"" ; @no"', 'U&"d\\0061t"', "straße", "a$b$c", "_x1", "名前"])
def test_reads_an_identifier_as_one_token(text):
    assert [(token.kind, token.text) for token in tokens(text)] == [("identifier", text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<-1", ["a", "<", "-", "1"]),
        ("a@-1", ["a", "@-", "1"]),
        ("a*-1", ["a", "*", "-", "1"]),
        ("a--b", ["a"]),
        ("a+/* c */b", ["a", "+", "b"]),
        ("x::text[]", ["x", "::", "text", "[", "]"]),
        ("1.5e-3+.5", ["1.5e-3", "+", ".5"]),
        ("0x1F+1_000", ["0x1F", "+", "1_000"]),
        ("a[1:2]", ["a", "[", "1", ":", "2", "]"]),
        ("f(a=>1)", ["f", "(", "a", "=>", "1", ")"]),
        ("$1::int", ["$1", "::", "int"]),
        ("'a''b'::text", ["'a''b'", "::", "text"]),
    ],
)
def test_cuts_operators_and_numbers_as_postgresql_does(text, expected):
    assert significant(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id = @id", ["id", "=", "@id"]),
        ("id=@id", ["id", "=", "@id"]),
        ("id>=@id", ["id", ">=", "@id"]),
        ("a||@b||@c", ["a", "||", "@b", "||", "@c"]),
        ("@a+@b", ["@a", "+", "@b"]),
        ("@user_id::bigint[]", ["@user_id", "::", "bigint", "[", "]"]),
        ("(@a,@b)", ["(", "@a", ",", "@b", ")"]),
        ("x->>@key", ["x", "->>", "@key"]),
        ("tags @>@other", ["tags", "@>", "@other"]),
    ],
)
def test_finds_named_parameters(text, expected):
    assert significant(text) == expected


@pytest.mark.parametrize(
    "text", ["tags <@other", "tags @> other", "a @@ b", "a @@b", "@ -5", "a <@ b", "t ^@prefix", "@-@ path", "j @? 'x'"]
)
def test_leaves_operators_with_an_at_sign_alone(text):
    assert "named" not in kinds(text)


@pytest.mark.parametrize("text", ["'never ends", "$$ never ends", "/* /* */ never ends", '"never ends', "E'x\\'"])
def test_calls_what_never_ends_an_error(text):
    assert [token.kind for token in tokens(text)] == ["error"]


@given(st.text(alphabet=st.sampled_from("aE@$'\"-/*+<>=;:.()1\\ \n\t\x0bé~!"), max_size=40))
def test_covers_every_text_without_gaps(text):
    position = 0
    for token in tokens(text):
        assert token.start == position
        assert token.text
        position = token.end
    assert position == len(text)
