"""The expected packages at work: what they insert they read back, as the same types."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Interface, IPv4Network
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from katana.runtime import Ctx
from katana.runtime.sql import (
    Box,
    CheckViolation,
    Circle,
    DataError,
    Interval,
    Line,
    NoRows,
    Point,
    Polygon,
    Range,
    Segment,
    SparseVector,
    Statement,
    TooManyRows,
    UniqueViolation,
)
from katana.runtime.sql import (
    Path as GeometricPath,
)


def test_every_type_goes_in_and_comes_out(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo, mood = module("repo").EverythingRepo(), module("rows").Mood
        values: dict[str, Any] = {
            "a_bool": True,
            "a_int2": -5,
            "a_int4": 2**31 - 1,
            "a_int8": -(2**63),
            "a_oid": 2**32 - 1,
            "a_float4": 0.5,
            "a_float8": 1e300,
            "a_numeric": Decimal("1234567890.10"),
            "a_text": "grüße '\"\\",
            "a_varchar": "ten",
            "a_bpchar": "abc",
            "a_name": "name",
            "a_uuid": UUID(int=2**127),
            "a_bytea": b"\0\xff",
            "a_date": date(1, 1, 1),
            "a_time": time(23, 59, 59, 999_999),
            "a_timetz": time(1, 2, tzinfo=UTC),
            "a_timestamp": datetime(2026, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001
            "a_timestamptz": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
            "an_interval": Interval(months=1, days=-2, microseconds=3),
            "a_json": {"a": [1, None, "x"]},
            "a_jsonb": [True, {"b": 1.5}],
            "an_inet": IPv4Interface("10.0.0.1/8"),
            "a_cidr": IPv4Network("10.0.0.0/8"),
            "a_mood": mood.NOT_SO_HAPPY,
            "a_positive": 7,
            "a_label": "label",
            "a_labels": ["a", None],
            "a_feeling": mood.HAPPY,
            "some_int8": [1, None, 3],
            "some_text": [],
            "some_numeric": [Decimal("NaN"), Decimal("0.10")],
            "some_uuid": [UUID(int=1)],
            "some_timestamptz": [datetime(2026, 1, 1, tzinfo=UTC)],
            "some_jsonb": [{"a": 1}, None],
            "some_inet": [IPv4Interface("1.2.3.4/32")],
            "some_mood": [mood.HAPPY, mood.NOT_SO_HAPPY_2],
        }
        await repo.insert_everything(ctx, **values)
        (row,) = await repo.list_everything(ctx)
        for name, value in values.items():
            found = getattr(row, name)
            assert repr(found) == repr(value), name
            assert type(found) is type(value), name
        assert await repo.get_mood(ctx, mood=mood.NOT_SO_HAPPY) is mood.NOT_SO_HAPPY
        assert await repo.get_mood(ctx, mood=mood.HAPPY) is None
        assert await repo.list_moods(ctx) == []

    serve("types", scenario)


def test_null_is_none_wherever_it_may_be(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo = module("repo").EverythingRepo()
        names = [name for name in module("rows").PerhapsRow.__struct_fields__ if name != "some_mood"]
        await repo.insert_perhaps(ctx, **dict.fromkeys(names))
        (row,) = await repo.list_perhaps(ctx)
        assert [getattr(row, name) for name in names] == [None] * len(names)
        assert await repo.get_json(ctx) is None
        assert await repo.list_moods(ctx) == [None]

    serve("types", scenario)


def test_each_command_keeps_its_promise(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        users, posts = module("repo").UsersRepo(), module("repo").PostsRepo()
        ada = await users.create_user(ctx, name="Ada", email="ada@example.org", bio=None, age=36)
        await users.create_user(ctx, name="Bob", email="bob@example.org", bio="b", age=None)
        assert await users.get_user(ctx, id=ada.id) == ada
        assert await users.get_user(ctx, id=-1) is None
        assert await users.get_bio(ctx, id=ada.id) is None
        assert await users.list_emails(ctx) == ["ada@example.org", "bob@example.org"]
        assert [row.name for row in await users.list_users(ctx, after=0, page_size=1)] == ["Ada"]
        assert await users.count_users(ctx) == 2
        with pytest.raises(UniqueViolation) as caught:
            await users.create_user(ctx, name="Eve", email="ADA@example.org", bio=None, age=None)
        assert caught.value.constraint == "users_email_key"
        await users.touch_users(ctx)
        assert await posts.list_with_author(ctx, user_id=ada.id) == []
        totals = await posts.count_users(ctx)
        assert (totals.users, totals.newest) == (0, None)
        assert await users.delete_users(ctx, ids=[ada.id, None, -1]) == 1

    serve("commands", scenario)


def test_hostile_text_arrives_unchanged(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo = module("repo").QueriesRepo()
        (row,) = await repo.triple(ctx)
        assert (row.triple, row.escaped, row.braces, row.remark) == ('"""', "'\\n", "{x}", "# type: ignore")
        assert (await repo.unicode(ctx)).separator == "a\nb"
        assert await repo.quoted(ctx) == []
        for quote in module("rows").Quotes:
            assert await repo.ends_with_a_quote(ctx, value='"""', quote=quote) is None
        copied = [module("params").CopyQuotedParams(text='"""', quote=quote) for quote in module("rows").Quotes]
        assert await repo.copy_quoted(ctx, copied) == len(copied)
        assert len(await repo.quoted(ctx)) == len(copied)

    serve("hostile", scenario)


