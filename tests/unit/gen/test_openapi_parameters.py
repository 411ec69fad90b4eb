"""Parameters: texts to values, in every place and style that is supported."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest


def _query(name, schema, **more):
    return {"name": name, "in": "query", "schema": schema, **more}


def test_scalars_are_decoded_strictly(build_parameters):
    package = build_parameters(
        _query("n", {"type": "integer", "minimum": 0, "maximum": 10}),
        _query("x", {"type": "number"}),
        _query("b", {"type": "boolean"}),
        _query("s", {"type": "string", "maxLength": 3}),
    )
    assert package.arguments("GET", "/?n=7&x=1.5&b=true&s=abc")[1] == {"n": 7, "x": 1.5, "b": True, "s": "abc"}
    for text in ("1e1", "7.0"):
        assert package.errors("GET", f"/?n={text}") == [("query", "/n", "must be an integer")]
    assert package.arguments("GET", "/?x=1e1")[1] == {"n": None, "x": 10.0, "b": None, "s": None}
    assert package.errors("GET", "/?n=11&x=nan&b=True&s=abcd") == [
        ("query", "/b", "must be true or false"),
        ("query", "/n", "must be at most 10"),
        ("query", "/s", "must have at most 3 characters"),
        ("query", "/x", "must be a number"),
    ]


@pytest.mark.parametrize(
    "text", ["1_0", "%201", "1%20", "+1", "%2B1", "01", "\u0661", "1.5", "", "0x1", "1" * 400, "--1"]
)
def test_text_that_only_python_would_take_for_an_integer_is_refused(build_parameters, text):
    assert build_parameters(_query("n", {"type": "integer"})).errors("GET", f"/?n={text}") == [
        ("query", "/n", "must be an integer")
    ]


def test_a_required_parameter_that_is_absent_is_reported(build_parameters):
    package = build_parameters(_query("n", {"type": "integer"}, required=True))
    assert package.errors("GET", "/") == [("query", "/n", "is required")]


def test_a_scalar_given_twice_is_refused(build_parameters):
    package = build_parameters(_query("n", {"type": "integer"}))
    assert package.errors("GET", "/?n=1&n=1") == [("query", "/n", "must be given once")]


def test_defaults_fill_in_for_absent_parameters(build_parameters):
    package = build_parameters(
        _query("n", {"type": "integer", "default": 5}),
        _query("on", {"type": "string", "format": "date", "default": "2026-01-02"}),
        _query("ids", {"type": "array", "items": {"type": "integer"}, "default": [1]}),
    )
    assert package.arguments("GET", "/")[1] == {"n": 5, "on": date(2026, 1, 2), "ids": [1]}


@pytest.mark.parametrize(
    ("style", "query", "expected"),
    [
        ({}, "ids=1&ids=2", [1, 2]),
        ({"explode": False}, "ids=1,2", [1, 2]),
        ({"explode": False}, "ids=", []),
        ({"style": "spaceDelimited", "explode": False}, "ids=1%202", [1, 2]),
        ({"style": "pipeDelimited", "explode": False}, "ids=1|2", [1, 2]),
        ({"style": "pipeDelimited", "explode": False}, "ids=1%7C2", [1, 2]),
    ],
)
def test_arrays_come_in_every_style(build_parameters, style, query, expected):
    package = build_parameters(_query("ids", {"type": "array", "items": {"type": "integer"}}, **style))
    assert package.arguments("GET", f"/?{query}")[1] == {"ids": expected}


def test_an_encoded_separator_belongs_to_its_item(build_parameters):
    package = build_parameters(_query("xs", {"type": "array", "items": {"type": "string"}}, explode=False))
    assert package.arguments("GET", "/?xs=a%2Cb,c")[1] == {"xs": ["a,b", "c"]}


def test_the_items_of_an_array_are_checked_one_by_one(build_parameters):
    package = build_parameters(_query("ids", {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}))
    assert package.errors("GET", "/?ids=1&ids=x") == [("query", "/ids/1", "must be an integer")]
    assert package.errors("GET", "/?ids=1&ids=1") == [("query", "/ids", "must not contain an item twice")]


def test_path_arguments_are_positional_and_converted(build_parameters):
    package = build_parameters(
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
        {"name": "n", "in": "path", "required": True, "schema": {"type": "integer", "format": "int32"}},
        path="/a/{n}/b/{id}",
    )
    text = "12345678-1234-1234-1234-123456789012"
    assert package.arguments("GET", f"/a/7/b/{text}") == ((7, UUID(text)), {})
    assert package.errors("GET", "/a/2147483648/b/x") == [
        ("path", "/id", "must have the format `uuid`"),
        ("path", "/n", "must be at most 2147483647"),
    ]


def test_headers_and_cookies_are_read_by_name(build_parameters):
    package = build_parameters(
        {"name": "X-Count", "in": "header", "required": True, "schema": {"type": "integer"}},
        {"name": "X-Tags", "in": "header", "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "sid", "in": "cookie", "schema": {"type": "string", "minLength": 2}},
    )
    headers = (("x-count", "3"), ("x-tags", "a, b"), ("cookie", "sid=xy; other=1"))
    assert package.arguments("GET", "/", headers=headers)[1] == {"x_count": 3, "x_tags": ["a", "b"], "sid": "xy"}
    assert package.errors("GET", "/", headers=(("cookie", "sid=x"),)) == [
        ("header", "/X-Count", "is required"),
        ("cookie", "/sid", "must have at least 2 characters"),
    ]


def test_enums_patterns_and_formats_are_checked(build_parameters):
    package = build_parameters(
        _query("e", {"enum": ["a", "b"]}),
        _query("p", {"type": "string", "pattern": "^\\d+$"}),
        _query("m", {"type": "string", "format": "email"}),
        _query("u", {"type": ["integer", "null"]}),
    )
    assert package.arguments("GET", "/?e=a&p=12&m=a@b.c&u=null")[1] == {"e": "a", "p": "12", "m": "a@b.c", "u": None}
    assert package.errors("GET", "/?e=c&p=%D9%A1&m=x&u=y") == [
        ("query", "/e", "must be one of 'a', 'b'"),
        ("query", "/m", "must have the format `email`"),
        ("query", "/p", "must match the pattern ^\\d+$"),
        ("query", "/u", "must be an integer or null"),
    ]


def test_parameters_may_have_the_names_of_what_endpoints_use_themselves(build_parameters):
    names = ["query", "text", "ctx", "self", "body", "result", "integer", "recover", "validators", "single", "INVALID"]
    names += ["items", "item", "cookie", "chosen", "repeated", "to_date", "list"]
    package = build_parameters(*(_query(name, {"type": "integer"}) for name in names))
    _, keywords = package.arguments("GET", "/?" + "&".join(f"{name}={i}" for i, name in enumerate(names)))
    assert sorted(keywords.values()) == list(range(len(names)))
