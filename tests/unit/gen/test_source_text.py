"""Literals, prose and layout of generated Python."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.gen.source import WIDTH, Chain, Group, Module, SourceError, flat, identifier, layout, literal, one_line

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.lists(inner).map(tuple),
)


@given(_json)
def test_a_literal_evaluates_to_its_value_and_is_one_printable_line(value):
    text = literal(value)
    assert ast.literal_eval(text) == value
    assert len(text.splitlines()) <= 1
    assert not any(ord(c) < 32 or 0x7F <= ord(c) <= 0xA0 for c in text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", '"a"'),
        ('"', "'\"'"),
        ("'\"", '"\'\\""'),
        ("\u2028", '"\\u2028"'),
        ("é", '"é"'),
        ("🫠", '"\\U0001fae0"'),
        (b"\xff", 'b"\\xff"'),
    ],
)
def test_strings_are_quoted_as_the_formatter_quotes_them(value, text):
    assert literal(value) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), {1: {2}}])
def test_what_has_no_literal_is_refused(value):
    with pytest.raises(SourceError):
        literal(value)


@given(st.text() | st.from_regex(r"[a-z_][a-z0-9_]*", fullmatch=True))
def test_an_identifier_is_one_or_refused(name):
    try:
        spelled = identifier(name)
    except SourceError:
        return
    (statement,) = ast.parse(f"{spelled} = 1").body
    assert isinstance(statement, ast.Assign)


@given(st.text(), st.text())
def test_prose_stays_in_its_comment_and_its_docstring(comment, docstring):
    module = Module(docstring or "x", source=comment, digest=comment)
    module.space()
    with module.block("class A:"):
        module.docstring(docstring or "x")
        module.comment(comment)
        module.line("x = 1")
    tree = ast.parse(module.render())
    assert [type(node) for node in tree.body] == [ast.Expr, ast.ClassDef]
    (klass,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert [type(node) for node in klass.body] == [ast.Expr, ast.Assign]


def test_a_call_that_does_not_fit_has_one_argument_per_line_and_a_trailing_comma():
    call = Group("function(", tuple(f"argument_{number}=1" for number in range(10)), ")")
    lines = layout(("x = ", call), indent=4)
    assert lines[0] == "    x = function("
    assert lines[1] == "        argument_0=1,"
    assert lines[-1] == "    )"
    assert layout(("x = ", Group("f(", ("a", "b"), ")"))) == ["x = f(a, b)"]


def test_a_tuple_of_one_keeps_its_comma_and_a_bare_tuple_has_no_brackets_on_one_line():
    assert flat(Group("(", ("a",), ")", lone=True)) == "(a,)"
    assert flat(Group("return (", ("a", "b"), ")", bare=True)) == "return a, b"
    assert layout(Group("return (", ("a" * 80, "b" * 80), ")", bare=True)) == [
        "return (",
        f"    {'a' * 80},",
        f"    {'b' * 80},",
        ")",
    ]


def test_a_union_that_does_not_fit_stands_in_parentheses():
    names = tuple(letter * 60 for letter in "ABC")
    assert layout(("type X = ", Chain("|", names))) == [
        "type X = (",
        f"    {names[0]}",
        f"    | {names[1]}",
        f"    | {names[2]}",
        ")",
    ]
    assert all(len(line) <= WIDTH for line in layout(("type X = ", Chain("|", names[:2]))))


def test_imports_are_sorted_by_section_and_a_taken_name_gets_an_alias():
    module = Module("x", source="s", digest="d", own=("mine",))
    module.define("Meta")
    assert module.use("msgspec", "Meta") == "_Meta"
    assert module.use("mine.dto", "User") == "User"
    assert module.use("other.dto", "User") == "_User"
    assert module.use("datetime", "date", avoid=("date",)) == "_date"
    assert module.use("datetime", "date") == "date"
    assert module.use("third.dto", "User") == "_User2"
    assert module.use("third.dto", "User") == "_User2"
    assert module.render().split("\n")[3:] == [
        "",
        "from datetime import date",
        "from datetime import date as _date",
        "",
        "from msgspec import Meta as _Meta",
        "from other.dto import User as _User",
        "from third.dto import User as _User2",
        "",
        "from mine.dto import User",
        "",
    ]


def test_one_line_has_no_line_breaks_of_any_kind():
    assert one_line(" a\r\nb\u2028c\td ") == "a b c d"
