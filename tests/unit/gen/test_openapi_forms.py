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
        (b"&".join([b"a=1"] * 300), "The body is not a form: it has more than 256 parameters."),
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
        {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {}}}}},
        {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "array", "items": {}}}}},
        {"type": "object", "properties": {"a": {}}},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
        {"type": "string"},
    ],
)
def test_what_has_no_single_spelling_in_a_form_is_refused(build_form, schema):
    with pytest.raises(DiagnosticsError) as caught:
        build_form(schema)
    assert {each.code for each in caught.value.diagnostics} == {"unsupported-form"}
