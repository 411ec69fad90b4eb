"""Whether a server that refused a connection may take one soon (manual, 32.1, PQping).

In: a connection string. Out: a `Ping`. Never: the interpreter's lock while the server is silent: `psycopg.pq` holds it,
so the function is looked up in the libpq that is loaded, as `_libpq` does, and called without.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Final

from psycopg import pq


def _load() -> Callable[[bytes], int] | None:
    module = sys.modules[pq.PGconn.__module__].__file__
    if pq.__impl__ == "python" or module is None:
        return None
    try:
        function = ctypes.CDLL(module).PQping
    except (OSError, AttributeError):
        return None
    function.argtypes = (ctypes.c_char_p,)
    function.restype = ctypes.c_int
    return function


_ping: Final = _load()


def ping(conninfo: bytes) -> int:
    """Asks once, for as long as the string's `connect_timeout` says."""
    return pq.PGconn.ping(conninfo) if _ping is None else _ping(conninfo)
