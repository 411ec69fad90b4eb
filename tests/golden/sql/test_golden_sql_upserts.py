"""The variants of `on_conflict` at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import SqlError, UniqueViolation


def test_a_conflict_updates_or_does_nothing(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        users = module("repo").UsersRepo()
        ada = await users.create_user(ctx, email="ada@example.org", name="Ada", bio=None)
        with pytest.raises(UniqueViolation):
            await users.create_user(ctx, email="ada@example.org", name="Eve", bio=None)
        assert await users.create_user_or_nothing(ctx, email="ada@example.org", name="Eve", bio="e") is None
        changed = await users.create_user_or_update(ctx, email="ada@example.org", name="Ada L.", bio="b")
        assert (changed.id, changed.name, changed.bio) == (ada.id, "Ada L.", "b")
        bob = await users.create_user_or_nothing(ctx, email="bob@example.org", name="Bob", bio=None)
        assert bob is not None
        assert bob.name == "Bob"
        assert await users.visit_or_update(ctx, email="bob@example.org", name="Robert") == "Robert"

    serve("upserts", scenario)


def test_many_rows_are_upserted_at_once(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        users, params = module("repo").UsersRepo(), module("params")
        add, put = params.AddUsersParams, params.PutUsersParams
        await users.add_users(ctx, [add(email="a", name="A")])
        added = await users.add_users_or_nothing(ctx, [add(email="a", name="B"), add(email="c", name="C")])
        assert [row.email for row in added] == ["c"]
        assert await users.put_users_or_update(ctx, [put(email="a", name="A2"), put(email="d", name="D")]) == [1, 1]
        assert await users.visit_or_update(ctx, email="a", name="A3") == "A3"

    serve("upserts", scenario)


def test_keys_of_several_columns_and_of_some_rows_are_targets(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        stock = module("repo").StockRepo()
        await stock.set_stock(ctx, item="nail", shop=1, amount=1)
        await stock.set_stock_or_update(ctx, item="nail", shop=1, amount=2)
        assert await stock.add_stock_or_nothing(ctx, item="nail", shop=1, amount=3) == 0
        assert await stock.add_stock_or_update(ctx, item="nail", shop=2, amount=3) == 1
        assert await stock.open_session(ctx, id=UUID(int=1), token="a", user_id=1) == 1
        assert await stock.open_session_or_update(ctx, id=UUID(int=2), token="b", user_id=1) == 1
        with pytest.raises(UniqueViolation) as caught:
            await stock.open_session_or_update(ctx, id=UUID(int=1), token="c", user_id=2)
        assert caught.value.constraint == "sessions_pkey"

    serve("upserts", scenario)


def test_one_row_may_not_be_updated_twice_by_one_statement(serve: Callable[..., None]) -> None:
    async def scenario(module: Callable[[str], Any], ctx: Ctx) -> None:
        users, add = module("repo").UsersRepo(), module("params").AddUsersParams
        both = [add(email="a", name="A"), add(email="a", name="B")]
        assert len(await users.add_users_or_nothing(ctx, both)) == 1
        with pytest.raises(SqlError):
            await users.add_users(ctx, both)

    serve("upserts", scenario)
