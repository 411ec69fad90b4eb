"""Scalars, shapes and schemas that generated code links to."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from katana.runtime.generated import (
    INT64_MAX,
    INT64_MIN,
    INVALID,
    CheckedShape,
    Int64,
    Pattern,
    Schemas,
    Shape,
    boolean,
    checked,
    encode_json,
    header_fields,
    integer,
    number,
    string,
)
from katana.runtime.generated._schemas import too_deep
from katana.runtime.generated.formats import is_date_time, is_uuid


@given(st.integers(-(10**300), 10**300))
def test_every_integer_of_a_sane_length_is_read(value):
    assert integer(str(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_is_read(value):
    assert number(msgspec.json.encode(value).decode()) == value


@given(st.text())
def test_text_is_an_integer_exactly_when_it_is_one_in_json_and_not_minus_zero(text):
    try:
        expected = (
            msgspec.json.decode(text.encode("utf-8", "replace"), type=int) if text.strip() == text != "-0" else None
        )
    except msgspec.MsgspecError:
        expected = None
    try:
        found = integer(text)
    except INVALID:
        found = None
    assert found == expected


@pytest.mark.parametrize(
    "text",
    ["", "-", "--1", " 1", "1 ", "1_0", "+1", "01", "1.", ".5", "1e", "nan", "inf", "1e999", "0x1", "١", "1" * 309],
)
def test_what_is_no_json_number_is_refused(text):
    with pytest.raises(INVALID):
        number(text)


def test_bounds_are_inclusive():
    assert integer("1", 1, 1) == 1
    assert number("0.5", 0.5, 0.5) == 0.5
    assert string("ab", 2, 2) == "ab"
    assert checked("ab", str.islower, 2, 2) == "ab"
    refused = (
        lambda: integer("0", 1),
        lambda: integer("2", 1, 1),
        lambda: number("2", None, 1),
        lambda: string("a", 2),
        lambda: string("abc", 0, 2),
        lambda: checked("AB", str.islower),
        lambda: boolean("True"),
        lambda: boolean("1"),
    )
    for call in refused:
        with pytest.raises(INVALID):
            call()


def test_length_counts_code_points():
    assert string("😀😀", 2, 2) == "😀😀"


@pytest.mark.parametrize("value", [INT64_MIN, INT64_MAX])
def test_int64_holds_its_limits_and_nothing_beyond(value):
    shape: Shape[int] = Shape(Int64)
    assert shape.decode(str(value).encode()) == value
    with pytest.raises(INVALID):
        shape.decode(str(value + (1 if value > 0 else -1)).encode())


def test_a_shape_converts_whole_floats_and_nothing_else_to_integers():
    shape: Shape[list[int]] = Shape(list[int])
    assert shape.convert([1.0, 2]) == [1, 2]
    with pytest.raises(msgspec.ValidationError):
        shape.convert([1.5])
    text: Shape[list[str]] = Shape(list[str])
    with pytest.raises(msgspec.ValidationError):
        text.convert([1])


@pytest.mark.parametrize(
    "body",
    [
        b'"2026-01-02 03:04:05Z"',
        b'"2026-01-02T03:04:05+0100"',
        b'"2026-01-02\\u002003:04:05Z"',
        b'"2026-01-02T03:04:05\\u002b0100"',
        b'"2026-01-02\\u005403:04:05Z"',
    ],
)
def test_a_loose_shape_leaves_spellings_that_may_be_too_loose_to_the_slow_path(body):
    shape: Shape[datetime] = Shape(Annotated[datetime, Meta(tz=True)], loose=True)
    assert shape.decode(b'"2026-01-02T03:04:05Z"') == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with pytest.raises(INVALID):
        shape.decode(body)


@given(
    st.text("0123456789-:+TtZz. \\u", max_size=30)
    | st.from_regex(r"2026-0[1-9]-0[1-9][Tt_ ][012]\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)", fullmatch=True)
)
def test_a_loose_shape_reads_nothing_that_the_format_refuses(text):
    shape: Shape[datetime] = Shape(Annotated[datetime, Meta(tz=True)], loose=True)
    try:
        shape.decode(msgspec.json.encode(text))
    except INVALID:
        return
    assert is_date_time(text)


@given(
    st.from_regex(
        r"\{?[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\}?", fullmatch=True
    )
)
def test_a_loose_shape_reads_uuids_only_with_their_hyphens(text):
    shape: Shape[UUID] = Shape(UUID, loose=True)
    try:
        shape.decode(msgspec.json.encode(text))
    except INVALID:
        return
    assert is_uuid(text)


class _Point(Struct, frozen=True, kw_only=True):
    x: int
    y: int = 0


def test_a_checked_shape_asks_the_schema_first():
    schemas = Schemas({"Point": '{"type": "object", "required": ["x"], "dependentRequired": {"x": ["y"]}}'})
    shape: CheckedShape[_Point] = CheckedShape(_Point, schemas, '{"$ref": "#/$defs/Point"}')
    assert shape.decode(b'{"x": 1.0, "y": 2}') == _Point(x=1, y=2)
    for body in (b'{"x": 1}', b"{}", b"[" * 500 + b"]" * 500, b"nonsense"):
        with pytest.raises(INVALID):
            shape.decode(body)


def test_depth_is_counted_over_arrays_and_objects():
    value: object = 1
    for number_ in range(10):
        value = [value] if number_ % 2 else {"a": value}
    assert not too_deep(value, 10)
    assert too_deep(value, 9)


def test_schemas_hold_only_what_is_reached_and_survive_cycles():
    schemas = Schemas(
        {"A": '{"properties": {"b": {"$ref": "#/$defs/B"}}}', "B": '{"items": {"$ref": "#/$defs/A"}}', "C": "{}"}
    )
    assert sorted(schemas.document('{"$ref": "#/$defs/A"}')["$defs"]) == ["A", "B"]
    assert schemas.validator("false").is_valid(1) is False
    assert schemas.validator('{"$ref": "#/$defs/A"}') is schemas.validator('{"$ref": "#/$defs/A"}')


def test_patterns_mean_what_ecma_262_says():
    assert Pattern("^\\d+$").matches("12")
    assert not Pattern("^\\d+$").matches("\u0661")
    assert not Pattern("^a$").matches("a\n")
    assert Pattern("b").matches("abc")


def test_json_is_encoded_as_the_formats_say():
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    value = [moment, date(2026, 1, 2), UUID(int=1), b"hi", Decimal("1.50")]
    assert encode_json(value) == (
        b'["2026-01-02T00:00:00Z","2026-01-02","00000000-0000-0000-0000-000000000001","aGk=",1.50]'
    )


def test_header_fields_leave_out_what_is_none():
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    fields = header_fields(("A", 1), ("B", None), ("C", True), ("D", ["x", 2]), ("E", moment), ("F", UUID(int=1)))
    assert fields == (
        ("A", "1"),
        ("C", "true"),
        ("D", "x,2"),
        ("E", "2026-01-02T00:00:00Z"),
        ("F", "00000000-0000-0000-0000-000000000001"),
    )


def test_a_refusal_keeps_nothing_of_the_request_it_refused() -> None:
    class Request:
        pass

    def refused(_: Request) -> None:
        with pytest.raises(INVALID):
            integer("x", 0, 1)

    request = Request()
    gone = weakref.ref(request)
    refused(request)
    del request
    gc.collect()
    assert gone() is None


def test_an_integer_of_a_url_has_one_spelling():
    assert integer("0") == 0
    with pytest.raises(INVALID):
        integer("-0")
