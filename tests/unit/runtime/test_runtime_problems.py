"""Problems and replies as values."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from katana.runtime import Ctx, Head, Headers, NoContent, NotFound, Problem, Reply, problem_reply, undeclared_response
from katana.runtime._reply import field_line
from katana.runtime._server import NO_DATABASE


def ctx(**fields: str) -> Ctx:
    headers = Headers(tuple((name.replace("_", "-"), value) for name, value in fields.items()))
    return Ctx(method="GET", path="/", headers=headers, db=NO_DATABASE)


def document(problem: Problem, **fields: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(problem_reply(ctx(**fields), problem).body))


def test_a_problem_is_named_by_its_code_and_carries_its_members_in_order() -> None:
    problem = ctx().problem.not_found("user.not_found", id=7, detail="no user 7", instance="/users/7")
    assert type(problem) is NotFound
    assert list(document(problem).items()) == [
        ("type", "urn:problem:user.not_found"),
        ("title", "Not Found"),
        ("status", 404),
        ("detail", "no user 7"),
        ("instance", "/users/7"),
        ("id", 7),
    ]


def test_without_a_code_the_type_is_about_blank() -> None:
    assert document(NotFound())["type"] == "about:blank"


def test_a_code_that_is_a_uri_is_the_type() -> None:
    assert document(NotFound("https://a.example/problems/1"))["type"] == "https://a.example/problems/1"


def test_a_server_error_carries_the_request_id() -> None:
    problem = ctx().problem.service_unavailable("db.down", retry_after=3)
    assert document(problem, x_request_id="r-1")["request_id"] == "r-1"
    assert problem_reply(ctx(), problem).fields == (("retry-after", "3"),)
    assert "request_id" not in document(NotFound(), x_request_id="r-1")


@pytest.mark.parametrize("given", ["a b", "", "a" * 129, "a\xe4"])
def test_a_request_id_that_is_not_plain_is_replaced(given: str) -> None:
    assert len(ctx(x_request_id=given).request_id) == 32


def test_members_may_be_what_msgspec_can_write() -> None:
    assert document(NotFound(at=datetime(2026, 1, 2, tzinfo=UTC)))["at"] == "2026-01-02T00:00:00Z"


def test_the_generic_problem_takes_any_error_status() -> None:
    problem = ctx().problem.of("tea", status=418)
    assert problem_reply(ctx(), problem).head.status == 418
    with pytest.raises(ValueError, match="400 to 599"):
        Problem(status=200)


def test_a_problem_class_can_be_declared_for_a_status() -> None:
    class Teapot(Problem, status=418):
        pass

    assert problem_reply(ctx(), Teapot("tea")).head.status == 418
    with pytest.raises(ValueError, match="always has status 418"):
        Teapot(status=400)


@pytest.mark.parametrize("member", ["type", "request_id"])
def test_the_members_a_problem_sets_itself_are_refused(member: str) -> None:
    with pytest.raises(ValueError, match=member):
        NotFound("x", **cast("Any", {member: 1}))


def test_every_listed_status_has_a_factory_of_its_class() -> None:
    factories = {
        "bad_request": 400, "unauthorized": 401, "forbidden": 403, "not_found": 404, "method_not_allowed": 405,
        "not_acceptable": 406, "conflict": 409, "precondition_failed": 412, "content_too_large": 413,
        "unsupported_media_type": 415, "unprocessable_content": 422, "precondition_required": 428,
        "too_many_requests": 429, "request_header_fields_too_large": 431, "internal_server_error": 500,
        "service_unavailable": 503, "gateway_timeout": 504,
    }  # fmt: skip
    for name, status in factories.items():
        assert getattr(ctx().problem, name)("x").status == status


def test_an_undeclared_response_names_operation_and_type() -> None:
    assert str(undeclared_response("get_user", 3)).startswith("get_user returned builtins.int")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-a", "b\r\nx-evil: 1"),
        ("x-a", "b\nc"),
        ("x-a", "b\rc"),
        ("x-a", "b\0c"),
        ("x-a", "b\x7fc"),
        ("x-a", " b"),
        ("x-a", "b\t"),
        ("x-a", "€"),
        ("x a", "b"),
        ("x-a\r\nx-evil", "b"),
        ("x-a:", "b"),
        ("", "b"),
        ("Content-Length", "1"),
        ("transfer-encoding", "chunked"),
        ("Connection", "close"),
        ("date", "now"),
    ],
)
def test_no_field_can_break_a_message(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="header"):
        field_line(name, value)
    with pytest.raises(ValueError, match="header"):
        Head(200, fields=((name, value),))


@pytest.mark.parametrize(
    ("value", "fault"), [("s3cret\r\n", r"'\\r' at 6"), (" s3cret", "blanks at its edges"), ("s3cr€t", "'€' at 4")]
)
def test_what_is_wrong_with_a_field_is_said_without_its_value_which_may_be_a_secret(value: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault) as caught:
        field_line("set-cookie", value)
    assert "s3cr" not in str(caught.value)


def test_a_media_type_cannot_break_a_message() -> None:
    with pytest.raises(ValueError, match="content-type"):
        Head(200, "text/plain\r\nx-evil: 1")


@pytest.mark.parametrize("value", ["", "a", "a b\tc", "ä", "!~"])
def test_ordinary_values_pass(value: str) -> None:
    assert field_line("x-a", value) == b"x-a: " + value.encode("latin-1") + b"\r\n"


def test_only_final_statuses_make_a_head() -> None:
    for status in (100, 199, 600):
        with pytest.raises(ValueError, match="final"):
            Head(status)
    assert Head(299).prefix.startswith(b"HTTP/1.1 299 \r\n")


def test_no_content_is_equal_to_itself_alone() -> None:
    assert NoContent() == NoContent()
    assert len({NoContent(), NoContent()}) == 1
    assert NoContent() != Reply(Head(204))
