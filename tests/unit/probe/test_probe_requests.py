"""Requests as they are written, and as they are shown."""

from __future__ import annotations

import gzip
import shlex
from typing import Any

import pytest

from katana.probe._client import Answer
from katana.probe._contract import Document, Operation
from katana.probe._request import NotWritten, Request, build, content_of
from katana.probe._resources import Resources


def operation(template: str, *parameters: dict[str, Any]) -> Operation:
    item = {"get": {"parameters": list(parameters), "responses": {"200": {"description": ""}}}}
    return Document("t", {"openapi": "3.1.0", "paths": {template: item}}).operations()[0]


@pytest.mark.parametrize(
    ("parameter", "value", "target"),
    [
        ({"in": "query"}, "a&b", "/?p=a%26b"),
        ({"in": "query"}, True, "/?p=true"),
        ({"in": "query"}, ["a", "b"], "/?p=a&p=b"),
        ({"in": "query", "explode": False}, ["a,", "b"], "/?p=a%2C,b"),
        ({"in": "query", "style": "pipeDelimited", "explode": False}, ["a", "b"], "/?p=a%7Cb"),
        ({"in": "query", "style": "deepObject"}, {"a": 1, "b": "x y"}, "/?p[a]=1&p[b]=x%20y"),
        ({"in": "query", "content": {"application/json": {}}}, {"a": 1}, "/?p=%7B%22a%22%3A%201%7D"),
    ],
)
def test_parameters_are_written_in_their_styles(parameter: dict[str, Any], value: Any, target: str) -> None:
    asked = operation("/", {"name": "p", "schema": {}, **parameter})
    assert build(asked, {asked.parameters[0]: value}, None).target == target


def test_fields_cookies_and_credentials_come_together() -> None:
    asked = operation("/a b/{p}", *({"name": "p", "in": place} for place in ("path", "header", "cookie")))
    given = dict(zip(asked.parameters, ("x/y", "z", "c"), strict=True))
    request = build(asked, given, None, (("cookie", "session=s"),), (("key", "k&"),))
    assert request.target == "/a%20b/x%2Fy?key=k%26"
    assert request.fields == (("p", "z"), ("cookie", "session=s; p=c"))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [({"in": "header"}, "a\0"), ({"in": "path", "style": "label"}, "a"), ({"in": "query"}, {"a": 1})],
)
def test_what_cannot_be_written_is_not(parameter: dict[str, Any], value: Any) -> None:
    asked = operation("/{p}", {"name": "p", "schema": {}, **parameter})
    with pytest.raises(NotWritten):
        build(asked, {asked.parameters[0]: value}, None)


def test_a_body_is_sent_in_the_coding_that_the_request_names() -> None:
    asked = operation("/", {"name": "Content-Encoding", "in": "header"})
    request = build(asked, {asked.parameters[0]: "gzip"}, content_of("text/plain", "hello"))
    assert request.body is not None
    assert gzip.decompress(request.body) == b"hello"


@pytest.mark.parametrize(
    ("media_type", "value", "sent", "body"),
    [
        ("application/json", {"a": "é"}, "application/json", '{"a": "é"}'),
        ("application/*+json", 1, "application/vnd.katana+json", "1"),
        ("application/jsonl", [1], "application/jsonl", "[1]\n"),
        ("application/x-www-form-urlencoded", {"a": [1, "b c"]}, "application/x-www-form-urlencoded", "a=1&a=b+c"),
        ("text/*", "hello", "text/x-katana", "hello"),
        ("*/*", "hello", "application/x-katana", "hello"),
    ],
)
def test_bodies_are_written_in_their_media_types(media_type: str, value: Any, sent: str, body: str) -> None:
    content = content_of(media_type, value)
    assert (content.media_type, content.body.decode()) == (sent, body)


def test_the_command_repeats_the_request() -> None:
    request = Request("POST", "/a?b='", (("content-type", "text/plain"),), b"it's")
    assert shlex.split(request.curl()) == [
        *("curl", "-i", "-X", "POST", "http://127.0.0.1:8080/a?b='"),
        *("-H", "content-type: text/plain", "--data-binary", "it's"),
    ]
    assert Request("POST", "/", (), b"\0\xff").curl().endswith("'(2 bytes)'")
    assert "(5000 bytes)" in Request("POST", "/", (), b"k" * 5000).curl()
    assert Request("HEAD", "/").curl() == "curl -i --head http://127.0.0.1:8080/"


def answer(body: bytes = b"", *fields: tuple[str, str]) -> Answer:
    return Answer(200, (("content-type", "application/json"), *fields), body)


def test_paths_lead_to_what_a_location_or_an_id_names() -> None:
    resources = Resources(["/users", "/users/{user_id}", "/users/{user_id}/posts", "/users/{user_id}/posts/{n}"])
    resources.learn(Request("GET", "/users"), "/users", answer(b'{"items": [{"id": 3}]}'))
    assert resources.arguments("/users/{user_id}/posts") == {"user_id": "3"}
    resources.learn(Request("POST", "/users"), "/users", answer(b"", ("location", "/users/a%20b")))
    assert resources.arguments("/users/{user_id}") == {"user_id": "a b"}
    resources.learn(Request("POST", "/users/a%20b/posts"), "/users/{user_id}/posts", answer(b'{"n": "7"}'))
    assert resources.arguments("/users/{user_id}/posts/{n}") == {"user_id": "a b", "n": "7"}
    resources.forget("/users/{user_id}/posts/{n}")
    assert resources.arguments("/users/{user_id}/posts/{n}") == {"user_id": "a b"}
