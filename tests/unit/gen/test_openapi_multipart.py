"""Multipart forms: what a client may send, what of it reaches the controller, and what is said about the rest."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from msgspec import UNSET

from katana.diagnostics import DiagnosticsError
from katana.runtime import ByteStream, Upload

_PHOTO = {
    "type": "object",
    "required": ["photo", "title"],
    "additionalProperties": False,
    "properties": {
        "photo": {"type": "string", "format": "binary", "minLength": 1, "maxLength": 5},
        "title": {"type": "string", "minLength": 1},
        "stars": {"type": "integer", "maximum": 5},
        "flags": {"type": "array", "items": {"type": "boolean"}},
        "ids": {"type": "array", "items": {"type": "integer"}},
        "place": {"type": "object", "required": ["x"], "properties": {"x": {"type": "number"}}},
        "more": {"type": "array", "items": {"contentMediaType": "image/*"}, "maxItems": 2},
        "notes": {"type": "string", "contentMediaType": "text/markdown"},
        "raw": {},
    },
}
_ENCODING = {
    "photo": {
        "contentType": "image/png, image/jpeg",
        "headers": {
            "X-Sum": {"required": True, "schema": {"type": "integer"}},
            "X-Tags": {"schema": {"type": "array", "items": {"type": "string"}, "maxItems": 1}},
        },
    },
    "ids": {"style": "form", "explode": False},
}
_TYPE = (("content-type", "multipart/form-data; boundary=XX"),)


def part(name, content, *head, filename=None, media_type=None):
    disposition = f'form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"')
    lines = [f"Content-Disposition: {disposition}", *head]
    if media_type:
        lines.append(f"Content-Type: {media_type}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def photo(content=b"png", *head, filename="a.png", media_type="image/png"):
    return part("photo", content, *(head or ("X-Sum: 7",)), filename=filename, media_type=media_type)


def form(*parts):
    return b"".join(b"--XX\r\n" + each + b"\r\n" for each in parts) + b"--XX--\r\n"


@pytest.fixture
def build_form(build):
    def make(schema=_PHOTO, encoding=None, *, required=True, also=None):
        content = {"multipart/form-data": {"schema": schema, "encoding": encoding or {}}, **(also or {})}
        operation = {
            "operationId": "op",
            "requestBody": {"required": required, "content": content},
            "responses": {"204": {"description": ""}},
        }
        package = build({"paths": {"/": {"post": operation}}})
        package.result = package.module("routes").NoContent()
        return package

    return make


@pytest.fixture
def package(build_form):
    return build_form(encoding=_ENCODING)


def read(package, *parts):
    """The body that the controller gets, with its files read before they are closed."""
    contents: dict[str, Any] = {}

    async def op(_self, _ctx, body):
        for name in ("photo", "raw"):
            upload = getattr(body, name, UNSET)
            if isinstance(upload, Upload):
                contents[name] = await upload.read()
        contents["more"] = [await upload.read() for upload in getattr(body, "more", UNSET) or ()]
        package.calls.append(("op", (None, body), {}))
        return package.result

    router = package.router
    type(router.match("/")[0].methods["POST"].call.__self__._api).op = op
    (body,), _ = package.arguments("POST", "/", form(*parts), _TYPE)
    return body, contents


def test_parts_reach_the_controller_as_a_dto_with_uploads(package):
    body, contents = read(
        package,
        photo(b"\x00\r\n-", filename="größe 1.png"),
        part("title", "Titel é".encode()),
        part("stars", b"3"),
        part("flags", b"true"),
        part("flags", b"false", media_type="text/plain; charset=utf-8"),
        part("ids", b"1,2"),
        part("place", b'{"x":1.5}', media_type="application/json"),
        part("more", b"1", filename="1", media_type="image/gif"),
        part("more", b"22", filename="2", media_type="image/gif"),
        part("notes", b"# a", media_type="text/markdown"),
        part("raw", b"\xff", media_type="application/x-thing"),
    )
    assert (body.title, body.stars, body.flags, body.ids, body.place.x) == ("Titel é", 3, [True, False], [1, 2], 1.5)
    assert (body.photo.filename, body.photo.media_type, body.photo.size) == ("größe 1.png", "image/png", 4)
    assert body.photo.headers.get("x-sum") == "7"
    assert (body.notes, body.raw.filename, body.raw.media_type) == ("# a", None, "application/x-thing")
    assert contents == {"photo": b"\x00\r\n-", "raw": b"\xff", "more": [b"1", b"22"]}


def test_files_are_closed_when_the_handler_has_returned(package):
    body, _ = read(package, photo(), part("title", b"a"))
    with pytest.raises(ValueError, match="its request has ended"):
        asyncio.run(body.photo.read())


def test_absent_parts_are_unset_and_a_file_that_was_not_chosen_is_absent(package):
    empty = part("raw", b"", filename="", media_type="application/octet-stream")
    body, _ = read(package, photo(), part("title", b"a"), empty)
    assert (body.stars, body.more, body.raw) == (UNSET, UNSET, UNSET)


def test_every_mistake_in_a_form_is_listed_with_its_place(package):
    parts = (
        photo(b"123456", "X-Sum: a", "X-Tags: a, b", media_type="image/gif"),
        photo(),
        part("title", b"\xff"),
        part("stars", b"9"),
        part("flags", b"yes"),
        part("ids", b"1,x"),
        part("place", b'{"x":'),
        part("more", b"1", filename="1", media_type="text/plain"),
        part("notes", b"x", media_type="image/png"),
        part("raw", "é".encode("latin-1"), media_type="text/plain; charset=latin-1"),
        part("other", b"1"),
    )
    assert package.errors("POST", "/", form(*parts), _TYPE) == [
        ("body", "/flags/0", "must be true or false"),
        ("body", "/ids/1", "must be an integer"),
        ("body", "/more", "must have the media type image/*"),
        ("body", "/notes", "must have the media type text/*"),
        ("body", "/other", "is not allowed here"),
        ("body", "/photo", "must be given once"),
        ("body", "/photo", "must have at most 5 bytes"),
        ("body", "/photo", "must have the media type image/png or image/jpeg"),
        ("body", "/photo", "the header `X-Sum` must be an integer"),
        ("body", "/photo", "the header `X-Tags` must have at most 1 item"),
        ("body", "/place", "is not JSON: input data was truncated"),
        ("body", "/stars", "must be at most 5"),
        ("body", "/title", "must be UTF-8"),
    ]
    assert package.errors("POST", "/", form(photo(b"", "X-Other: 1")), _TYPE) == [
        ("body", "/photo", "must have at least 1 byte"),
        ("body", "/photo", "the header `X-Sum` is required"),
        ("body", "/title", "is required"),
    ]


def test_more_files_than_the_contract_allows_are_a_mistake(package):
    files = [part("more", b"1", filename="1", media_type="image/gif")] * 3
    assert package.errors("POST", "/", form(photo(), part("title", b"a"), *files), _TYPE) == [
        ("body", "/more", "must have at most 2 items")
    ]


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ('filename="a\\"b.txt"', 'a"b.txt'),
        ('filename="a%22b.txt"', 'a"b.txt'),
        ('filename="C:\\\\dir\\\\a.txt"', "a.txt"),
        ("filename=plain.txt", "plain.txt"),
        ("filename=\"x\"; filename*=UTF-8''%e2%82%ac.txt", "€.txt"),
        ("filename*=utf-8'de'a%20b", "a b"),
        ('filename="../../etc/passwd"', "../../etc/passwd"),
    ],
)
def test_file_names_are_read_as_browsers_and_libraries_write_them(build_form, filename, expected):
    package = build_form({"type": "object", "properties": {"photo": {"type": "string", "format": "binary"}}})
    head = f'Content-Disposition: form-data; name="photo"; {filename}\r\n\r\nx'.encode()
    body, _ = read(package, head)
    assert body.photo.filename == expected


_GOOD = form(photo(), part("title", b"a"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        _GOOD[:-6],
        _GOOD.replace(b"\r\n", b"\n"),
        b"preamble" + _GOOD,
        form(b"Content-Disposition: form-data\r\n\r\nx"),
        form(b'Content-Disposition: attachment; name="title"\r\n\r\nx'),
        form(b"X-Only: 1\r\n\r\nx"),
        form(b'Content-Disposition: form-data; name="title"\r\nContent-Disposition: form-data; name="photo"\r\n\r\nx'),
        form(b'Content-Disposition: form-data; name="title"\r\nno colon\r\n\r\nx'),
        form(b'Content-Disposition: form-data; name="title"\r\nContent-Length: 5\r\n\r\nx'),
        form(b'Content-Disposition: form-data; name="\xff"\r\n\r\nx'),
        b"--XXX\r\n" + part("title", b"a") + b"\r\n--XXX--\r\n",
    ],
)
def test_a_broken_body_is_malformed(package, body):
    assert package.problem("POST", "/", body, _TYPE).status == 400


@pytest.mark.parametrize(
    "media_type", ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'x' * 71}"]
)
def test_a_body_without_a_proper_boundary_is_malformed(package, media_type):
    problem = package.problem("POST", "/", _GOOD, (("content-type", media_type),))
    assert (problem.status, "boundary" in (problem.detail or "")) == (400, True)


def test_a_boundary_may_be_quoted_and_a_text_may_look_like_one(build_form):
    package = build_form({"type": "object", "properties": {"t": {"type": "string"}}})
    body = b"--a b\r\n" + part("t", b"--a b\r\n--a b-\r\n-- a b") + b"\r\n--a b--"
    assert package.problem("POST", "/", body, (("content-type", 'multipart/form-data; boundary="a b"'),)).status == 400
    body = b"--a b\r\n" + part("t", b"x\n--a b\r--a b") + b"\r\n--a b--\r\nepilogue"
    (value,), _ = package.arguments("POST", "/", body, (("content-type", 'multipart/form-data; boundary="a b"'),))
    assert value.t == "x\n--a b\r--a b"


@pytest.mark.parametrize(
    "parts",
    [
        [part("title", b"x" * 300_000)],
        [part("title", b"x")] * 101,
        [part("title", b"x", "X-A: " + "a" * 5000)],
        [part("title", b"x", *(f"X-{n}: 1" for n in range(9)))],
        [part("t" * 1100, b"x")],
    ],
)
def test_a_body_beyond_the_limits_of_the_server_is_too_large(package, parts):
    assert package.problem("POST", "/", form(*parts), _TYPE).status == 413


def test_an_optional_form_may_be_absent(build_form):
    package = build_form(required=False)
    (body,), _ = package.arguments("POST", "/")
    assert body is UNSET


def test_one_schema_serves_as_json_and_as_a_form(build_form):
    schema = {"type": "object", "required": ["f"], "properties": {"f": {"type": "string", "format": "binary"}}}
    package = build_form(schema, also={"application/json": {"schema": schema}})
    (body,), _ = package.arguments("POST", "/", {"f": "text"}, (("content-type", "application/json"),))
    assert body.f == "text"
    (body,), _ = package.arguments("POST", "/", form(part("f", b"\xff", filename="f")), _TYPE)
    assert body.f.size == 1


def test_a_form_arrives_in_pieces_of_any_size(package):
    whole = form(photo(b"\r\n--X"), part("title", b"--XX"), part("more", b"", filename="x", media_type="image/png"))
    for size in (1, 2, 3, 7, 64):
        chunks = [whole[i : i + size] for i in range(0, len(whole), size)]
        endpoint = package.router.match("/")[0].methods["POST"]
        from katana.runtime import Ctx, Headers  # noqa: PLC0415 - only this test makes its own requests

        ctx = Ctx(method="POST", path="/", headers=Headers(_TYPE), stream=ByteStream.of(*chunks), db=cast(Any, None))
        asyncio.run(endpoint.call(ctx))
        body = package.calls[-1][1][1]
        assert (body.photo.size, body.title, body.more[0].size) == (5, "--XX", 0)


def test_a_form_must_be_an_object_with_declared_members(build_form):
    for schema in ({"type": "string"}, {"type": "array", "items": {}}, {}):
        with pytest.raises(DiagnosticsError) as caught:
            build_form(schema)
        assert {each.code for each in caught.value.diagnostics} == {"unsupported-form"}


_FILE = {"type": "string", "format": "binary"}


@pytest.mark.parametrize(
    "member",
    [
        {"oneOf": [_FILE, {"type": "array", "items": _FILE}]},
        {"type": "array", "items": {"type": "array", "items": _FILE}},
    ],
)
def test_a_member_that_is_a_file_among_other_things_is_refused(build_form, member):
    with pytest.raises(DiagnosticsError) as caught:
        build_form({"type": "object", "properties": {"f": member}})
    assert [each.code for each in caught.value.diagnostics] == ["unsupported-form"]


@pytest.mark.parametrize("filename", ['"a\x00b"', '"a\rX: y"', '"a\x7f"', '"a\x1bb"'])
def test_a_control_character_in_the_head_of_a_part_is_malformed(build_form, filename):
    """RFC 9110, 5.5, and WHATWG HTML, 4.10.21.8: in names browsers write them in another way."""
    package = build_form({"type": "object", "properties": {"raw": {}}})
    head = f'Content-Disposition: form-data; name="raw"; filename={filename}\r\n\r\nx'.encode()
    assert package.problem("POST", "/", form(head), _TYPE).status == 400


def test_an_encoded_control_character_makes_no_file_name(build_form):
    package = build_form({"type": "object", "properties": {"raw": {}}})
    head = b"Content-Disposition: form-data; name=raw; filename=plain; filename*=utf-8''a%0d%0ab\r\n\r\nx"
    body, _ = read(package, head)
    assert body.raw.filename == "plain"