def test_one_row_too_many_or_too_few_is_an_error(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        posts, others = module("repo").PostsRepo(), module("repo").OtherPostsRepo()
        assert await posts.sequence(ctx, ids=[1], single_row=["a"]) is None
        assert await posts.int(ctx, kinds=["class", None], pack_int8=1) == []
        assert await others.get_all(ctx) is None
        await ctx.db.execute(Statement("test.insert", "INSERT INTO get_all VALUES (1, 'a'), (2, 'b')"))
        assert await posts.sequence(ctx, ids=[1, None], single_row=["a"]) is not None
        with pytest.raises(TooManyRows, match=r"other_posts\.get_all: the query found 2 rows"):
            await others.get_all(ctx)

    serve("names", scenario)

    async def none(module: Callable[[str], Any], ctx: Ctx) -> None:
        with pytest.raises(NoRows, match=r"everything\.get_json: the query found no row"):
            await module("repo").EverythingRepo().get_json(ctx)

    serve("types", none)


def test_rows_are_copied_and_streamed(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo, unit, params = module("repo").ReadingsRepo(), module("rows").Unit, module("params").ImportReadingsParams
        start = datetime(2026, 1, 1, tzinfo=UTC)
        given = [
            params(
                sensor=f"s{n}",
                unit=unit.PERCENT,
                value=None if n % 7 == 0 else n / 10,
                taken_at=start + timedelta(seconds=n),
                tags=None if n % 5 == 0 else ["a" * n, None],
            )
            for n in range(1000)
        ]
        assert await repo.import_readings(ctx, given) == 1000
        assert await repo.import_readings(ctx, []) == 0
        seen = [row async for row in repo.export_readings(ctx, after=0)]
        names = params.__struct_fields__
        assert [[getattr(row, name) for name in names] for row in seen] == [
            [getattr(row, name) for name in names] for row in given
        ]
        assert [rows async for rows in repo.export_values(ctx).chunks()][-1][-1] == 99.9

        async def sensors() -> AsyncIterator[str]:
            for n in range(3):
                yield f"later{n}"

        async with ctx.tx():
            assert await repo.import_sensors(ctx, sensors()) == 3
            assert len([value async for value in repo.export_values(ctx)]) == 1003
        new = structs.replace(given[1], sensor="new")
        with pytest.raises(UniqueViolation, match=r"\(row 2\)") as caught:
            await repo.import_readings(ctx, [new, given[1]])
        assert caught.value.constraint == "readings_sensor_taken_at_key"

    serve("many", scenario)


def test_rows_are_written_in_bulk_and_in_batches(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo, unit, params = module("repo").ReadingsRepo(), module("rows").Unit, module("params")
        add, rename, change = params.AddReadingsParams, params.RenameSensorsParams, params.SetValuesParams
        rows = [add(sensors="a", values=1.5), add(sensors="b", values=None)]
        added = await repo.add_readings(ctx, rows, unit=unit.PERCENT)
        assert [(row.sensor, row.value) for row in added] == [("a", 1.5), ("b", None)]
        assert await repo.add_readings(ctx, [], unit=unit.PERCENT) == []
        assert await repo.rename_sensors(ctx, [rename(ids=added[1].id, names="c"), rename(ids=-1, names="d")]) == 1
        changes = [change(sensor="a", value=2.0), change(sensor="b", value=3.0), change(sensor="c", value=4.0)]
        assert await repo.set_values(ctx, changes) == [1, 0, 1]
        found = await repo.latest(ctx, ["c", "b", "a"])
        assert [[(row.sensor, row.value) for row in rows] for rows in found] == [[("c", 4.0)], [], [("a", 2.0)]]
        with pytest.raises(CheckViolation, match=r"\(row 2\)"):
            await repo.set_values(ctx, [change(sensor="a", value=n) for n in (5.0, 1000.0, 6.0)])
        assert (await repo.latest(ctx, ["a"]))[0][0].value == 6.0
        assert await repo.delete_readings(ctx, [added[0].id, -1]) == [added[0].id]

    serve("many", scenario)


def test_the_bulk_upsert_of_the_guide_returns_what_it_kept(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo, add, score = module("repo").GuideRepo(), module("params").AddUsersParams, module("params").SetScoreParams
        await repo.add_users(ctx, [add(name="Ada", email="a@x"), add(name="Bob", email="b@x")], team="red")
        again = await repo.add_users(ctx, [add(name="Eve", email="b@x"), add(name="Cy", email="c@x")], team="red")
        assert [row.name for row in again] == ["Eve", "Cy"]
        assert await repo.set_score(ctx, [score(id=again[0].id, score=3), score(id=-1, score=4)]) == [1, 0]
        assert [row.name async for row in repo.export_users(ctx)] == ["Ada", "Eve", "Cy"]

    serve("many", scenario)


def test_what_is_made_of_other_types_goes_in_and_comes_out(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo, rows, params = module("repo").PeopleRepo(), module("rows"), module("params")
        mood, place = rows.Mood, rows.Place(latitude=1.5, longitude=None)
        home = rows.Address(street="a", zip="12", at=place, moods=[mood.SAD, None])
        start = datetime(2026, 1, 1, tzinfo=UTC)
        person = rows.People(
            id=1,
            home=home,
            homes=[home, None, rows.Address(street=None, zip=None, at=None, moods=None)],
            odd=rows.Class(from_=1, a_b="b", quo_te='"', data=b"\0", self=2, größe=Decimal("1.50")),
            nothing=rows.Nothing(),
            awake=Range(start, None),
            ages=[Range(1, 5), None, Range(empty=True), Range()],
            days=[Range(date(2026, 1, 1), date(2026, 2, 1)), Range(date(2026, 3, 1))],
            heights=Range(1.0, 2.0, lower_inc=False, upper_inc=True),
            feelings=Range(mood.SAD, mood.HAPPY),
            temper=[Range(mood.SAD, mood.HAPPY)],
            matrix=[[1, 2, None], [4, 5, 6]],
            cube=[[["a"], ["b"]], [["c"], [None]]],
            zips=["1", None],
            tag_sets=[["a", None], [], None],
            moods=[mood.HAPPY, None],
            bookings=[Range(start, start + timedelta(days=1))],
        )
        await repo.add_whole(ctx, person=person)
        row = await repo.get_person(ctx, id=1)
        assert structs.asdict(row) == structs.asdict(person)
        assert [row.person for row in await repo.list_people(ctx)] == await repo.list_whole(ctx) == [person]
        await repo.add_person(ctx, **(structs.asdict(person) | {"id": 2, "matrix": [], "cube": []}))
        assert await repo.find_homes(ctx, homes=[home], at=start) == person.homes * 2
        assert await repo.add_places(ctx, [place, place]) == [place, place]
        names = params.CopyPeopleParams.__struct_fields__
        copied = {name: getattr(person, name) for name in names} | {"id": 3, "matrix": []}
        assert await repo.copy_people(ctx, [params.CopyPeopleParams(**copied)]) == 1
        row = await repo.get_person(ctx, id=3)
        assert {name: getattr(row, name) for name in names} == copied

    serve("composed", scenario)


def test_an_array_of_another_depth_than_was_declared_is_an_error(serve: Callable[..., None]) -> None:
    async def flat(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo, rows = module("repo").PeopleRepo(), module("rows")
        empty = dict.fromkeys(rows.People.__struct_fields__)
        home = rows.Address(street=None, zip=None, at=None, moods=None)
        await repo.add_whole(
            ctx,
            person=rows.People(
                **empty
                | {"id": 1, "home": home, "homes": [], "awake": Range(), "ages": [], "days": [], "matrix": [[1]]}
                | {"zips": [], "tag_sets": [], "moods": []}
            ),
        )
        await ctx.db.execute(Statement("test.flat", "UPDATE people SET matrix = '{1}'"))
        with pytest.raises(DataError, match=r"people\.get_person: .*it has 1 dimensions, .* generated for 2"):
            await repo.get_person(ctx, id=1)
        await ctx.db.execute(Statement("test.cube", "UPDATE people SET matrix = '{{1}}', cube = '{{a}}'"))
        with pytest.raises(DataError, match="generated for 3"):
            await repo.get_person(ctx, id=1)

    serve("composed", flat)


def test_values_have_the_types_that_their_authors_chose(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo, rows = module("repo").PlansRepo(), module("rows")
        span, other = Interval(months=1), Interval(days=2)
        values = {
            "id": 1,
            "first_step": span,
            "spans": [span, other],
            "by_name": {"a": span},
            "home": PurePosixPath("/home"),
            "files": [PurePosixPath("/a"), None],
            "takes": other,
            "details": {"free": 1},
            "steps": [rows.Step(name="a", takes=span, files=[PurePosixPath("/b")]), None],
            "cells": [[1, 2], [3, None]],
            "address": None,
        }
        await repo.add_plan(ctx, **values)
        assert structs.asdict(await repo.get_plan(ctx, id=1)) == values
        (found,) = await repo.list_names(ctx)
        assert (found.name, found.takes, found.first_step) == (Fraction(1, 3), [other], span)
        assert await repo.set_details(ctx, details=span, id=1) == 1
        assert (await repo.get_details(ctx, home=PurePosixPath("/home"))).details == span
        assert await repo.transpose(ctx, cells=[[1], [2]]) == [[1], [2]]
        await ctx.db.execute(Statement("test.spoil", """UPDATE plans SET details = '{"months": "secret"}'"""))
        with pytest.raises(DataError, match=r"plans\.get_details: .* does not fit Interval, at `\$\.months`") as caught:
            await repo.get_details(ctx, home=PurePosixPath("/home"))
        assert "secret" not in str(caught.value)

    serve("chosen", scenario)


def test_the_rarer_types_go_in_and_come_out(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        repo = module("repo").KindsRepo()
        one, two = Point(0.5, 1.0), Point(2.0, 3.0)
        values = {
            "a_char": "x",
            "a_bit": "101",
            "a_varbit": "1",
            "a_macaddr": "08:00:2b:01:02:03",
            "a_macaddr8": "08:00:2b:01:02:03:04:05",
            "a_point": one,
            "a_line": Line(1.0, 2.0, 3.0),
            "a_lseg": Segment(one, two),
            "a_box": Box(two, one),
            "a_path": GeometricPath((one, two), closed=True),
            "a_polygon": Polygon((one, two)),
            "a_circle": Circle(one, 2.0),
            "an_xid": 7,
            "an_xid8": 2**63,
            "a_lsn": 2**64 - 1,
            "an_hstore": {"a": "1", "b": None},
            "an_ltree": "top.science",
            "a_vector": [1.0, 2.0, 0.5],
            "a_halfvec": [0.5, 1.5],
            "a_sparsevec": SparseVector(5, {0: 1.0, 4: 2.5}),
            "some_bits": ["1", None, ""],
            "some_points": [one, None],
            "some_hstores": [{}, None],
            "some_vectors": [[1.0], [2.0, 3.0]],
        }
        await repo.add_kinds(ctx, **values)
        (row,) = await repo.list_kinds(ctx)
        assert structs.asdict(row) == values | {"words": "'cat':2 'fat':1"}
        (found,) = await repo.near(ctx, to=[1.0, 2.0, 0.5], most=1)
        assert (found.a_vector, found.distance) == ([1.0, 2.0, 0.5], 0.0)

    serve("kinds", scenario)
