"""The generated service on its database: `python -m perf.world.server PORT DSN`."""

import sys

from world_api.routes import WorldRouter
from world_db.migrations import MIGRATIONS
from world_db.repo import WorldsRepo

from katana.runtime import Service, serve
from perf.world.controller import WorldsController

SERVICE = Service(
    name="world",
    version="1",
    routers=lambda: (WorldRouter(worlds=WorldsController(WorldsRepo())),),
    migrations=MIGRATIONS,
)

if __name__ == "__main__":
    raise SystemExit(serve(SERVICE, ["--port", sys.argv[1], "--database-url", sys.argv[2], "--reactors", "0"]))
