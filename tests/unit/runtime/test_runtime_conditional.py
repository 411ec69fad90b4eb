"""Conditional requests, step by step (RFC 9110, 13.2.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest

from katana.runtime import (
    Ctx,
    Head,
    Headers,
    PreconditionFailed,
    PreconditionRequired,
    Reply,
    StreamReply,
    entity_tag,
    http_date,
)
from katana.runtime._conditional import conditional

OK = Head(200, "text/plain")
DATE = "Tue, 15 Nov 1994 12:45:26 GMT"
BEFORE = "Tue, 15 Nov 1994 12:45:25 GMT"
AFTER = "Tue, 15 Nov 1994 12:45:27 GMT"


def _ctx(method: str = "GET", **fields: str) -> Ctx:
    pairs = tuple((name.replace("_", "-"), value) for name, value in fields.items())
    return Ctx(method=method, path="/", headers=Headers(pairs), db=cast("Any", None))


def _status(ctx: Ctx, *fields: tuple[str, str]) -> int:
    try:
        return conditional(ctx, Reply(OK, b"text", fields)).head.status
    except PreconditionFailed as problem:
        return problem.status


@pytest.mark.parametrize(
    ("given", "etag", "status"),
    [
        ('"a"', '"a"', 304),
        ('"b"', '"a"', 200),
        ('"b", "a"', '"a"', 304),
        ('"b","a" , ', '"a"', 304),
        ('W/"a"', '"a"', 304),
        ('"a"', 'W/"a"', 304),
        ("*", '"a"', 304),
        (" * ", '"a"', 304),
        ('"a,b"', '"a"', 200),
        ('"x", "a,b"', '"a,b"', 304),
        ("a", '"a"', 200),
        ('"a', '"a"', 200),
        ('"a" "b"', '"a"', 200),
        ('w/"a"', '"a"', 200),
        ("", '"a"', 200),
    ],
)
def test_if_none_match_compares_weakly(given: str, etag: str, status: int) -> None:
    assert _status(_ctx(if_none_match=given), ("ETag", etag)) == status


@pytest.mark.parametrize(
    ("given", "etag", "status"),
    [('"a"', '"a"', 200), ('"b"', '"a"', 412), ('W/"a"', 'W/"a"', 412), ('"a"', 'W/"a"', 412), ("*", '"a"', 200)],
)
def test_if_match_compares_strongly(given: str, etag: str, status: int) -> None:
    assert _status(_ctx(if_match=given), ("ETag", etag)) == status


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (DATE, 304),
        (AFTER, 304),
        (BEFORE, 200),
        ("Tuesday, 15-Nov-94 12:45:26 GMT", 304),
        ("Tue Nov 15 12:45:26 1994", 304),
        ("yesterday", 200),
        ("", 200),
        ("Tue, 15 Nov 99999 12:45:26 GMT", 200),
        ("Tue, 15 Nov 1994 12:45:26 +0000", 200),
        ("15 Nov 1994 12:45:26 GMT", 200),
        ("tue, 15 nov 1994 12:45:26 gmt", 200),
        ("Tue, 15 Nov 1994 12:45:26 GMT, Tue, 15 Nov 1994 12:45:26 GMT", 200),
        ("Tue, 15 Nov 1994 25:45:26 GMT", 200),
        ("Tue, 15 Xyz 1994 12:45:26 GMT", 200),
    ],
)
def test_if_modified_since_reads_every_form_of_a_date_and_ignores_what_is_none(given: str, status: int) -> None:
    assert _status(_ctx(if_modified_since=given), ("Last-Modified", DATE)) == status


@pytest.mark.parametrize(("given", "status"), [(DATE, 200), (AFTER, 200), (BEFORE, 412), ("yesterday", 200)])
def test_if_unmodified_since(given: str, status: int) -> None:
    assert _status(_ctx(if_unmodified_since=given), ("Last-Modified", DATE)) == status


def test_tags_come_before_dates() -> None:
    both = (("ETag", '"a"'), ("Last-Modified", DATE))
    assert _status(_ctx(if_none_match='"b"', if_modified_since=DATE), *both) == 200
    assert _status(_ctx(if_match='"a"', if_unmodified_since=BEFORE), *both) == 200
    assert _status(_ctx(if_match='"b"', if_none_match='"a"'), *both) == 412


def test_a_304_repeats_what_caches_need_and_nothing_else() -> None:
    fields = (("ETag", '"a"'), ("Vary", "accept"), ("Cache-Control", "no-cache"), ("X-Own", "1"))
    reply = conditional(_ctx(if_none_match='"a"'), Reply(OK, b"text", fields))
    assert (reply.head.status, reply.body, reply.fields) == (304, b"", fields[:3])


def test_content_without_a_tag_gets_one_of_its_own() -> None:
    first = dict(conditional(_ctx(), Reply(OK, b"one")).fields)["etag"]
    assert dict(conditional(_ctx(), Reply(OK, b"one")).fields)["etag"] == first
    assert dict(conditional(_ctx(), Reply(OK, b"two")).fields)["etag"] != first
    assert conditional(_ctx(if_none_match=first), Reply(OK, b"one")).head.status == 304


def test_a_field_that_is_no_tag_is_an_error_of_the_program() -> None:
    with pytest.raises(TypeError, match="entity_tag"):
        conditional(_ctx(), Reply(OK, b"", (("ETag", "42"),)))


def test_tags_and_dates_are_made_of_versions() -> None:
    moment = datetime(1994, 11, 15, 13, 45, 26, 999, tzinfo=timezone(timedelta(hours=1)))
    assert (entity_tag(42), entity_tag("v1", weak=True)) == ('"42"', 'W/"v1"')
    assert entity_tag(datetime(2026, 1, 2, tzinfo=UTC)) == '"2026-01-02T00:00:00+00:00"'
    assert http_date(moment) == DATE
    for wrong in ('a"b', "a b", "a\n"):
        with pytest.raises(ValueError, match="not a version"):
            entity_tag(wrong)
    with pytest.raises(ValueError, match="timezone"):
        http_date(moment.replace(tzinfo=None))


def test_a_change_goes_on_only_under_its_conditions() -> None:
    moment = datetime(1994, 11, 15, 12, 45, 26, 5000, tzinfo=UTC)
    _ctx().precondition(etag='"a"')
    _ctx(if_match='"a"').precondition(etag='"a"', required=True)
    _ctx(if_unmodified_since=DATE).precondition(last_modified=moment, required=True)
    _ctx(if_none_match="*").precondition(etag=None)
    with pytest.raises(PreconditionRequired):
        _ctx().precondition(etag='"a"', required=True)
    for fields, etag in (({"if_match": '"b"'}, '"a"'), ({"if_match": "*"}, None), ({"if_none_match": "*"}, '"a"')):
        with pytest.raises(PreconditionFailed):
            _ctx(**fields).precondition(etag=etag)
    with pytest.raises(PreconditionFailed):
        _ctx(if_unmodified_since=BEFORE).precondition(last_modified=moment)


@pytest.mark.parametrize(
    "given", [", " * 15_000 + "x", " ," * 15_000 + '"', '"a", ' * 7_000 + "a b", " " * 30_000 + "x"]
)
def test_a_list_of_tags_that_is_almost_one_is_refused_in_time_that_grows_with_its_length(given: str) -> None:
    """An expression that can split the blanks between commas in two ways tries 2^n of them (RFC 9110, 5.6.1)."""
    assert _status(_ctx(if_none_match=given), ("ETag", '"a"')) == 200
    assert _status(_ctx(if_match=given), ("ETag", '"a"')) == 412


@pytest.mark.parametrize(
    ("fields", "etag", "modified", "status"),
    [
        # RFC 9110, 13.1.1 and 13.1.2: `*` is about whether there is anything, whatever validators it has.
        ({"if_match": "*"}, None, None, 200),
        ({"if_none_match": "*"}, None, None, 304),
        ({"if_match": '"a"'}, None, None, 412),
        ({"if_none_match": '"a"'}, None, None, 200),
        # 13.1.4: without a date to compare with, the field is ignored.
        ({"if_unmodified_since": BEFORE}, '"a"', None, 200),
        ({"if_modified_since": AFTER}, '"a"', None, 200),
        # 13.2.2: tags come before dates, what must hold before what must not.
        ({"if_match": '"a"', "if_none_match": '"a"'}, '"a"', DATE, 304),
        ({"if_match": '"a"', "if_modified_since": DATE}, '"a"', DATE, 304),
        ({"if_match": '"b"', "if_modified_since": BEFORE}, '"a"', DATE, 412),
        ({"if_unmodified_since": BEFORE, "if_none_match": '"a"'}, '"a"', DATE, 412),
        ({"if_unmodified_since": DATE, "if_none_match": '"a"'}, '"a"', DATE, 304),
        ({"if_none_match": '"b"', "if_modified_since": DATE, "if_match": "*"}, '"a"', DATE, 200),
    ],
)
def test_the_steps_of_a_get(fields: dict[str, str], etag: str | None, modified: str | None, status: int) -> None:
    validators = tuple((n, v) for n, v in (("etag", etag), ("last-modified", modified)) if v is not None)
    try:
        found = conditional(_ctx(**fields), StreamReply(OK, cast("Any", None), validators)).head.status
    except PreconditionFailed as problem:
        found = problem.status
    assert found == status


MOMENT = datetime(1994, 11, 15, 12, 45, 26, 5000, tzinfo=UTC)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
@pytest.mark.parametrize(
    ("fields", "etag", "modified", "required", "status"),
    [
        ({}, '"a"', MOMENT, False, None),
        ({}, '"a"', MOMENT, True, 428),
        ({"if_match": "*"}, '"a"', None, True, None),
        ({"if_match": "*"}, None, MOMENT, True, None),
        ({"if_match": "*"}, None, None, True, 412),
        ({"if_match": '"b", "a"'}, '"a"', None, True, None),
        ({"if_match": 'W/"a"'}, '"a"', None, True, 412),
        ({"if_match": '"a"'}, 'W/"a"', None, True, 412),
        ({"if_match": '"a'}, '"a"', None, True, 412),
        ({"if_match": '"a"', "if_unmodified_since": BEFORE}, '"a"', MOMENT, True, None),
        ({"if_unmodified_since": BEFORE}, '"a"', MOMENT, True, 412),
        ({"if_unmodified_since": DATE}, '"a"', MOMENT, True, None),
        # What cannot be compared does not say which version is changed.
        ({"if_unmodified_since": DATE}, '"a"', None, False, None),
        ({"if_unmodified_since": DATE}, '"a"', None, True, 428),
        ({"if_unmodified_since": "yesterday"}, '"a"', MOMENT, True, 428),
        ({"if_none_match": '"a"'}, '"a"', None, True, 428),
        ({"if_none_match": "*"}, None, None, False, None),
        ({"if_none_match": "*"}, '"a"', None, False, 412),
        ({"if_none_match": "*"}, None, MOMENT, False, 412),
        ({"if_none_match": 'W/"a"'}, '"a"', None, False, 412),
        ({"if_none_match": '"b"'}, '"a"', None, False, None),
        ({"if_match": '"a"', "if_none_match": "*"}, '"a"', None, False, 412),
        ({"if_modified_since": DATE}, '"a"', MOMENT, False, None),
    ],
)
def test_the_steps_of_a_change(
    method: str,
    fields: dict[str, str],
    etag: str | None,
    modified: datetime | None,
    status: int | None,
    *,
    required: bool,
) -> None:
    try:
        _ctx(method, **fields).precondition(etag=etag, last_modified=modified, required=required)
        found = None
    except (PreconditionFailed, PreconditionRequired) as problem:
        found = problem.status
    assert found == status


def test_a_program_that_gives_no_validators_is_told_whatever_the_request_says() -> None:
    with pytest.raises(TypeError, match="entity_tag"):
        _ctx().precondition(etag="42")
    with pytest.raises(ValueError, match="timezone"):
        _ctx().precondition(last_modified=MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("fields", "etag", "modified", "holds"),
    [
        ({}, '"a"', MOMENT, False),
        ({"if_range": '"a"'}, '"a"', MOMENT, False),
        ({"range": "bytes=0-1"}, '"a"', MOMENT, True),
        ({"range": "bytes=0-1", "if_range": '"a"'}, '"a"', MOMENT, True),
        ({"range": "bytes=0-1", "if_range": '"b"'}, '"a"', MOMENT, False),
        ({"range": "bytes=0-1", "if_range": 'W/"a"'}, 'W/"a"', MOMENT, False),
        ({"range": "bytes=0-1", "if_range": '"a"'}, None, None, False),
        ({"range": "bytes=0-1", "if_range": DATE}, '"a"', MOMENT, True),
        ({"range": "bytes=0-1", "if_range": AFTER}, '"a"', MOMENT, False),
        ({"range": "bytes=0-1", "if_range": BEFORE}, '"a"', MOMENT, False),
        ({"range": "bytes=0-1", "if_range": DATE}, '"a"', None, False),
        ({"range": "bytes=0-1", "if_range": '"a", "b"'}, '"a"', MOMENT, False),
    ],
)
def test_a_part_is_sent_of_the_version_that_the_client_has(
    fields: dict[str, str], etag: str | None, modified: datetime | None, *, holds: bool
) -> None:
    assert _ctx(**fields).range_holds(etag=etag, last_modified=modified) is holds
    assert _ctx("HEAD", **fields).range_holds(etag=etag, last_modified=modified) is False


def test_a_date_of_this_very_second_is_too_weak_for_a_part() -> None:
    now = datetime.now(UTC) + timedelta(seconds=1)
    ctx = _ctx(range="bytes=0-1", if_range=http_date(now))
    assert ctx.range_holds(last_modified=now) is False
