"""Every option, with its spellings.

In: nothing. Out: `OPTIONS` and `LIMIT_OPTIONS`, as data. Never: values.

| spelling | of `shutdown_deadline` | of the limit `idle_timeout` |
|---|---|---|
| command line | `--shutdown-deadline 5s` | `--limits-idle-timeout 5s` |
| environment | `KATANA_SHUTDOWN_DEADLINE=5s` | `KATANA_LIMITS_IDLE_TIMEOUT=5s` |
| `katana.toml` | `shutdown_deadline = "5s"` | `idle_timeout = "5s"` below `[limits]` |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Final

from katana.runtime._config import _values
from katana.runtime._config._profiles import PROFILES
from katana.runtime._limits import Limits
from katana.runtime._poll import POLLS

PREFIX: Final = "KATANA_"
LIMITS_TABLE: Final = "limits"
_BY_UNIT: Final[dict[str, Callable[[str], object]]] = {"bytes": _values.size, "seconds": _values.some_seconds}


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `flag` is the value that its presence without argument means; None: it needs an argument."""

    name: str
    parse: Callable[[str], object]
    metavar: str
    help: str
    flag: bool | None = None

    @property
    def switch(self) -> str:
        """The command line's spelling."""
        dashed = self.name.replace("_", "-")
        return f"--no-{dashed}" if self.flag is False else f"--{dashed}"

    @property
    def variable(self) -> str:
        """The environment's spelling."""
        return PREFIX + self.switch.removeprefix("--").replace("-", "_").upper()

    @property
    def key(self) -> str:
        """The file's spelling, with its table."""
        limit = self.name.removeprefix(f"{LIMITS_TABLE}_")
        return self.name if limit == self.name else f"{LIMITS_TABLE}.{limit}"


def _profile(value: str) -> str:
    if value not in PROFILES:
        raise ValueError(f"one of {', '.join(f'`{name}`' for name in PROFILES)}")
    return value


def _poll(value: str) -> str:
    if value not in POLLS:
        raise ValueError(f"one of {', '.join(f'`{name}`' for name in POLLS)}")
    return value


DATABASE_OPTIONS: Final = (
    Option("database_replica_url", _values.text, "URL", "replicas, as several hosts, for queries with `-- replica_ok`"),
    Option("database_lanes", _values.count, "N", "connections of each reactor that its requests share"),
    Option("database_leases", _values.count, "N", "further connections of each reactor, for transactions and streams"),
    Option("database_query_timeout", _values.some_seconds, "SECONDS", "time for a query that comes without a deadline"),
    Option("database_cache", _values.size, "BYTES", "answers that each reactor keeps for queries with `-- cache:`"),
)
"""How a reactor uses its database."""

OPTIONS: Final = (
    Option("host", _values.text, "HOST", "address or name to listen on"),
    Option("port", _values.port, "PORT", "port to listen on, 0 for any free one"),
    Option(
        "database_url", _values.text, "URL", "PostgreSQL connection string, postgresql://user:password@host:port/name"
    ),
    *DATABASE_OPTIONS,
    Option("profile", _profile, f"{{{','.join(PROFILES)}}}", "set of defaults; dev and staging serve /docs too"),
    Option("migrate", _values.negated_flag, "", "do not apply missing migrations at start", flag=False),
    Option(
        "reactors", _values.reactors, "N", "processes that serve, 0 for this one alone; one for each core, alone in dev"
    ),
    Option("poll", _poll, f"{{{','.join(POLLS)}}}", "how the event loop waits for sockets"),
    Option("arena", _values.negated_flag, "", "let CPython decide when its collector runs", flag=False),
    Option("pin", _values.negated_flag, "", "do not keep each reactor on a core of its own", flag=False),
    Option("admin_port", _values.port, "PORT", "port for /livez, /readyz and /status of all reactors together"),
    Option("admin_host", _values.text, "HOST", "address or name for the admin port"),
    Option("shutdown_deadline", _values.seconds, "SECONDS", "time for running requests after SIGTERM"),
    Option("body_limit", _values.size, "BYTES", "largest request body, unless the operation sets its own limit"),
    Option("trust_client_cert", _values.flag, "", "believe the proxy's client-cert fields (RFC 9440)", flag=True),
    Option("webhook_secrets", _values.words, "SECRET,...", "what messages are signed with, better in the environment"),
    Option(
        "webhook_allow", _values.words, "HOST,...", "names and networks that messages may go to beyond the internet"
    ),
)
"""What is set for most services."""

SECRET: Final = frozenset({"database_url", "database_replica_url", "webhook_secrets"})
"""Options whose values no message repeats."""

LIMIT_OPTIONS: Final = tuple(
    Option(
        f"{LIMITS_TABLE}_{field.name}",
        _BY_UNIT.get(field.metadata["unit"], _values.count),
        field.metadata["unit"].upper(),
        field.metadata["meaning"],
    )
    for field in fields(Limits)
    if field.name != "body"
)
"""The limits of `katana.runtime._limits`; that of a body is `body_limit`."""


def suggestion(name: str, known: Sequence[str]) -> str:
    """What the user may have meant, as the end of a sentence; the names that exist when nothing is near."""
    plain = {choice.removeprefix(PREFIX): choice for choice in known}
    close = get_close_matches(name.removeprefix(PREFIX), plain, n=1)
    return f"; did you mean {plain[close[0]]}?" if close else f"; known are {', '.join(known)}"
