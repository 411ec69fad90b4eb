"""The expected package of `related` at work: rows in rows are those that separate queries would give."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import uvloop
from msgspec import structs

from katana.embedded import EmbeddedPostgres
from katana.runtime import Ctx
from katana.runtime.sql import (
    CountedDatabase,
    Database,
    NoRows,
    QueryTimeout,
    Result,
    Statement,
    TooManyRows,
    all_rows,
    migrate,
    unpack_text,
)

HERE = Path(__file__).parent
Scenario = Callable[[Any, Ctx], Awaitable[None]]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start() as started:
        yield started


@pytest.fixture
def run(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> Callable[[Scenario], None]:
    """`run(scenario)` migrates a database and awaits `scenario(repo module, ctx)`."""

    def start(scenario: Scenario) -> None:
        monkeypatch.syspath_prepend(str(HERE / "related" / "expected"))
        dsn = server.create_database("related")

        async def connected() -> None:
            db = Database(dsn)
            db.start()
            try:
                async with asyncio.timeout(60):
                    ctx = Ctx(method="GET", path="/", db=db)
                    await scenario(import_module("related_db.repo"), ctx)
            finally:
                await db.close(5)

        migrate(dsn, import_module("related_db.migrations").MIGRATIONS)
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(connected())
        finally:
            server.drop_database("related")
            for module in [name for name in sys.modules if name.split(".")[0] == "related_db"]:
                del sys.modules[module]

    return start


async def execute(ctx: Ctx, sql: str) -> Result:
    return await ctx.db.execute(Statement("test", sql))


async def select(ctx: Ctx, sql: str) -> list[dict[str, Any]]:
    """Rows as dictionaries, by way of JSON."""
    statement = Statement("test.select", f"SELECT to_json(t)::text FROM ({sql}) t")
    result = await ctx.db.execute(statement)
    return [json.loads(text) for text in all_rows(statement, result, lambda r, n: unpack_text(r.get_value(n, 0)))]


async def fill(ctx: Ctx, seed: int) -> None:
    """Random users, posts, profiles, comments; many without relatives."""
    pick = random.Random(seed)
    users = pick.sample(range(1, 60), pick.randint(1, 12))
    posts = pick.sample(range(100, 200), pick.randint(0, 30))

    def some(ids: list[int]) -> str:
        return str(pick.choice(ids)) if ids and pick.random() < 0.6 else "NULL"

    for n, user in enumerate(users):
        name = pick.choice(("Ada", "Bob", "Eve"))
        await execute(ctx, f"INSERT INTO users VALUES ({user}, '{name}', {some(users[:n])})")
        if pick.random() < 0.5:
            bio = pick.choice(("NULL", "'x'"))
            await execute(ctx, f"INSERT INTO profiles VALUES ({user}, {bio})")
    for post in posts:
        author = pick.choice(users)
        await execute(ctx, f"INSERT INTO posts VALUES ({post}, {author}, {some(users)}, 'title {pick.randint(1, 3)}')")
    for comment in range(300, 300 + pick.randint(0, 40) * bool(posts)):
        await execute(ctx, f"INSERT INTO comments VALUES ({comment}, {pick.choice(posts)}, {some(users)}, 'c')")
    for code in range(pick.randint(0, 5)):
        for place in pick.sample("abc", pick.randint(1, 3)):
            label = pick.choice(("NULL", "'x'"))
            await execute(ctx, f"INSERT INTO labels VALUES ({code}, '{place}', {label})")


def plain(row: Any) -> Any:
    """Structs as dictionaries, all the way down."""
    if isinstance(row, list):
        return [plain(each) for each in row]
    return (
        {name: plain(value) for name, value in structs.asdict(row).items()}
        if hasattr(row, "__struct_fields__")
        else row
    )


@pytest.mark.parametrize("seed", range(12))
def test_joined_rows_are_those_of_separate_queries(run: Callable[[Scenario], None], seed: int) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        await fill(ctx, seed)
        users = {row["id"]: row for row in await select(ctx, "SELECT * FROM users ORDER BY id")}
        posts = await select(ctx, "SELECT * FROM posts ORDER BY id")
        profiles = {row["user_id"]: row for row in await select(ctx, "SELECT * FROM profiles")}
        labels = await select(ctx, 'SELECT * FROM labels ORDER BY code, place COLLATE "default"')
        joins = repo.JoinsRepo()
        for post in posts:
            assert plain(await joins.get_post(ctx, id=post["id"])) == {
                "id": post["id"],
                "title": post["title"],
                "author": users[post["user_id"]],
                "reviewer": users.get(post["reviewer_id"]),
            }
        assert [plain(row) async for row in joins.stream_posts(ctx)] == [
            {"post": post, "profile": profiles.get(post["user_id"])} for post in posts
        ]
        assert plain(await joins.list_users_and_posts(ctx, page_size=7)) == [
            {
                "id": user["id"],
                "name": user["name"],
                "lower_name": user["name"].lower(),
                "posts": [{"id": p["id"], "title": p["title"]} for p in posts if p["user_id"] == user["id"]],
            }
            for user in list(users.values())[:7]
        ]
        for user in users.values():
            own = [{**p, "reviewer": users.get(p["reviewer_id"])} for p in posts if p["user_id"] == user["id"]]
            if own:
                found = await joins.get_user_and_posts(ctx, id=user["id"])
                assert plain(found) == {**user, "posts": own, "profile": profiles.get(user["id"])}
            else:
                with pytest.raises(NoRows):
                    await joins.get_user_and_posts(ctx, id=user["id"])
        assert plain(await joins.list_labels(ctx)) == [
            {**a, "others": [b for b in labels if b["code"] == a["code"] and b["place"] != a["place"]]} for a in labels
        ]

    run(scenario)


@pytest.mark.parametrize("seed", range(12))
def test_prefetched_rows_are_those_of_separate_queries(run: Callable[[Scenario], None], seed: int) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        await fill(ctx, seed)
        users = {row["id"]: row for row in await select(ctx, "SELECT * FROM users ORDER BY id")}
        comments = await select(ctx, "SELECT id, post_id, body FROM comments ORDER BY id")
        posts = [
            {**post, "list_comments": [each for each in comments if each["post_id"] == post["id"]]}
            for post in await select(ctx, "SELECT * FROM posts ORDER BY id")
        ]
        profiles = {row["user_id"]: row for row in await select(ctx, "SELECT * FROM profiles")}
        assert plain(await repo.UsersRepo().list_users(ctx)) == [
            {
                **user,
                "posts": [post for post in posts if post["user_id"] == user["id"]],
                "profile": profiles.get(user["id"]),
                "manager": users.get(user["manager_id"]),
            }
            for user in users.values()
        ]
        for user in users.values():
            found = await repo.UsersRepo().get_user(ctx, id=user["id"], part="%1")
            titles = [post["title"] for post in posts if post["user_id"] == user["id"] and post["title"].endswith("1")]
            assert [row.title for row in found.titles] == titles
            whole = await repo.UsersRepo().users_with_posts(ctx, id=user["id"])
            assert plain(whole.reports) == [each for each in users.values() if each["manager_id"] == user["id"]]
            assert [row.id for row in whole.posts] == [post["id"] for post in posts if post["user_id"] == user["id"]]

    run(scenario)


def test_a_prefetch_is_one_query_for_all_rows_and_none_for_no_rows(run: Callable[[Scenario], None]) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        def counted() -> tuple[Ctx, CountedDatabase]:
            database = CountedDatabase(ctx.db)
            return Ctx(method="GET", path="/", db=database), database  # type: ignore[arg-type]  # as in profile dev

        other, database = counted()
        assert await repo.UsersRepo().list_users(other) == []
        assert [statement.name for statement in database.counts] == ["users.list_users"]
        assert await repo.UsersRepo().get_user(other, id=1, part="%") is None
        await execute(ctx, "INSERT INTO users SELECT n, 'u', nullif(n - 1, 0) FROM generate_series(1, 200) n")
        await execute(ctx, "INSERT INTO posts SELECT n, n % 200 + 1, NULL, 't' FROM generate_series(1, 999) n")
        other, database = counted()
        found = await repo.UsersRepo().list_users(other)
        assert sum(len(user.posts) for user in found) == 999
        assert {statement.name: number for statement, number in database.counts.items()} == {
            "users.list_users": 1,
            "posts.posts_by_user_id": 1,
            "comments.list_comments": 1,
            "users.profiles_by_users": 1,
            "users.users_by_ids": 1,
        }

    run(scenario)


def test_more_keys_than_one_array_should_hold_are_several_arrays(run: Callable[[Scenario], None]) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        await execute(ctx, "INSERT INTO users SELECT n, 'u' FROM generate_series(1, 25000) n")
        await execute(ctx, "INSERT INTO posts SELECT n, n, NULL, 't' FROM generate_series(1, 25000) n")
        database = CountedDatabase(ctx.db)
        found = await repo.UsersRepo().list_users(Ctx(method="GET", path="/", db=database))  # type: ignore[arg-type]
        assert all([post.id for post in user.posts] == [user.id] for user in found)
        counts = {statement.name: number for statement, number in database.counts.items()}
        assert counts["posts.posts_by_user_id"] == 3
        assert "users.users_by_ids" not in counts

    run(scenario)


def test_a_prefetch_reads_in_the_transaction_of_its_caller(run: Callable[[Scenario], None]) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        with pytest.raises(ZeroDivisionError):
            async with ctx.tx():
                await execute(ctx, "INSERT INTO users VALUES (1, 'Ada', NULL)")
                await execute(ctx, "INSERT INTO posts VALUES (1, 1, NULL, 'mine')")
                (user,) = await repo.UsersRepo().list_users(ctx)
                assert [post.title for post in user.posts] == ["mine"]
                raise ZeroDivisionError
        assert await repo.UsersRepo().list_users(ctx) == []

    run(scenario)


def test_a_load_that_fails_ends_the_others_and_is_the_error(run: Callable[[Scenario], None]) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        await execute(ctx, "INSERT INTO users VALUES (1, 'Ada', NULL)")
        await execute(ctx, "INSERT INTO posts VALUES (1, 1, NULL, 'mine')")
        before = asyncio.all_tasks()
        ctx.deadline = asyncio.get_running_loop().time() - 1
        with pytest.raises(QueryTimeout):
            await repo.UsersRepo().list_users(ctx)
        ctx.deadline = None

        class Broken(repo.UsersRepo):  # type: ignore[misc]
            async def profiles_by_users(self, ctx: Ctx, *, user_ids: Any) -> Any:
                profile = repo.ProfilesRow(user_id=1, bio=None)
                return [profile, structs.replace(profile, bio="x")]

        with pytest.raises(TooManyRows, match=r"users\.profiles_by_users: the query found two rows for one key"):
            await Broken().list_users(ctx)
        assert asyncio.all_tasks() == before

    run(scenario)


def test_latest_rows_of_each_parent_come_from_a_lateral_join(run: Callable[[Scenario], None]) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        await execute(ctx, "INSERT INTO users VALUES (1, 'Ada', NULL)")
        await execute(ctx, "INSERT INTO posts VALUES (1, 1, NULL, 'a'), (2, 1, NULL, 'b')")
        await execute(
            ctx, "INSERT INTO comments SELECT n, n % 2 + 1, CASE n WHEN 6 THEN 1 END, 'c' FROM generate_series(1, 6) n"
        )
        found = await repo.CommentsRepo().latest_comments(ctx, post_ids=[2, 1])
        assert [(row.post, row.id, row.author and row.author.name) for row in found] == [
            (2, 5, None),
            (2, 3, None),
            (1, 6, "Ada"),
            (1, 4, None),
        ]

    run(scenario)


def test_rows_of_other_statements_than_select_have_rows_in_them(run: Callable[[Scenario], None]) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        forms, params = repo.FormsRepo(), import_module("related_db.params")
        added = await forms.add_users(ctx, [params.AddUsersParams(id=n, name=f"u{n}") for n in (1, 2)])
        assert [[row.users.name for row in rows] for rows in added] == [["u1"], ["u2"]]
        await execute(ctx, "INSERT INTO posts VALUES (1, 1, NULL, 'a'), (2, 1, NULL, 'b')")
        assert [row.title for row in (await forms.add_user_or_update(ctx, id=1, name="again")).titles] == ["a", "b"]
        assert await forms.add_user_or_nothing(ctx, id=1, name="third") is None
        assert [(row.u.name, row.p.title) for row in await forms.moved(ctx)] == [("again", "again")] * 2
        (made,) = await forms.cte(ctx, id=3, name="new")
        assert (made.n.name, made.one) == ("new", 1)
        assert {row.u.name: row.posts for row in await forms.grouped(ctx)} == {"again": 2, "u2": 1, "new": 1}
        assert {(row.u.name, row.posts) for row in await forms.sets(ctx)} >= {("again", 2), (None, 4)}
        joined = await forms.full_join(ctx)
        assert {(row.u and row.u.id, row.p and row.p.id) for row in joined} == {(1, 1), (1, 2), (2, None), (3, None)}
        await execute(ctx, "INSERT INTO profiles VALUES (1, 'x')")
        assert [(row.bio, len(row.posts)) for row in await forms.lists_of_cte(ctx)] == [("x", 2)]

    run(scenario)


def test_pages_and_filtered_lists_have_rows_in_their_rows(run: Callable[[Scenario], None]) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        await execute(ctx, "INSERT INTO users SELECT n, 'u' || n % 2, nullif(n - 1, 0) FROM generate_series(1, 9) n")
        await execute(ctx, "INSERT INTO posts SELECT n, (n - 1) % 9 + 1, NULL, 't' FROM generate_series(1, 18) n")
        users = repo.UsersRepo()
        page, seen = await users.page_users(ctx, limit=4), []
        while True:
            seen += [(row.id, [post.id for post in row.written]) for row in page.items]
            if page.next is None:
                break
            page = await users.page_users(ctx, limit=4, after=page.next)
        assert seen == [(n, [n, n + 9]) for n in (2, 4, 6, 8, 1, 3, 5, 7, 9)]
        assert [row.id for row in (await users.page_users(ctx, limit=9, name="u1")).items] == [1, 3, 5, 7, 9]
        found = await users.search_users(ctx, behind=3, name="u0")
        assert [(row.id, row.manager.id, len(row.posts)) for row in found] == [(4, 3, 2), (6, 5, 2), (8, 7, 2)]
        assert [row.manager for row in await users.search_users(ctx, behind=0) if row.id == 1] == [None]

    run(scenario)
