"""The variants of filters, orders and pages at work, with what other annotations make of their rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import InvalidOrder, Statement

_ROWS = """
    INSERT INTO users (team, email, name, bio, mood, score, created_at)
    SELECT 1 + n % 2, 'u' || n, 'n' || n % 3, nullif('b', 'b' || n % 2), (ARRAY['sad', 'ok', 'happy'])[1 + n % 4]::mood,
        nullif(n % 5, 0), timestamptz '2026-01-01 00:00Z' + n / 2 * interval '1 day'
    FROM generate_series(1, 20) AS n
"""


async def _fill(ctx: Ctx) -> None:
    await ctx.db.execute(Statement("test.teams", "INSERT INTO teams VALUES (1, 'red'), (2, 'blue'), (3, 'empty')"))
    await ctx.db.execute(Statement("test.users", _ROWS))


async def _pages(call: Callable[..., Any], ctx: Ctx, **given: Any) -> list[Any]:
    found: list[Any] = []
    page = await call(ctx, limit=3, **given)
    found += page.items
    while page.next is not None:
        page = await call(ctx, limit=3, after=page.next, **given)
        found += page.items
    return found


def test_pages_are_filtered_and_sorted(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        await _fill(ctx)
        repo, mood = module("repo").UsersRepo(), module("rows").Mood
        newest = await _pages(repo.list_users, ctx, team=1)
        assert len(newest) == 10
        assert newest == sorted(newest, key=lambda row: (-row.created_at.timestamp(), row.id))
        since = datetime(2026, 1, 6, tzinfo=UTC)
        by_name = await _pages(repo.list_users, ctx, team=2, since=since, with_bio=True, sort="by_name")
        assert by_name == sorted(by_name, key=lambda row: (row.name, row.id))
        assert {row.id for row in by_name} == {n for n in range(10, 21) if n % 2}
        assert await _pages(repo.list_users, ctx, team=1, name="nobody") == []
        ranking = await _pages(repo.ranking, ctx)
        assert [row.score for row in ranking] == [Decimal(n) for n in (4, 3, 2, 1) for _ in range(4)] + [None] * 4
        assert {row.mood for row in await _pages(repo.ranking, ctx, mood=mood.HAPPY)} == {mood.HAPPY}
        members = await _pages(repo.members, ctx)
        assert [(row.team, row.id) for row in members] == sorted((row.team, row.id) for row in members)
        assert len(await _pages(repo.emails, ctx)) == 20
        with pytest.raises(InvalidOrder):
            await repo.list_users(ctx, team=1, limit=3, sort="oldest")

    serve("variants", scenario)


def test_lists_counts_and_streams_are_filtered_and_sorted(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        await _fill(ctx)
        repo, mood = module("repo").UsersRepo(), module("rows").Mood
        assert [await repo.count_users(ctx), await repo.count_users(ctx, team=1, mood=mood.SAD)] == [20, 5]
        assert await repo.count_users(ctx, pattern="u1%") == 11
        assert len(await repo.search_users(ctx, most=4, names=["n1", None], sort="worst")) == 4
        assert (await repo.names_in_order(ctx))[0] == "n2"
        assert len([row async for row in repo.export_users(ctx, team=2)]) == 10
        down = [number async for number in repo.sorted_export(ctx, sort="down")]
        assert down == sorted([number async for number in repo.sorted_export(ctx)], reverse=True)

    serve("variants", scenario)


def test_variants_go_with_rows_in_rows_and_policies(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        await _fill(ctx)
        repo = module("repo").CombinedRepo()
        rows = await _pages(repo.users_with_team, ctx, team="red")
        assert len(rows) == 10
        assert {(row.team.id, row.team.name) for row in rows} == {(1, "red")}
        assert rows == sorted(rows, key=lambda row: (row.name, row.id))
        teams = await repo.teams_with_users(ctx, sort="down")
        assert [(team.name, len(team.users)) for team in teams] == [("red", 10), ("empty", 0), ("blue", 10)]
        teams = await repo.teams_with_users(ctx, with_users=True, names=["red", "empty"])
        assert [team.name for team in teams] == ["red"]

    serve("variants", scenario)
