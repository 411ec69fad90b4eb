"""Every style of the standard in every location, and what is not written as it should be."""

from __future__ import annotations

import json

import msgspec
import pytest

_COLORS = {"type": "array", "items": {"type": "string"}}
_RGB = {
    "type": "object",
    "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}, "B": {"type": "integer"}},
    "required": ["R"],
}
_ARRAY = ["blue", "black", "brown"]
_OBJECT = {"R": 100, "G": 200, "B": 150}


def _parameter(location, style, explode, schema, **more):
    return {
        "name": "color",
        "in": location,
        "required": True,
        "style": style,
        "explode": explode,
        "schema": schema,
        **more,
    }


def _plain(value):
    return msgspec.to_builtins(value)


def _value(package, location, wire):
    """What the controller gets for a parameter written as in the standard's table."""
    if location == "path":
        return package.arguments("GET", f"/c/{wire}")[0][0]
    headers = {"header": (("color", wire),), "cookie": (("cookie", wire),)}.get(location, ())
    target = f"/?{wire}" if location == "query" else "/"
    return package.arguments("GET", target, headers=headers)[1]["color"]


@pytest.mark.parametrize(
    ("place", "scalar", "array", "members"),
    [
        (("path", "matrix", False), ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        (("path", "matrix", True), ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
        (("path", "label", False), ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        (("path", "label", True), ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        (("path", "simple", False), "blue", "blue,black,brown", "R,100,G,200,B,150"),
        (("path", "simple", True), "blue", "blue,black,brown", "R=100,G=200,B=150"),
        (("header", "simple", False), "blue", "blue,black,brown", "R,100,G,200,B,150"),
        (("header", "simple", True), "blue", "blue, black, brown", "R=100, G=200, B=150"),
        (("query", "form", False), "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        (("query", "form", True), "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        (("query", "spaceDelimited", False), None, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
        (("query", "spaceDelimited", True), None, "color=blue&color=black&color=brown", None),
        (("query", "pipeDelimited", False), None, "color=blue%7Cblack%7Cbrown", "color=R|100|G|200|B|150"),
        (("query", "deepObject", True), None, None, "color%5BR%5D=100&color[G]=200&color%5BB%5D=150"),
        (("query", "deepObject", False), None, None, "color%5BR%5D=100&color[G]=200&color%5BB%5D=150"),
        (("cookie", "form", False), "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        (("cookie", "form", True), "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        (("cookie", "form", True), "a=1; color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
        (("cookie", "cookie", False), "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        (("cookie", "cookie", True), "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
    ],
)
def test_the_table_of_the_standard(build, place, scalar, array, members):
    rows = [(scalar, {"type": "string"}, "blue"), (array, _COLORS, _ARRAY), (members, _RGB, _OBJECT)]
    location, style, explode = place
    for wire, schema, expected in rows:
        if wire is None:
            continue
        package = _package(build, _parameter(location, style, explode, schema))
        assert _plain(_value(package, place[0], wire)) == expected


def _package(build, *parameters, version="3.2.0"):
    path = "/c/{color}" if parameters[0]["in"] == "path" else "/"
    operation = {"operationId": "op", "parameters": list(parameters), "responses": {"204": {"description": ""}}}
    package = build({"paths": {path: {"get": operation}}}, version)
    package.result = package.module("routes").NoContent()
    return package


@pytest.mark.parametrize(
    ("place", "schema", "wire", "expected"),
    [
        (("path", "simple", False), _COLORS, "a%2Cb,c%2Fd,%E2%9C%93", ["a,b", "c/d", "✓"]),
        (("path", "simple", False), _COLORS, "a,,b", ["a", "", "b"]),
        (("path", "label", False), _COLORS, ".", []),
        (("path", "label", True), _RGB | {"additionalProperties": {"type": "number"}}, ".R=1.G=2", {"R": 1, "G": 2}),
        (("path", "matrix", False), {"type": "string"}, ";color", ""),
        (("path", "matrix", True), _COLORS, ";color", []),
        (("query", "form", False), _COLORS, "color=a%2Cb,c+d", ["a,b", "c d"]),
        (("query", "form", False), _COLORS, "color=", []),
        (("query", "form", True), _COLORS, "color=", [""]),
        (("query", "form", True), _COLORS, "color=a,b", ["a,b"]),
        (("query", "pipeDelimited", False), _COLORS, "color=a|b%7Cc", ["a", "b", "c"]),
        (("query", "form", True), {"type": "object", "additionalProperties": {"type": "integer"}}, "b=1&a=2", None),
        (("header", "simple", False), _COLORS, "a%2Cb , c", ["a%2Cb", "c"]),
        (("cookie", "form", False), {"type": "string"}, "color=Hello%2C%20world%21", "Hello, world!"),
        (("cookie", "cookie", False), {"type": "string"}, "color=Hello%2C%20world!", "Hello%2C%20world!"),
        (("cookie", "form", False), {"type": "string"}, "color=first; color=second", "first"),
    ],
)
def test_delimiters_are_split_before_anything_is_decoded(build, place, schema, wire, expected):
    location, style, explode = place
    value = _value(_package(build, _parameter(location, style, explode, schema)), location, wire)
    if expected is None:
        assert value == {"b": 1, "a": 2}
    else:
        assert _plain(value) == expected


@pytest.mark.parametrize(
    ("place", "schema", "wire", "expected"),
    [
        (("path", "label", False), _COLORS, "blue", [("", "must begin with `.`")]),
        (("path", "matrix", False), _COLORS, ";colour=blue", [("", "must begin with `;color`")]),
        (("path", "matrix", True), _RGB, "R=1", [("", "must begin with `;`")]),
        (("path", "simple", True), _RGB, "R,1", [("", "must be written as names with values: name=value")]),
        (("path", "simple", False), _RGB, "R,1,G", [("", "must have a value for each name")]),
        (("path", "simple", False), _RGB, "R,1,R,2", [("/R", "must be given once")]),
        (("query", "form", False), _COLORS, "color=a&color=b", [("", "must be given once")]),
        (("query", "form", True), _RGB, "G=x", [("/G", "must be an integer"), ("/R", "is required")]),
        (("query", "form", True), _RGB, "R=1&R=2", [("/R", "must be given once")]),
        (("query", "form", True), _RGB, "", [("/R", "is required")]),
        (("query", "deepObject", True), _RGB, "color[R]=1&color[R]=2", [("/R", "must be given once")]),
        (("query", "deepObject", True), _RGB, "color[G]=1.5", [("/G", "must be an integer"), ("/R", "is required")]),
        (
            ("query", "deepObject", True),
            _RGB | {"additionalProperties": False},
            "color[R]=1&color[G][x]=1",
            [("/G][x", "is not allowed here")],
        ),
        (("cookie", "form", True), {"type": "string"}, "color=%zz", [("", "is not encoded as it should be")]),
        (("header", "simple", False), _COLORS | {"minItems": 3}, "a,b", [("", "must have at least 3 items")]),
    ],
)
def test_what_is_not_written_as_it_should_be_is_a_422_with_its_place(build, place, schema, wire, expected):
    location, style, explode = place
    package = _package(build, _parameter(location, style, explode, schema))
    target = {"path": f"/c/{wire}", "query": f"/?{wire}"}.get(location, "/")
    headers = {"header": (("color", wire),), "cookie": (("cookie", wire),)}.get(location, ())
    found = package.errors("GET", target, headers=headers)
    assert [(where, pointer) for where, pointer, _ in found] == [(location, "/color" + p) for p, _ in expected]
    assert all(detail.startswith(text) for (_, _, detail), (_, text) in zip(found, expected, strict=True))


def test_an_exploded_object_takes_undeclared_names_only_where_its_schema_speaks_of_them(build):
    other = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    rest = {"type": "object", "properties": {"R": {"type": "integer"}}}
    closed = _package(build, _parameter("query", "form", True, rest | {"additionalProperties": False}), other)
    assert _plain(_value(closed, "query", "R=1&page=2&utm=x"))["R"] == 1
    typed = _package(
        build, _parameter("query", "form", True, rest | {"additionalProperties": {"type": "integer"}}), other
    )
    assert typed.errors("GET", "/?R=1&page=2&utm=x") == [("query", "/color/utm", "must be an integer")]
    free = _package(build, _parameter("query", "form", True, {"type": "object"}), other)
    assert _value(free, "query", "a=1&b=true&page=2&c=x") == {"a": 1, "b": True, "c": "x"}


def test_members_of_an_exploded_object_may_be_arrays_that_repeat_their_name(build):
    schema = {
        "type": "object",
        "properties": {"page": {"type": "integer"}, "sort": {"type": "array", "items": {"type": "string"}}},
    }
    value = _value(_package(build, _parameter("query", "form", True, schema)), "query", "page=1&sort=a&sort=b,desc")
    assert (value.page, value.sort) == (1, ["a", "b,desc"])


@pytest.mark.parametrize(
    ("schema", "wire", "expected"),
    [
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "color=7", 7),
        ({"anyOf": [{"type": "integer", "maximum": 5}, {"type": "string"}]}, "color=7", "7"),
        ({"oneOf": [{"type": "string"}, _COLORS]}, "color=a", "a"),
        ({"oneOf": [{"type": "string"}, _COLORS]}, "color=a&color=b", ["a", "b"]),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, "color=null", None),
        ({"const": "7"}, "color=7", "7"),
        ({"const": 7}, "color=7", 7),
        ({"enum": ["1", 2, True]}, "color=1", "1"),
        ({"enum": ["1", 2, True]}, "color=true", True),
        ({"type": "array", "items": {"type": ["integer", "string"]}}, "color=1&color=a", [1, "a"]),
    ],
)
def test_a_text_means_the_first_value_that_the_schema_accepts(build, schema, wire, expected):
    value = _value(_package(build, _parameter("query", "form", True, schema)), "query", wire)
    assert value == expected
    assert type(value) is type(expected)


def test_scalars_and_deep_objects_may_share_a_name(build):
    schema = {"anyOf": [_RGB, {"type": "integer"}]}
    package = _package(build, _parameter("query", "deepObject", True, schema))
    assert _value(package, "query", "color=5") == 5
    assert _plain(_value(package, "query", "color[R]=5&color[G]=1"))["R"] == 5


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("color[]=a&color%5B%5D=b%2Cc", ["a", "b,c"]),
        ("color[1]=b&color[0]=a&other=1", ["a", "b"]),
        ("color[]=", [""]),
        ("color[]=a&color[x]=b", "must be written as items: name[]=value, or name[0]=value"),
        ("color[0]=a&color[0]=b", "must be written as items: name[]=value, or name[0]=value"),
        ("color[99999]=a", "must be written as items: name[]=value, or name[0]=value"),
        ("color=a", "is required"),
    ],
)
def test_arrays_in_brackets_are_read_as_the_clients_of_deep_objects_write_them(build, wire, expected):
    package = _package(build, _parameter("query", "deepObject", True, _COLORS))
    if isinstance(expected, str):
        assert package.errors("GET", f"/?{wire}") == [("query", "/color", expected)]
    else:
        assert _value(package, "query", wire) == expected


def test_an_empty_value_that_is_allowed_means_that_the_parameter_is_not_used(build):
    def package(schema, **more):
        parameter = {"name": "color", "in": "query", "allowEmptyValue": True, "schema": schema, **more}
        return _package(build, parameter)

    assert _value(package({"type": "integer"}), "query", "color=") is None
    assert _value(package({"type": "integer"}), "query", "color") is None
    assert _value(package({"type": "integer"}), "query", "color=7") == 7
    assert _value(package({"type": "integer", "default": 3}), "query", "color") == 3
    assert _value(package({"type": "string"}), "query", "color") == ""
    assert _value(package({"type": "string", "minLength": 1}), "query", "color") is None
    assert _value(package({"type": ["integer", "null"], "default": 3}), "query", "color=") is None
    required = package({"type": "integer"}, required=True)
    assert required.errors("GET", "/?color=") == [("query", "/color", "is required")]
    assert package({"type": "integer"}).errors("GET", "/?color=x") == [("query", "/color", "must be an integer")]


_POINT = {"type": "object", "required": ["lat"], "properties": {"lat": {"type": "number"}, "tags": _COLORS}}


@pytest.mark.parametrize(
    ("location", "wire"),
    [
        ("query", "color=%7B%22lat%22:1.5,+%22tags%22:[%22%C3%A9%22]%7D"),
        ("path", "%7B%22lat%22:1.5,%22tags%22:[%22%C3%A9%22]%7D"),
        ("header", '{"lat":1.5,"tags":["\u00c3\u00a9"]}'),
        ("cookie", 'color={"lat":1.5,"tags":["\u00c3\u00a9"]}'),
        ("cookie", "color=%7B%22lat%22:1.5%2C%22tags%22:[%22%C3%A9%22]%7D"),
    ],
)
def test_a_parameter_may_be_a_json_document(build, location, wire):
    parameter = {"name": "color", "in": location, "required": True, "content": {"application/json": {"schema": _POINT}}}
    value = _value(_package(build, parameter), location, wire)
    assert (value.lat, value.tags) == (1.5, ["é"])


def test_a_document_that_is_no_json_or_not_valid_is_refused_at_its_place(build):
    package = _package(build, {"name": "color", "in": "query", "content": {"application/json": {"schema": _POINT}}})
    assert package.errors("GET", "/?color={") == [("query", "/color", "is not JSON: input data was truncated")]
    repeated = [("query", "/color", "names a member of an object twice")]
    assert package.errors("GET", '/?color={"lat":1,"lat":2}') == repeated
    assert package.errors("GET", "/?color=" + "[" * 200 + "]" * 200) == [("query", "/color", "nests too deep")]
    wrong = json.dumps({"lat": "x"}).replace(" ", "")
    assert package.errors("GET", f"/?color={wrong}") == [("query", "/color/lat", "must be a number")]
    assert package.errors("GET", "/?color=1&color=2") == [("query", "/color", "must be given once")]
    assert package.arguments("GET", "/")[1] == {"color": None}


def test_content_that_is_no_json_is_text(build):
    schema = {"type": "string", "maxLength": 3}
    package = _package(build, {"name": "color", "in": "query", "content": {"text/plain": {"schema": schema}}})
    assert _value(package, "query", "color=1+2") == "1 2"
    assert package.errors("GET", "/?color=1234") == [("query", "/color", "must have at most 3 characters")]
    assert _value(_package(build, {"name": "color", "in": "query", "content": {"text/csv": {}}}), "query", "color=a,b")


def test_the_whole_query_may_be_one_parameter(build):
    def package(media, schema, **more):
        return _package(build, {"name": "color", "in": "querystring", "content": {media: {"schema": schema}}, **more})

    form = package("application/x-www-form-urlencoded", _RGB | {"additionalProperties": False})
    assert form.arguments("GET", "/?R=1&G=2")[1]["color"].g == 2
    assert form.errors("GET", "/?R=1&x=2") == [("querystring", "/color/x", "is not allowed here")]
    assert form.arguments("GET", "/")[1] == {"color": None}
    text = {"type": "object", "properties": {"foo": {"type": "string"}}}
    assert (
        package("application/x-www-form-urlencoded", text).arguments("GET", "/?foo=a+%2B+b")[1]["color"].foo == "a + b"
    )
    document = package("application/json", _POINT, required=True)
    assert document.arguments("GET", "/?%7B%22lat%22:1%7D")[1]["color"].lat == 1
    assert document.errors("GET", "/") == [("querystring", "/color", "is required")]
    path = package("application/jsonpath", {"type": "string"})
    assert path.arguments("GET", "/?%24.a+b%5B1:1%5D")[1] == {"color": "$.a+b[1:1]"}


def test_reserved_characters_may_stand_unencoded_whether_or_not_it_is_allowed(build):
    parameter = {"name": "color", "in": "query", "allowReserved": True, "schema": {"type": "string"}}
    assert _value(_package(build, parameter), "query", "color=/a:b?c@d,e;f=g%2B") == "/a:b?c@d,e;f=g+"


def test_every_mistake_of_a_request_is_in_one_list(build):
    package = _package(
        build,
        {"name": "color", "in": "path", "required": True, "schema": {"type": "array", "items": {"type": "integer"}}},
        {"name": "filter", "in": "query", "style": "deepObject", "schema": _RGB},
        {"name": "X-At", "in": "header", "schema": {"type": "string", "format": "date"}},
        {"name": "sid", "in": "cookie", "schema": {"type": "string", "minLength": 3}},
    )
    headers = (("x-at", "today"), ("cookie", "sid=a"))
    assert package.errors("GET", "/c/1,x?filter[R]=a&filter[G]=b&unknown=1", headers=headers) == [
        ("path", "/color/1", "must be an integer"),
        ("query", "/filter/G", "must be an integer"),
        ("query", "/filter/R", "must be an integer"),
        ("header", "/X-At", "must have the format `date`"),
        ("cookie", "/sid", "must have at least 3 characters"),
    ]
