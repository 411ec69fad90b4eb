"""What the reference service says to requests that break the contract or the protocol."""

import json

import pytest

from e2e.server_process import Exchange, ServerProcess

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}


def _pointers(exchange: Exchange) -> list[str]:
    return [error["pointer"] for error in exchange.json["errors"]]


def test_every_mistake_of_a_create_is_listed(server: ServerProcess) -> None:
    bad = server.request("POST", "/users", {"name": "", "email": "nowhere", "age": 151, "bio": 7})
    assert bad.status == 422
    assert bad.headers["content-type"] == "application/problem+json"
    assert _pointers(bad) == ["/age", "/bio", "/email", "/name"]
    assert all(error["detail"] for error in bad.json["errors"])


def test_every_mistake_of_a_query_is_listed(server: ServerProcess) -> None:
    bad = server.request("GET", "/users?cursor=-1&limit=1000&email=nowhere")
    assert bad.status == 422
    assert sorted(_pointers(bad)) == ["/cursor", "/email", "/limit"]


def test_mistakes_of_path_and_body_come_together(server: ServerProcess) -> None:
    bad = server.request("PUT", "/users/zero", {"name": "x"})
    assert bad.status == 422
    assert {error["in"] for error in bad.json["errors"]} == {"path", "body"}


@pytest.mark.parametrize("number", ["abc", "0", "-1", "1.5", "1e3", "+1", "%31x", "1_0", "99999999999999999999", "٣"])
def test_a_path_parameter_that_is_no_user_number_is_refused(server: ServerProcess, number: str) -> None:
    target = "/users/" + "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in number)
    assert server.request("GET", target).status == 422


@pytest.mark.parametrize(
    "body", [b"{", b"", b'{"name": "x",}', b'{"name": NaN}', b"\xff\xfe", b'{"name": "\xff"}', b"[" * 5000, b"nul"]
)
def test_malformed_json_is_400(server: ServerProcess, body: bytes) -> None:
    answer = server.request("POST", "/users", body)
    assert answer.status in (400, 422), answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert b"Traceback" not in answer.body


@pytest.mark.parametrize("body", [[], "text", 7, None, {"name": 7, "email": {}}, {"name": ["x"], "email": "a@b.c"}])
def test_json_of_the_wrong_type_is_422(server: ServerProcess, body: object) -> None:
    answer = server.request("POST", "/users", json.dumps(body).encode())
    assert answer.status == 422
    assert answer.json["errors"]


def test_text_that_the_database_cannot_hold_is_422(server: ServerProcess) -> None:
    assert server.request("POST", "/users", {**ADA, "name": "a\x00b"}).status == 422


def test_a_body_over_the_limit_is_413(server: ServerProcess) -> None:
    assert server.request("POST", "/users", {**ADA, "bio": "x" * 3_000_000}).status == 413


def test_another_content_type_is_415(server: ServerProcess) -> None:
    answer = server.request("POST", "/users", b"name=x", headers={"Content-Type": "text/plain"})
    assert answer.status == 415


def test_a_client_that_accepts_no_json_gets_406(server: ServerProcess) -> None:
    assert server.request("GET", "/users", headers={"Accept": "image/png"}).status == 406


@pytest.mark.parametrize("path", ["/", "/user", "/users/", "/users/1/", "/users/1/posts/2", "//users", "/users//posts"])
def test_an_unknown_path_is_404(server: ServerProcess, path: str) -> None:
    answer = server.request("GET", path)
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_method_is_405_with_allow(server: ServerProcess) -> None:
    answer = server.request("DELETE", "/users")
    assert answer.status == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].replace(" ", "").split(","))


def test_head_is_get_without_a_body(server: ServerProcess) -> None:
    get, head = server.request("GET", "/users"), server.request("HEAD", "/users")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


def test_a_name_cannot_become_sql(server: ServerProcess) -> None:
    name = "'); DROP TABLE users; --"
    created = server.request("POST", "/users", {**ADA, "name": name})
    assert created.json["name"] == name
    assert server.request("GET", "/users").status == 200


def test_bytes_that_are_not_http_get_400_and_the_connection_closed(server: ServerProcess) -> None:
    assert server.raw(b"\x16\x03\x01\x00\xa5\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_conflicting_lengths_are_refused(server: ServerProcess) -> None:
    smuggled = (
        b"POST /users HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        b"GET /users HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    answer = server.raw(smuggled)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1


def test_pipelined_requests_are_answered_in_order(server: ServerProcess) -> None:
    one = b"GET /users/%d HTTP/1.1\r\nHost: a\r\n\r\n"
    last = b"GET /users?limit=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answer = server.raw(one % 900001 + one % 900002 + last)
    first, second, third = (answer.find(mark) for mark in (b"no user 900001", b"no user 900002", b'"items"'))
    assert 0 < first < second < third
