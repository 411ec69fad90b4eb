"""Filters, orders and pages over hostile values: what a client gives is a value, wherever it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import InvalidCursor, InvalidOrder, Statement, UnstorableText

_SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE users (
    id int PRIMARY KEY, team int NOT NULL, name text NOT NULL, mood mood, tags text[] NOT NULL DEFAULT '{}', bio text
);
INSERT INTO users (id, team, name, mood, bio) VALUES
    (1, 1, 'Ada', 'happy', 'x'), (2, 1, 'Bob', 'sad', NULL), (3, 2, 'Eve', NULL, 'y'), (4, 2, 'Ada', NULL, NULL),
    (5, 2, ''' OR true --', 'sad', NULL), (6, 2, '$1; DROP TABLE users', NULL, 'z');
"""
_QUERIES = """
-- name: list_users :many
-- filter: name = @name
-- filter: mood = @mood
-- filter: id = ANY (@ids)
-- filter: with_bio: bio IS NOT NULL
-- filter: team = @team OR team = -1
-- sort: up: id
-- sort: down: id desc
SELECT id FROM users WHERE id > @least OR id < -@least -- a remark ' that ends nothing
;

-- name: page_of_users :page
-- filter: name = @name
-- filter: mood = @mood
-- sort: by_name: name, id desc
-- sort: by_mood: mood desc nulls last, id
SELECT id, name, mood FROM users;

-- name: groups :many
-- filter: name <> @name
SELECT team, count(*) AS members FROM users GROUP BY team HAVING count(*) > @least ORDER BY team;

-- name: first_user :one
-- filter: id >= @least
-- sort: id
SELECT id, name FROM users LIMIT 1 FOR UPDATE;

-- name: in_parentheses :many
-- filter: id > @least
WITH those AS (SELECT id FROM users WHERE team = @team ORDER BY name LIMIT 100)
SELECT (SELECT max(id) FROM users WHERE id > 0) AS most, those.id AS "order" FROM those ORDER BY "order";

-- name: local_names :many
-- filter: name = @statement
-- filter: mood = @result
-- filter: id = @keys
SELECT id FROM users ORDER BY id;
"""


@pytest.fixture(scope="module")
def run(build: Callable[..., Any]) -> Any:
    return build(_SCHEMA, _QUERIES)


def test_each_filter_applies_when_it_is_given(run: Any) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        assert await repo.list_users(ctx, least=0) == [1, 2, 3, 4, 5, 6]
        assert await repo.list_users(ctx, least=0, sort="down") == [6, 5, 4, 3, 2, 1]
        assert await repo.list_users(ctx, least=0, name="Ada") == [1, 4]
        assert await repo.list_users(ctx, least=1, name="Ada") == [4]
        assert await repo.list_users(ctx, least=0, name="Ada", mood="happy") == [1]
        assert await repo.list_users(ctx, least=0, ids=[]) == []
        assert await repo.list_users(ctx, least=0, ids=[6, None, 1], sort="down") == [6, 1]
        assert await repo.list_users(ctx, least=0, with_bio=True, team=2) == [3, 6]
        assert await repo.list_users(ctx, least=0, name="Ada", mood="sad", ids=[1], with_bio=True, team=1) == []
        assert [row.members for row in await repo.groups(ctx, least=1)] == [2, 4]
        assert [row.members for row in await repo.groups(ctx, least=1, name="Ada")] == [3]
        first = await repo.first_user(ctx, least=3)
        assert (first.id, first.name) == (3, "Eve")
        assert [row.order for row in await repo.in_parentheses(ctx, team=2, least=4)] == [5, 6]
        assert await repo.local_names(ctx, statement="Bob", result="sad", keys=2) == [2]

    run(scenario)


def test_every_combination_of_filters_is_the_conjunction(run: Any) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        given = {"name": "Ada", "mood": "happy", "ids": [1, 2, 4], "with_bio": True, "team": 1}
        alone = {key: set(await repo.list_users(ctx, least=0, **{key: value})) for key, value in given.items()}
        for chosen in range(32):
            some = {key: value for bit, (key, value) in enumerate(given.items()) if chosen >> bit & 1}
            expected = {1, 2, 3, 4, 5, 6}.intersection(*(alone[key] for key in some))
            for sort in ("up", "down"):
                found = await repo.list_users(ctx, least=0, sort=sort, **some)
                assert found == sorted(expected, reverse=sort == "down"), some

    run(scenario)


_HOSTILE = (
    "' OR true --",
    "$1; DROP TABLE users",
    "'; DROP TABLE users; --",
    "name",
    "%",
    "\\",
    "x' UNION SELECT 1 --",
    '"users"',
    "${jndi:ldap://x}",
    "\u2019 OR 1=1",
)


def test_hostile_values_are_values(run: Any) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        for text in _HOSTILE:
            known = {"' OR true --": [5], "$1; DROP TABLE users": [6]}.get(text, [])
            assert await repo.list_users(ctx, least=0, name=text) == known
            page = await repo.page_of_users(ctx, limit=5, name=text, sort="by_name")
            assert [row.id for row in page.items] == known
            with pytest.raises(InvalidCursor):
                await repo.page_of_users(ctx, limit=5, sort="by_name", after=text)
            with pytest.raises(InvalidOrder):
                await repo.list_users(ctx, least=0, sort=text)
            with pytest.raises(InvalidOrder):
                await repo.page_of_users(ctx, limit=5, sort=text)
        with pytest.raises(UnstorableText):
            await repo.list_users(ctx, least=0, name="a\0b")
        assert len(await repo.list_users(ctx, least=0)) == 6

    run(scenario)


def test_a_cursor_is_of_one_query_and_one_order(run: Any) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        by_name = await repo.page_of_users(ctx, limit=2, sort="by_name")
        with pytest.raises(InvalidCursor):
            await repo.page_of_users(ctx, limit=2, sort="by_mood", after=by_name.next)
        rest = await repo.page_of_users(ctx, limit=9, sort="by_name", after=by_name.next)
        assert sorted(row.id for row in (*by_name.items, *rest.items)) == [1, 2, 3, 4, 5, 6]
        fewer = await repo.page_of_users(ctx, limit=9, sort="by_name", name="Eve", after=by_name.next)
        assert [row.id for row in fewer.items] == [3]

    run(scenario)


def test_a_cursor_with_keys_that_do_not_exist_finds_what_is_behind_them(run: Any) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        page = await repo.page_of_users(ctx, limit=1, sort="by_mood")
        await ctx.db.execute(Statement("test.delete", "DELETE FROM users WHERE id = 1"))
        rest = await repo.page_of_users(ctx, limit=9, sort="by_mood", after=page.next)
        assert [row.id for row in rest.items] == [2, 5, 3, 4, 6]

    run(scenario)
