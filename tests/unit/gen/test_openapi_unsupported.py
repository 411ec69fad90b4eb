"""What the emitter cannot do is refused: typed, located, all at once."""

from __future__ import annotations

import re

import pytest

from katana import ir
from katana.diagnostics import DiagnosticsError
from katana.gen.openapi import generate
from katana.gen.openapi._unsupported import UNSUPPORTED

_OK = ir.Response(status="204", pointer="#/r")
_STRING = ir.StringType()


def _operation(**members):
    return ir.Operation(
        **{
            "operation_id": "op", "name": "op", "method": "GET", "path": "/x", "tag": "t", "pointer": "#/op",
            "responses": (_OK,), **members,
        }
    )  # fmt: skip


def _parameter(type_, **members):
    return ir.Parameter(
        **{
            "name": "p", "py_name": "p", "location": "query", "type": type_, "schema": {}, "pointer": "#/p",
            "style": "form", "explode": True, **members,
        }
    )  # fmt: skip


def _body(*contents):
    return ir.Body(pointer="#/b", contents=contents)


def _response(status="200", *contents, headers=()):
    return ir.Response(status=status, pointer="#/r", contents=contents, headers=headers)


def _content(media_type, type_=None):
    return ir.Content(media_type=media_type, type=type_)


def _object(*fields):
    return ir.ObjectType(fields=fields)


_THING = ir.RefType(name="Thing")
_CASES = [
    ("unsupported-union", {}, (ir.UnionType(variants=(_STRING,) * 1001),)),
    ("unsupported-content-schema", {"body": _body(_content("text/plain", ir.IntegerType()))}, ()),
    ("unsupported-content-schema", {"responses": (_response("200", _content("image/png", ir.IntegerType())),)}, ()),
    ("unsupported-parameter", {"parameters": (_parameter(_STRING, style="deepObject"),)}, ()),
    ("unsupported-parameter", {"parameters": (_parameter(_STRING, location="path"),)}, ()),
    ("unsupported-parameter", {"parameters": (_parameter(_STRING, style="pipeDelimited", explode=False),)}, ()),
    ("unsupported-parameter", {"parameters": (_parameter(_STRING, style="deepObject"),)}, ()),
    ("unsupported-parameter", {"parameters": (_parameter(ir.ArrayType(items=ir.ArrayType(items=_STRING))),)}, ()),
    ("unsupported-parameter", {"parameters": (_parameter(ir.MapType(values=ir.MapType(values=_STRING))),)}, ()),
    (
        "unsupported-parameter",
        {"parameters": (_parameter(_THING, style="deepObject"),)},
        (_object(ir.Field(name="a", py_name="a", type=ir.ArrayType(items=_STRING))),),
    ),
    (
        "unsupported-parameter",
        {"parameters": (_parameter(ir.IntegerType(), media_type="text/plain", style=""),)},
        (),
    ),
    (
        "unsupported-parameter",
        {
            "parameters": (
                _parameter(_STRING, location="querystring", media_type="application/x-www-form-urlencoded", style=""),
            )
        },
        (),
    ),
    ("unsupported-pattern", {"parameters": (_parameter(_STRING, schema={"pattern": "(a)\\1"}),)}, ()),
    ("unsupported-form", {"body": _body(_content("application/x-www-form-urlencoded"))}, ()),
    *(
        ("unsupported-member-name", {}, (_object(ir.Field(name=name, py_name="a", type=_STRING)),))
        for name in ('a"', "a\\b", "\n", "\x1f")
    ),
    ("unsupported-request-media-type", {"body": _body(_content("png"))}, ()),
    ("unsupported-request-media-type", {"body": _body(_content("application/xml", ir.MapType(values=_STRING)))}, ()),
    ("unsupported-request-media-types", {"body": _body()}, ()),
    (
        "unsupported-response-header",
        {"responses": (_response(headers=(ir.Header(name="Upgrade", py_name="t", type=_STRING, schema={}),)),)},
        (),
    ),
    (
        "unsupported-response-header",
        {"responses": (_response(headers=(ir.Header(name="a b", py_name="t", type=_STRING, schema={}),)),)},
        (),
    ),
    ("unsupported-response-media-type", {"responses": (_response("200", _content("multipart/mixed")),)}, ()),
    ("unsupported-response-media-type", {"responses": (_response("200", _content("*/png")),)}, ()),
    (
        "unsupported-response-header",
        {
            "responses": (
                _response(
                    headers=(
                        ir.Header(
                            name="X", py_name="x", schema={}, type=ir.ArrayType(items=ir.ArrayType(items=_STRING))
                        ),
                    )
                ),
            )
        },
        (),
    ),
    ("unsupported-response-media-type", {"responses": (_response("200", _content("a/b\r\nx: y")),)}, ()),
    ("unsupported-status", {"responses": ()}, ()),
    ("unsupported-status", {"responses": (_response("103"),)}, ()),
    ("unsupported-status", {"responses": (_response("204", _content("text/plain")),)}, ()),
]


def _api(operation, types):
    key = {"type": "apiKey", "in": "header", "name": "X-Key"}
    return ir.Api(
        title="t",
        version="1",
        source="s.yaml",
        operations=(operation,),
        types=tuple(ir.TypeDef(name="Thing", pointer="#/t", type=type_, schema={}) for type_ in types),
        security_schemes={"a": key, "b": key},
    )


def _refusals(operation, types=()):
    with pytest.raises(DiagnosticsError) as caught:
        generate(_api(operation, types), "x_api")
    return caught.value.diagnostics


@pytest.mark.parametrize(("code", "members", "types"), _CASES)
def test_each_construct_is_refused_with_its_code_and_place(code, members, types):
    (diagnostic,) = _refusals(_operation(**members), types)
    assert diagnostic.code == code
    assert diagnostic.file == "s.yaml"
    assert diagnostic.pointer.startswith("#/")
    assert diagnostic.message.startswith("not supported: ")
    assert diagnostic.hint


def test_every_entry_of_the_catalogue_has_a_case():
    assert {code for code, _, _ in _CASES} == {code for code in UNSUPPORTED if "outgoing" not in code}
    assert all(re.fullmatch(r"unsupported(-[a-z]+)+", code) for code in UNSUPPORTED)


def test_everything_unsupported_is_listed_in_one_run():
    operation = _operation(
        body=_body(_content("png")),
        responses=(_response("200", _content("multipart/mixed")), _response("103")),
    )
    assert [diagnostic.code for diagnostic in _refusals(operation)] == [
        "unsupported-request-media-type",
        "unsupported-response-media-type",
        "unsupported-status",
    ]


def test_policies_that_are_acted_on_reach_the_endpoint():
    limits = {"body": "64KiB", "headers": "2KiB", "concurrency": 4}
    extensions = {"x-katana-limits": limits, "x-katana-deadline": "250ms", "x-katana-json": "ondemand"}
    routes = generate(_api(_operation(extensions=extensions), ()), "x_api")["x_api/routes.py"]
    assert "body_limit=65536" in routes
    assert "header_limit=2048" in routes
    assert "concurrency=4" in routes
    assert "deadline=0.25" in routes
