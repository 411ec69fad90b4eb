"""Encoding Objects in the IR."""

from __future__ import annotations

import pytest

from katana import ir


@pytest.fixture
def encodings_of(bench):
    def compiled(media_type, encoding):
        operation = {
            "operationId": "send",
            "requestBody": {"content": {media_type: {"schema": {"type": "object"}, "encoding": encoding}}},
            "responses": {"204": {"description": ""}},
        }
        document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/": {"post": operation}}}
        (found,) = bench.compile(document).api.operations
        return found.body.contents[0].encodings

    return compiled


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ({}, {}),
        ({"contentType": "Image/PNG, image/*;q=1"}, {"media_types": ("image/png", "image/*")}),
        ({"style": "form"}, {"style": "form", "explode": True}),
        ({"explode": False}, {"style": "form"}),
        ({"style": "deepObject", "contentType": "text/plain"}, {"style": "deepObject"}),
        ({"style": "pipeDelimited", "explode": True}, {"style": "pipeDelimited", "explode": True}),
        ({"allowReserved": True}, {"style": "form", "explode": True, "allow_reserved": True}),
    ],
)
@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "Multipart/Form-Data"])
def test_an_encoding_has_a_style_or_media_types(encodings_of, media_type, encoding, expected):
    assert encodings_of(media_type, {"a": encoding}) == (ir.Encoding(name="a", **expected),)


def test_headers_of_parts_are_kept_but_for_their_content_type(encodings_of):
    declared = {"X-Sum": {"required": True, "schema": {"type": "integer"}}, "Content-Type": {"schema": {}}}
    (encoding,) = encodings_of("multipart/form-data", {"a": {"headers": declared}})
    assert [(header.name, header.required) for header in encoding.headers] == [("X-Sum", True)]
    (encoding,) = encodings_of("application/x-www-form-urlencoded", {"a": {"headers": declared}})
    assert encoding.headers == ()


def test_other_media_types_have_no_encodings(encodings_of):
    assert encodings_of("application/json", {"a": {"contentType": "text/plain"}}) == ()
