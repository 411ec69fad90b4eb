"""FastAPI on uvicorn with asyncpg's pool: `python -m perf.peers.fastapi_asyncpg PORT DSN`.

The operations of `perf/world/world.yaml`, as the documentation of both libraries shows them for speed.
"""

import html
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
import uvicorn
from fastapi import FastAPI, HTTPException, Path, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

ROWS = 10_000
READ = "SELECT id, random_number FROM world WHERE id = $1"
CHANGE = "UPDATE world SET random_number = $2 WHERE id = $1"
ADDED = "Additional fortune added at request time."
Queries = Annotated[int, Query(ge=1, le=500)]


class World(BaseModel):
    id: int
    random_number: int


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(sys.argv[2]) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_pool)


@app.get("/worlds/{number}")
async def get_world(number: Annotated[int, Path(ge=1, le=ROWS)]) -> World:
    """One row by its key."""
    row = await app.state.pool.fetchrow(READ, number)
    if row is None:
        raise HTTPException(404)
    return World(**row)


@app.get("/db")
async def single_query() -> World:
    """One row at random."""
    return World(**await app.state.pool.fetchrow(READ, random.randint(1, ROWS)))


@app.get("/queries")
async def several_queries(queries: Queries = 1) -> list[World]:
    """Rows at random, each by a query of its own."""
    async with app.state.pool.acquire() as connection:
        return [World(**row) for row in await _read(connection, queries)]


@app.get("/fortunes")
async def fortunes() -> HTMLResponse:
    """A page."""
    rows = [(row["id"], row["message"]) for row in await app.state.pool.fetch("SELECT id, message FROM fortune")]
    rows.append((0, ADDED))
    rows.sort(key=lambda row: row[1])
    lines = "".join(f"<tr><td>{number}</td><td>{html.escape(message)}</td></tr>" for number, message in rows)
    return HTMLResponse(
        "<!DOCTYPE html><html><head><title>Fortunes</title></head><body>"
        f"<table><tr><th>id</th><th>message</th></tr>{lines}</table></body></html>"
    )


@app.get("/updates")
async def updates(queries: Queries = 1) -> list[World]:
    """Rows at random, each read, changed and written."""
    async with app.state.pool.acquire() as connection:
        rows = await _read(connection, queries)
        changed = sorted((row["id"], random.randint(1, ROWS)) for row in rows)
        await connection.executemany(CHANGE, changed)
    return [World(id=number, random_number=value) for number, value in changed]


async def _read(connection: Any, count: int) -> list[Any]:
    statement = await connection.prepare(READ)
    return [await statement.fetchrow(number) for number in random.sample(range(1, ROWS + 1), count)]


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="error",
        access_log=False,
    )
