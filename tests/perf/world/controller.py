"""The operations of `world.yaml`, written as an application writes them."""

import html
import random

from world_api.api import WorldsApi
from world_api.dto import Id, World
from world_api.responses import FortunesOk
from world_db.params import ChangeWorldsParams
from world_db.repo import WorldsRepo
from world_db.rows import FortuneRow, WorldRow

from katana.runtime import Ctx, NotFound, UnprocessableContent

ROWS = 10_000
ADDED = "Additional fortune added at request time."


class WorldsController(WorldsApi):
    """Rows at random."""

    def __init__(self, worlds: WorldsRepo) -> None:
        self._worlds = worlds

    async def get_world(self, ctx: Ctx, id: Id) -> World | NotFound | UnprocessableContent:  # noqa: A002
        row = await self._worlds.find_world(ctx, id=id)
        return _world(row) if row else ctx.problem.not_found("world.not_found", detail="There is no such row.")

    async def single_query(self, ctx: Ctx) -> World:
        return _world(await self._worlds.get_world(ctx, id=random.randint(1, ROWS)))

    async def several_queries(self, ctx: Ctx, *, queries: int) -> list[World] | UnprocessableContent:
        return [_world(row) for (row,) in await self._worlds.get_worlds(ctx, _some(queries))]

    async def fortunes(self, ctx: Ctx) -> FortunesOk:
        rows = await self._worlds.list_fortunes(ctx)
        rows.append(FortuneRow(id=0, message=ADDED))
        rows.sort(key=lambda row: row.message)
        return FortunesOk(body=page([(row.id, row.message) for row in rows]))

    async def updates(self, ctx: Ctx, *, queries: int) -> list[World] | UnprocessableContent:
        found = await self._worlds.get_worlds(ctx, sorted(_some(queries)))
        changed = [ChangeWorldsParams(id=row.id, random_number=random.randint(1, ROWS)) for (row,) in found]
        await self._worlds.change_worlds(ctx, changed)
        return [World(id=row.id, random_number=row.random_number) for row in changed]


def page(fortunes: list[tuple[int, str]]) -> str:
    """The page, with every message escaped."""
    rows = "".join(f"<tr><td>{number}</td><td>{html.escape(message)}</td></tr>" for number, message in fortunes)
    return (
        "<!DOCTYPE html><html><head><title>Fortunes</title></head><body>"
        f"<table><tr><th>id</th><th>message</th></tr>{rows}</table></body></html>"
    )


def _world(row: WorldRow) -> World:
    return World(id=row.id, random_number=row.random_number)


def _some(count: int) -> list[int]:
    return random.sample(range(1, ROWS + 1), count)
