"""The servers of a connection string, one by one.

In: a string for libpq with several hosts, names looked up. Out: a string for each host, in the order in which they are
to be tried. Never: a connection.

libpq goes to the next host when one refuses. One that says nothing (a machine that is gone, a network that is cut) it
leaves only after `connect_timeout`, which it counts where it blocks (manual, 32.1, PQconnectPoll) and so never here.
"""

from __future__ import annotations

import random

from psycopg import pq

from katana.runtime.sql._dsn import conninfo_value


def places(conninfo: bytes) -> list[bytes]:
    """`conninfo` for each of its hosts alone; as it is when it has one, or lists that do not match, as libpq will say.

    `load_balance_hosts=random` shuffles them; `prefer-standby` asks each for a standby first and then for anything.
    """
    found = pq.Conninfo.parse(conninfo)
    options = {option.keyword.decode(): option.val.decode() for option in found if option.val is not None}
    columns = {key: options[key].split(",") for key in ("host", "hostaddr", "port") if options.get(key)}
    count = max(map(len, columns.values()), default=1)
    if len(columns.get("port", ())) == 1:
        columns["port"] *= count
    if count == 1 or any(len(column) != count for column in columns.values()):
        return [conninfo]
    order = list(range(count))
    if options.get("load_balance_hosts") == "random":
        random.shuffle(order)
    wanted = options.get("target_session_attrs", "any")
    return [
        _one({**options, **{key: column[at] for key, column in columns.items()}, "target_session_attrs": each})
        for each in (("standby", "any") if wanted == "prefer-standby" else (wanted,))
        for at in order
    ]


def _one(options: dict[str, str]) -> bytes:
    return " ".join(f"{key}={conninfo_value(value)}" for key, value in options.items()).encode()
