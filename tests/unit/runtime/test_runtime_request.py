"""The request as a handler sees it: query, cookies, fields, media types."""

from __future__ import annotations

import pytest

from katana.runtime import BadRequest, Ctx, Headers, Query
from katana.runtime._media import acceptable, consumable
from katana.runtime._query import MAX_QUERY_PAIRS
from katana.runtime._server import NO_DATABASE


def ctx(query: str = "", **fields: str) -> Ctx:
    headers = Headers(tuple((name.replace("_", "-"), value) for name, value in fields.items()))
    return Ctx(method="GET", path="/", query_string=query, headers=headers, db=NO_DATABASE)


def test_a_query_keeps_order_repetition_and_empty_values() -> None:
    query = Query("a=1&b=&a=2&c&&=x")
    assert list(query) == ["a", "b", "c", ""]
    assert query.all("a") == ("1", "2")
    assert (query.get("a"), query.get("b"), query.get("c"), query.get("d")) == ("1", "", "", None)
    assert query.all("d") == ()
    assert "c" in query
    assert len(query) == 4


def test_an_empty_pair_adds_no_value_to_a_parameter_without_a_name() -> None:
    assert Query("=x&&").all("") == ("x",)
    assert Query("=%78&+=&&").all("") == ("x",)


def test_plus_is_a_blank_and_escapes_are_utf_8() -> None:
    query = Query("n%C3%A4me=a+b%2Bc%26&x=a=b")
    assert query.get("näme") == "a b+c&"
    assert query.get("x") == "a=b"


@pytest.mark.parametrize("raw", ["a=%", "a=%4", "a=%zz", "a=%ff", "%c3=1", "&".join("a" * (MAX_QUERY_PAIRS + 1))])
def test_a_bad_query_is_a_400(raw: str) -> None:
    with pytest.raises(BadRequest):
        ctx(raw).query()


def test_a_query_is_parsed_once() -> None:
    request = ctx("a=1")
    assert request.query() is request.query()
    assert len(ctx().query()) == 0


def test_fields_are_found_in_any_case_and_joined() -> None:
    headers = Headers((("accept", "a/b"), ("x", "1"), ("accept", "c/d")))
    assert headers.get("Accept") == "a/b, c/d"
    assert headers.all("ACCEPT") == ("a/b", "c/d")
    assert "X" in headers
    assert headers.get("y") is None
    assert len(headers) == 3
    assert list(headers)[1] == ("x", "1")


def test_a_representation_shows_no_values() -> None:
    assert "secret" not in repr(Headers((("authorization", "secret"),)))


def test_cookies_by_name_the_first_counts() -> None:
    assert ctx(cookie='a=1; b="2"; a=3; c; =d; e=f=g').cookies() == {"a": "1", "b": "2", "e": "f=g"}
    assert ctx().cookies() == {}


def test_cookies_of_several_fields_are_all_found() -> None:
    request = Ctx(method="GET", path="/", headers=Headers((("cookie", "a=1"), ("cookie", "b=2"))), db=NO_DATABASE)
    assert request.cookies() == {"a": "1", "b": "2"}


def test_the_content_type_is_without_parameters_and_lower_case() -> None:
    assert ctx(content_type="Application/JSON ; charset=utf-8").content_type == "application/json"
    assert ctx().content_type is None


def test_a_service_without_database_says_so_when_one_is_used() -> None:
    with pytest.raises(RuntimeError, match="no database"):
        ctx().db.ready  # noqa: B018 - the access is the test


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", True),
        ("application/*", True),
        ("application/json", True),
        ("Application/JSON;q=0.1", True),
        ("text/html, application/json;q=0.5", True),
        ("text/html", False),
        ("application/json;q=0", False),
        ("*/*, application/json;q=0", False),
        ("application/*;q=0, */*", False),
        ("application/json;q=x", False),
        ("", True),
        (",", True),
    ],
)
def test_the_most_specific_range_decides_what_is_acceptable(accept: str, *, expected: bool) -> None:
    assert acceptable(accept, ("application/json",)) is expected


def test_consumed_types_may_be_ranges() -> None:
    assert consumable("text/csv", ("text/*",))
    assert consumable("image/png", ("*/*",))
    assert not consumable("textual/csv", ("text/*",))
    assert consumable("application/vnd.x+json", ("application/*+json",))
    assert not consumable("application/json", ("application/*+json",))
