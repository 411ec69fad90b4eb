"""The clients of the SQL benchmark: Katana's generated repository, asyncpg, psycopg.

In: a DSN and the generated package. Out: coroutines that do one piece of work and return typed rows. Never: measuring.
Each peer is used as its documentation shows for speed: a pool, prepared statements, binary where it can.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import asyncpg
import psycopg
from psycopg.rows import class_row

from katana.runtime import Ctx
from katana.runtime.sql import Database

SCHEMA = """\
CREATE TABLE users (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    score double precision,
    created_at timestamptz NOT NULL
);
CREATE TABLE copied (LIKE users INCLUDING ALL);
"""
QUERIES = """\
-- name: get_user :one
SELECT * FROM users WHERE id = @id;

-- name: list_users :many
SELECT * FROM users WHERE id >= @first ORDER BY id LIMIT 100;

-- name: copy_users :copyfrom
-- nullable: score
INSERT INTO copied (id, name, email, score, created_at) VALUES (@id, @name, @email, @score, @created_at);

-- name: add_users :bulk
-- nullable: score
INSERT INTO copied (id, name, email, score, created_at)
SELECT * FROM unnest(@id::bigint[], @name::text[], @email::text[], @score::float8[], @created_at::timestamptz[]);
"""
GET = "SELECT * FROM users WHERE id = $1"
LIST = "SELECT * FROM users WHERE id >= $1 ORDER BY id LIMIT 100"
BULK = """\
INSERT INTO copied (id, name, email, score, created_at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::float8[], $5::timestamptz[])"""
COLUMNS = ("id", "name", "email", "score", "created_at")

Work = Callable[[int], Awaitable[Any]]
Record = tuple[int, str, str, float | None, datetime]


def records(count: int) -> list[Record]:
    """Rows to insert."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return [(n, f"User {n}", f"user{n}@example.org", None if n % 5 == 0 else n / 3, moment) for n in range(count)]


class Katana:
    """The generated repository. `package` gives its modules by name."""

    name = "katana"

    def __init__(self, package: Callable[[str], Any]) -> None:
        self._repo = package("repo").QueriesRepo()
        self._params = package("params")

    async def open(self, dsn: str) -> None:
        """Connects."""
        self._db = Database(dsn)
        self._db.start()
        await self._db.wait_ready(10)
        self._ctx = Ctx(method="GET", path="/", db=self._db)

    async def close(self) -> None:
        """Disconnects."""
        await self._db.close(5)

    async def get(self, user: int) -> Any:
        """One row."""
        return await self._repo.get_user(self._ctx, id=user)

    async def list(self, first: int) -> Any:
        """A hundred rows."""
        return await self._repo.list_users(self._ctx, first=first)

    def inserts(self, rows: Iterable[Record]) -> dict[str, Work]:
        """Ways to insert; the rows are made before, as a program has them."""
        named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        copied = [self._params.CopyUsersParams(**row) for row in named]
        added = [self._params.AddUsersParams(**row) for row in named]
        return {
            "katana :copyfrom": lambda _: self._repo.copy_users(self._ctx, copied),
            "katana :bulk": lambda _: self._repo.add_users(self._ctx, added),
        }


class Asyncpg:
    """asyncpg with its pool. `row` is the class of a row."""

    name = "asyncpg"

    def __init__(self, row: type[Any]) -> None:
        self._row = row

    async def open(self, dsn: str) -> None:
        """Connects."""
        self._pool = await asyncpg.create_pool(dsn)

    async def close(self) -> None:
        """Disconnects."""
        await self._pool.close()

    async def insert_users(self, rows: list[Record]) -> None:
        """Fills the table that is read."""
        await self._pool.copy_records_to_table("users", records=rows)
        await self._pool.execute("VACUUM ANALYZE users")

    async def empty_copied(self) -> None:
        """Empties the table that is written."""
        await self._pool.execute("TRUNCATE copied")

    async def get(self, user: int) -> Any:
        """One row."""
        return self._row(**await self._pool.fetchrow(GET, user))

    async def list(self, first: int) -> Any:
        """A hundred rows."""
        return [self._row(**record) for record in await self._pool.fetch(LIST, first)]

    def inserts(self, rows: Iterable[Record]) -> dict[str, Work]:
        """Ways to insert."""
        given = list(rows)
        return {
            "asyncpg copy_records_to_table": lambda _: self._pool.copy_records_to_table("copied", records=given),
            "asyncpg unnest": lambda _: self._pool.execute(BULK, *map(list, zip(*given, strict=True))),
        }


class Psycopg:
    """psycopg, ten connections handed out by a queue."""

    name = "psycopg"

    def __init__(self, row: type[Any]) -> None:
        self._row = row

    async def open(self, dsn: str) -> None:
        """Connects."""
        self._free: asyncio.Queue[Any] = asyncio.Queue()
        for _ in range(10):
            connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True, prepare_threshold=0)
            self._free.put_nowait(connection)

    async def close(self) -> None:
        """Disconnects."""
        while not self._free.empty():
            await self._free.get_nowait().close()

    async def get(self, user: int) -> Any:
        """One row."""
        return (await self._fetch("SELECT * FROM users WHERE id = %s", user))[0]

    async def list(self, first: int) -> Any:
        """A hundred rows."""
        return await self._fetch("SELECT * FROM users WHERE id >= %s ORDER BY id LIMIT 100", first)

    async def _fetch(self, sql: str, value: int) -> Any:
        connection = await self._free.get()
        try:
            cursor = connection.cursor(row_factory=class_row(self._row), binary=True)
            await cursor.execute(sql, (value,))
            return await cursor.fetchall()
        finally:
            self._free.put_nowait(connection)

    def inserts(self, rows: Iterable[Record]) -> dict[str, Work]:
        """Ways to insert."""
        given = list(rows)

        async def copy(_: int) -> None:
            connection = await self._free.get()
            try:
                async with connection.cursor().copy("COPY copied FROM STDIN (FORMAT binary)") as sink:
                    sink.set_types(["int8", "text", "text", "float8", "timestamptz"])
                    for row in given:
                        await sink.write_row(row)
            finally:
                self._free.put_nowait(connection)

        return {"psycopg copy": copy}
