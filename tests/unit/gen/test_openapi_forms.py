"""Bodies that are forms, alone and beside JSON."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from katana.diagnostics import DiagnosticsError

_FORM = (("content-type", "application/x-www-form-urlencoded"),)
_JSON = (("content-type", "application/json; charset=utf-8"),)
_SEARCH = {
    "type": "object",
    "required": ["criteria"],
    "properties": {
        "criteria": {"type": "string", "minLength": 1, "maxLength": 10},
        "start": {"type": "integer", "minimum": 0, "default": 0},
        "exact": {"type": "boolean"},
        "fields": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "since": {"type": "string", "format": "date"},
    },
}


@pytest.fixture
def build_form(build):
    def make(schema, *media_types, required=True):
        names = media_types or ("application/x-www-form-urlencoded",)
        content = {name: {"schema": {"$ref": "#/components/schemas/Form"}} for name in names}
        body = {"required": required, "content": content}
        operation = {"operationId": "op", "requestBody": body, "responses": {"204": {"description": ""}}}
        package = build({"paths": {"/": {"post": operation}}, "components": {"schemas": {"Form": schema}}})
        package.result = package.module("routes").NoContent()
        return package

    return make


def test_a_form_reaches_the_controller_as_a_dto(build_form):
    package = build_form(_SEARCH)
    text = b"criteria=a+b%26c%C3%A9&start=7&exact=true&fields=x&fields=y&since=2026-01-02&other=1"
    (body,), _ = package.arguments("POST", "/", text, _FORM)
    assert (body.criteria, body.start, body.exact, body.fields) == ("a b&cé", 7, True, ["x", "y"])
    assert body.since.isoformat() == "2026-01-02"


def test_absent_members_of_a_form_are_unset_or_have_their_default(build_form):
    (body,), _ = build_form(_SEARCH).arguments("POST", "/", b"criteria=a", _FORM)
    assert (body.start, body.exact, body.fields) == (0, UNSET, UNSET)


def test_every_mistake_in_a_form_is_listed(build_form):
    package = build_form(_SEARCH)
    assert package.errors("POST", "/", b"start=1e1&exact=yes&fields=a&fields=b&fields=c&since=x&since=y", _FORM) == [
        ("body", "/criteria", "is required"),
        ("body", "/exact", "must be true or false"),
        ("body", "/fields", "must have at most 2 items"),
        ("body", "/since", "must be given once"),
        ("body", "/since", "must have the format `date`"),
        ("body", "/start", "must be an integer"),
    ]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"criteria=%zz", "The body is not a form: "),
        (b"criteria=\xff", "The body is not a form: it is not UTF-8."),
        (b"criteria=%ff", "The body is not a form: "),
        (b"&".join([b"a=1"] * 1001), "The body is not a form: it has more than 1000 members."),
    ],
)
def test_a_body_that_is_no_form_is_a_400(build_form, body, detail):
    problem = build_form(_SEARCH).problem("POST", "/", body, _FORM)
    assert problem.status == 400
    assert str(problem.detail).startswith(detail)


def test_an_absent_form_is_an_error_unless_it_is_optional(build_form):
    assert build_form(_SEARCH).errors("POST", "/", b"", _FORM) == [("body", "", "is required")]
    assert build_form(_SEARCH, required=False).arguments("POST", "/", b"", _FORM)[0] == (UNSET,)


def test_an_operation_may_take_a_form_or_json(build_form):
    package = build_form(_SEARCH, "application/x-www-form-urlencoded", "application/json")
    assert package.arguments("POST", "/", b"criteria=a&start=7", _FORM)[0][0].start == 7
    assert package.arguments("POST", "/", {"criteria": "a", "start": 7}, _JSON)[0][0].start == 7
    assert package.errors("POST", "/", {"criteria": "a", "start": "7"}, _JSON)
    assert package.problem("POST", "/", b"{", _JSON).status == 400


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
        {"type": "string"},
    ],
)
def test_what_has_no_single_spelling_in_a_form_is_refused(build_form, schema):
    with pytest.raises(DiagnosticsError) as caught:
        build_form(schema)
    assert {each.code for each in caught.value.diagnostics} == {"unsupported-form"}


_ENCODED = {
    "type": "object",
    "properties": {
        "ids": {"type": "array", "items": {"type": "integer"}},
        "words": {"type": "array", "items": {"type": "string"}},
        "pipes": {"type": "array", "items": {"type": "string"}},
        "each": {"type": "array", "items": {"type": "boolean"}},
        "place": {"type": "object", "properties": {"x": {"type": "integer"}, "names": {"type": "array", "items": {}}}},
        "deep": {
            "type": "object",
            "required": ["street"],
            "properties": {
                "street": {"type": "string"},
                "no": {"type": "integer"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "inner": {"type": "object", "properties": {"on": {"type": "boolean"}}},
                "rows": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
            },
        },
        "meta": {"type": "object", "additionalProperties": {"type": "integer"}},
        "text": {"type": "string"},
        "numbers": {"type": "array", "items": {"type": "integer"}},
        "points": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "integer"}}}},
    },
}
_ENCODINGS = {
    "ids": {"style": "form", "explode": False},
    "words": {"style": "spaceDelimited"},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "each": {"explode": True},
    "deep": {"style": "deepObject", "explode": True},
    "meta": {"style": "deepObject"},
    "text": {"contentType": "application/json"},
    "numbers": {"contentType": "application/json"},
}


@pytest.fixture
def build_encoded(build):
    content = {"application/x-www-form-urlencoded": {"schema": _ENCODED, "encoding": _ENCODINGS}}
    body = {"required": True, "content": content}
    operation = {"operationId": "op", "requestBody": body, "responses": {"204": {"description": ""}}}
    package = build({"paths": {"/": {"post": operation}}})
    package.result = package.module("routes").NoContent()
    return package


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (b"ids=1,2,3", "ids", [1, 2, 3]),
        (b"ids=", "ids", []),
        (b"words=a%20b+c", "words", ["a", "b", "c"]),
        (b"pipes=a|b%7Cc", "pipes", ["a", "b", "c"]),
        (b"pipes=a%2Cb|c%26", "pipes", ["a,b", "c&"]),
        (b"each=true&each=false", "each", [True, False]),
        (b"text=%22a%22", "text", "a"),
        (b"numbers=[1,2]", "numbers", [1, 2]),
        (b"meta[a]=1&meta%5Bb%5D=2", "meta", {"a": 1, "b": 2}),
    ],
)
def test_the_encoding_of_a_member_says_how_its_text_is_read(build_encoded, text, name, expected):
    (body,), _ = build_encoded.arguments("POST", "/", text, _FORM)
    assert getattr(body, name) == expected


def test_objects_in_a_form_are_json_unless_their_style_says_otherwise(build_encoded):
    text = b'place={"x":1,"names":[2]}&points={"x":1}&points={"x":2}'
    (body,), _ = build_encoded.arguments("POST", "/", text, _FORM)
    assert (body.place.x, body.place.names, [point.x for point in body.points]) == (1, [2], [1, 2])


def test_members_in_brackets_are_read_at_every_depth(build_encoded):
    text = (
        b"deep[street]=a%26b&deep[no]=7&deep[tags][]=x&deep[tags][]=y&deep[inner][on]=true"
        b"&deep[rows][1][n]=2&deep[rows][0][n]=1&other[a]=1"
    )
    (body,), _ = build_encoded.arguments("POST", "/", text, _FORM)
    deep = body.deep
    assert (deep.street, deep.no, deep.tags, deep.inner.on) == ("a&b", 7, ["x", "y"], True)
    assert [row.n for row in deep.rows] == [1, 2]


def test_mistakes_inside_members_of_a_form_have_their_place(build_encoded):
    text = b'ids=1,x&place={"x":1,"x":2}&points={}&points=[1&deep[no]=x&deep[no]=1&numbers=1&numbers=2'
    assert build_encoded.errors("POST", "/", text, _FORM) == [
        ("body", "/deep/no", "must be an integer"),
        ("body", "/deep/no", "must be given once"),
        ("body", "/deep/street", "is required"),
        ("body", "/ids/1", "must be an integer"),
        ("body", "/numbers", "must be an array"),
        ("body", "/numbers", "must be given once"),
        ("body", "/place", "names a member of an object twice"),
        ("body", "/points/1", "is not JSON: input data was truncated"),
    ]


@pytest.mark.parametrize("text", [b"deep[a]=1&deep[a][b]=2", b"deep[a][b]=2&deep[a]=1", b"deep" + b"[a]" * 40 + b"=1"])
def test_names_that_contradict_each_other_or_nest_too_deep_make_a_form_malformed(build_encoded, text):
    assert build_encoded.problem("POST", "/", text, _FORM).status == 400


@pytest.mark.parametrize("style", ["form", "spaceDelimited"])
def test_a_style_that_spells_no_objects_is_refused_for_them(build, style):
    content = {
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {}}}}},
            "encoding": {"a": {"style": style}},
        }
    }
    operation = {"operationId": "op", "requestBody": {"content": content}, "responses": {"204": {"description": ""}}}
    with pytest.raises(DiagnosticsError) as caught:
        build({"paths": {"/": {"post": operation}}})
    assert [d.code for d in caught.value.diagnostics] == ["unsupported-form"]


def test_decimals_of_a_form_keep_every_digit(build_form):
    number = {"type": "number", "format": "decimal"}
    schema = {
        "type": "object",
        "properties": {"a": number, "o": {"type": "object", "properties": {"d": number}}},
    }
    text = b'a=0.10000000000000000001&o={"d":0.30000000000000000003}'
    (body,), _ = build_form(schema).arguments("POST", "/", text, _FORM)
    assert (str(body.a), str(body.o.d)) == ("0.10000000000000000001", "0.30000000000000000003")


def test_a_branch_of_empty_brackets_with_names_below_has_items_of_its_own(build_encoded):
    (body,), _ = build_encoded.arguments("POST", "/", b"deep[street]=a&deep[tags][1]=y&deep[tags][0]=x", _FORM)
    assert body.deep.tags == ["x", "y"]
    errors = build_encoded.errors("POST", "/", b"deep[street]=a&deep[tags][0]=x&deep[tags][0]=y", _FORM)
    assert errors == [("body", "/deep/tags/0", "must be given once")]


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        ({"type": "object"}, b"a=1&b=x", {"a": "1", "b": "x"}),
        ({"type": "object", "properties": {}}, b"a=1", {"a": "1"}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, b"a=1&b=2", {"a": 1, "b": 2}),
        (
            {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}},
            b"a=1",
            {"a": [1]},
        ),
    ],
)
def test_a_form_may_have_members_of_any_name(build_form, schema, text, expected):
    package = build_form(schema)
    (body,), _ = package.arguments("POST", "/", text, _FORM)
    assert body == expected


def test_mistakes_in_members_of_any_name_are_listed(build_form):
    package = build_form({"type": "object", "additionalProperties": {"type": "integer"}})
    assert package.errors("POST", "/", b"a=x&b=1&b=2", _FORM) == [
        ("body", "/a", "must be an integer"),
        ("body", "/b", "must be given once"),
    ]
