"""Headers of responses: typed attributes become field lines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

POINT = {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}, "y-axis": {"type": "boolean"}}}
REF = {"$ref": "#/components/schemas/Point"}
JSON_POINTS = {"content": {"application/json": {"schema": {"type": "array", "items": REF}}}}


@pytest.fixture
def fields(build):
    """The header fields that a response with one header has for a value; a callable gets the module of types."""

    def make(header, value, name="X-H"):
        response = {"description": "", "headers": {name: header}}
        operation = {"operationId": "op", "responses": {"200": response}}
        package = build({"paths": {"/": {"get": operation}}, "components": {"schemas": {"Point": POINT}}})
        value = value(package.module("dto")) if callable(value) else value
        package.result = package.module("responses").OpOk(**{name.lower().replace("-", "_"): value})
        return package.request("GET", "/").fields

    return make


@pytest.mark.parametrize(
    ("header", "value", "text"),
    [
        ({"schema": {"type": "string"}}, "a", "a"),
        ({"schema": {"type": "integer"}}, 5, "5"),
        ({"schema": {"type": "number"}}, 0.5, "0.5"),
        ({"schema": {"type": "boolean"}}, True, "true"),
        ({"schema": {"type": "string", "format": "date"}}, date(2024, 2, 29), "2024-02-29"),
        (
            {"schema": {"type": "string", "format": "date-time"}},
            datetime(2024, 2, 29, 1, tzinfo=UTC),
            "2024-02-29T01:00:00Z",
        ),
        ({"schema": {"type": "string", "format": "byte"}}, b"\xff", "/w=="),
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, [1, 2], "1,2"),
        ({"schema": {"type": "array", "items": {"type": "integer"}}, "explode": True}, [1, 2], "1,2"),
        ({"schema": {"type": "object", "additionalProperties": {"type": "integer"}}}, {"a": 1, "b": 2}, "a,1,b,2"),
        ({"schema": REF}, lambda dto: dto.Point(x=1, y_axis=True), "x,1,y-axis,true"),
        ({"schema": REF, "explode": True}, lambda dto: dto.Point(x=1, y_axis=True), "x=1,y-axis=true"),
        ({"schema": REF}, lambda dto: dto.Point(x=1), "x,1"),
        (JSON_POINTS, lambda dto: [dto.Point(x=1), dto.Point(x=2, y_axis=False)], '[{"x":1},{"x":2,"y-axis":false}]'),
        ({"content": {"application/json": {}}}, {"é": "\n"}, '{"\\u00e9":"\\n"}'),
        ({"content": {"text/plain": {"schema": {"type": "string"}}}}, "a", "a"),
    ],
)
def test_a_header_has_the_text_of_its_value(fields, header, value, text):
    assert fields(header, value) == (("X-H", text),)


@pytest.mark.parametrize("header", [{"schema": {"type": "integer"}}, {"schema": REF}, JSON_POINTS])
def test_an_optional_header_without_value_is_left_out(fields, header):
    assert fields(header, None) == ()


@pytest.mark.parametrize("schema", [{"type": "string"}, {"type": "array", "items": {"type": "string"}}])
def test_each_cookie_has_a_line_of_its_own(fields, schema):
    header = {"schema": schema, "required": True}
    assert fields(header, ["a=1", "b=2"], "Set-Cookie") == (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))


def test_one_cookie_is_text(fields):
    assert fields({"schema": {"type": "string"}}, "a=1", "Set-Cookie") == (("Set-Cookie", "a=1"),)


def test_a_required_header_has_to_be_given(build):
    response = {"description": "", "headers": {"X-H": {"required": True, "schema": {"type": "string"}}}}
    package = build({"paths": {"/": {"get": {"operationId": "op", "responses": {"200": response}}}}})
    with pytest.raises(TypeError, match="x_h"):
        package.module("responses").OpOk()


def test_headers_that_are_called_like_other_attributes_get_another_name(build):
    headers = {name: {"required": True, "schema": {"type": "string"}} for name in ("Length", "Body", "Status")}
    response = {"description": "", "headers": headers, "content": {"image/png": {}}}
    package = build({"paths": {"/": {"get": {"operationId": "op", "responses": {"200": response}}}}})
    ok = package.module("responses").OpOk
    package.result = ok(body=b"x", length2="1", body_="2", status2="3")
    assert package.request("GET", "/").fields == (("Length", "1"), ("Body", "2"), ("Status", "3"))
