"""Values that look like SQL, through every kind of parameter: they come back as they went in, and nothing runs."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from katana.runtime import Ctx, NotFound
from katana.runtime.sql import DataError, InvalidCursor, InvalidOrder, Range, Statement, listen, notify, unpack_int8

ATTACKS = (
    "'; DROP TABLE canary; --",
    "'); DELETE FROM canary; COMMIT; --",
    "\\'; TRUNCATE canary; --",
    "$$; DROP TABLE canary; $$",
    '"; DROP TABLE canary; "',
    "{a,\"b',NULL}",
    '("x,1)',
    "[1,2)",
    "$1",
    "@name",
    "%_\\%",
    "1 OR 1=1",
    "a\nb\r\t/* */ -- x\n; DROP TABLE canary",
    "\u02bc\uff07\u2019; DROP TABLE canary; --",
    "\\N\n\\.",
    "",
    "NULL",
)

SCHEMA = """
CREATE SCHEMA "x""; DROP TABLE canary; --";
CREATE TABLE canary (id bigint PRIMARY KEY);
INSERT INTO canary VALUES (1), (2);
CREATE TYPE "it's; DROP TABLE canary" AS ENUM ('''; DROP TABLE canary; --', '","', '{}', '$1', 'a\\b');
CREATE TYPE pair AS ("from"";" text, list text[]);
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C");
CREATE TABLE "x""; DROP TABLE canary; --"."t'; --" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "na""me; --" text NOT NULL,
    list text[] NOT NULL,
    "doc'" jsonb NOT NULL,
    plain json NOT NULL,
    pair pair NOT NULL,
    pairs pair[] NOT NULL,
    span text_range NOT NULL,
    raw bytea NOT NULL
);
"""
TABLE = '"x""; DROP TABLE canary; --"."t\'; --"'
QUERIES = f"""
-- name: add :one!
INSERT INTO {TABLE} ("na""me; --", list, "doc'", plain, pair, pairs, span, raw)
VALUES (@name, @list, @doc, @plain, @pair, @pairs, @span, @raw) RETURNING *;

-- name: copy_in :copyfrom
INSERT INTO {TABLE} ("na""me; --", list, "doc'", plain, pair, pairs, span, raw)
VALUES (@name, @list, @doc, @plain, @pair, @pairs, @span, @raw);

-- name: bulk_in :bulk
INSERT INTO {TABLE} ("na""me; --", list, "doc'", plain, pair, pairs, span, raw)
SELECT name, ARRAY[name], to_jsonb(name), to_json(name), (name, ARRAY[name])::pair, '{{}}', text_range(NULL, name), raw
FROM unnest(@names::text[], @raws::bytea[]) AS given (name, raw)
RETURNING *;

-- name: each :batch
SELECT @name::text AS name, @list::text[] AS list;

-- name: all_of_them :many
SELECT * FROM {TABLE} ORDER BY id;

-- name: exported :stream
SELECT "na""me; --" FROM {TABLE} WHERE "na""me; --" = @name ORDER BY id;

-- name: like :many
SELECT "na""me; --" FROM {TABLE} WHERE "na""me; --" LIKE @pattern ORDER BY id;

-- name: found :page
-- filter: "na""me; --" = @name
-- filter: listed: "na""me; --" = ANY (list)
-- filter: "na""me; --" = ANY (@names)
-- sort: up: "na""me; --" COLLATE "C", id
-- sort: down: "na""me; --" COLLATE "C" desc, id
SELECT id, "na""me; --", "na""me; --" COLLATE "C" AS key FROM {TABLE};

-- name: mood :one!
SELECT @mood::"it's; DROP TABLE canary" AS mood, ARRAY[@mood::"it's; DROP TABLE canary"] AS moods;

-- name: refused :one!
-- error: canary_pkey = 404 it.is "'; DROP TABLE canary; --
INSERT INTO canary (id) VALUES (@id) RETURNING id;
"""
CANARY = Statement("test.canary", "SELECT count(*) FROM canary")


@pytest.fixture(scope="module")
def hostile(build: Callable[..., Any]) -> Any:
    """Runs `body(repository, ctx, module)` on an empty table; the canary has to survive it."""
    run = build(SCHEMA, QUERIES)

    def play(body: Callable[..., Any]) -> None:
        async def scenario(repository: Any, ctx: Ctx) -> None:
            package = type(repository).__module__.partition(".")[0]
            await body(repository, ctx, lambda name: import_module(f"{package}.{name}"))
            assert unpack_int8((await ctx.db.execute(CANARY)).get_value(0, 0) or b"") == 2

        run(scenario)

    return play


def _values(module: Callable[[str], Any], attack: str) -> dict[str, Any]:
    pair = module("rows").Pair
    return {
        "name": attack,
        "list": [attack, None, attack],
        "doc": {attack: [attack], "a": {"b": attack}},
        "plain": [attack, {attack: None}],
        "pair": pair(from_=attack, list=[attack, None]),
        "pairs": [pair(from_=attack, list=None), None, pair(from_=None, list=[attack])],
        "span": Range(attack, attack + "x"),
        "raw": attack.encode(),
    }


def _of_row(row: Any) -> dict[str, Any]:
    members = [name for name in row.__struct_fields__ if name != "id"]
    return dict(zip(("name", "list", "doc", "plain", "pair", "pairs", "span", "raw"),
                    (getattr(row, name) for name in members), strict=True))  # fmt: skip


def test_what_is_inserted_comes_back(hostile: Any) -> None:
    async def body(repository: Any, ctx: Ctx, module: Any) -> None:
        for attack in ATTACKS:
            values = _values(module, attack)
            assert _of_row(await repository.add(ctx, **values)) == values
            async with ctx.tx():
                assert [name async for name in repository.exported(ctx, name=attack)] == [attack]

    hostile(body)


def test_what_is_copied_and_written_in_bulk_and_in_batches_comes_back(hostile: Any) -> None:
    async def body(repository: Any, ctx: Ctx, module: Any) -> None:
        params = module("params")
        given = [_values(module, attack) for attack in ATTACKS]
        assert await repository.copy_in(ctx, [params.CopyInParams(**values) for values in given]) == len(given)
        assert [_of_row(row) for row in await repository.all_of_them(ctx)] == given
        bulk = [params.BulkInParams(names=v["name"], raws=v["raw"]) for v in given]
        for row, values in zip(await repository.bulk_in(ctx, bulk), given, strict=True):
            found = _of_row(row)
            assert (found["name"], found["list"]) == (values["name"], [values["name"]])
            assert found["pair"] == module("rows").Pair(from_=values["name"], list=[values["name"]])
            assert (found["doc"], found["plain"], found["raw"]) == (values["name"], values["name"], values["raw"])
            assert found["span"] == Range(None, values["name"])
        batch = [params.EachParams(name=v["name"], list=v["list"]) for v in given]
        assert [(row.name, row.list) for (row,) in await repository.each(ctx, batch)] == [
            (values["name"], values["list"]) for values in given
        ]

    hostile(body)


def test_filters_patterns_orders_and_cursors_find_what_is_meant(hostile: Any) -> None:
    async def body(repository: Any, ctx: Ctx, module: Any) -> None:
        for attack in ATTACKS:
            await repository.add(ctx, **_values(module, attack))
        for attack in ATTACKS:
            page = await repository.found(ctx, limit=5, name=attack, names=[attack, None], listed=True)
            assert ([row.key for row in page.items], page.next) == ([attack], None)
            escaped = attack.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            assert await repository.like(ctx, pattern=escaped) == [attack]
            with pytest.raises(InvalidCursor):
                await repository.found(ctx, limit=1, after=attack or "'")
            with pytest.raises(InvalidOrder):
                await repository.found(ctx, limit=1, sort=attack)
        for sort in ("up", "down"):
            found: list[str] = []
            after = None
            while not found or after is not None:
                page = await repository.found(ctx, limit=1, sort=sort, after=after)
                found += [row.key for row in page.items]
                after = page.next
            assert found == sorted(ATTACKS, key=str.encode, reverse=sort == "down")

    hostile(body)


def test_enums_errors_and_channels_are_words_and_nothing_more(hostile: Any) -> None:
    async def body(repository: Any, ctx: Ctx, module: Any) -> None:
        (kind,) = (value for name, value in vars(module("rows")).items() if name.startswith("ItS"))
        for mood in kind:
            row = await repository.mood(ctx, mood=mood)
            assert (row.mood, row.moods) == (mood, [mood])
        with pytest.raises(NotFound) as caught:
            await repository.refused(ctx, id=1)
        assert caught.value.code == "it.is"
        assert caught.value.detail == "\"'; DROP TABLE canary; --"
        for attack in ATTACKS:
            if not 0 < len(attack.encode()) < 64:
                continue
            async with asyncio.timeout(20), listen(ctx.db, attack) as events:
                await notify(ctx.db, attack, attack)
                event = await anext(aiter(events))
                assert (event.channel, event.payload) == (attack, attack)

    hostile(body)


def test_nul_is_refused_where_postgresql_has_no_place_for_it(hostile: Any) -> None:
    async def body(repository: Any, ctx: Ctx, module: Any) -> None:
        for member in ("name", "list", "pair"):
            with pytest.raises(DataError):
                await repository.add(ctx, **(_values(module, "x") | {member: _values(module, "a\0b")[member]}))
        assert await repository.all_of_them(ctx) == []

    hostile(body)


def test_names_of_the_schema_are_text_in_the_package(hostile: Any) -> None:
    async def body(_repository: Any, _ctx: Ctx, module: Any) -> None:
        for name in ("repo", "rows", "params"):
            tree = ast.parse(inspect.getsource(module(name)))
            imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
            package = module("rows").__name__.partition(".")[0]
            assert {str(name).partition(".")[0] for name in imported} <= {
                *("builtins", "collections", "datetime", "decimal", "enum", "katana", "msgspec", "typing"),
                package,
            }
            kinds = {type(node) for node in tree.body[1:]}  # after the docstring
            assert kinds <= {ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.ClassDef, ast.FunctionDef}

    hostile(body)
