"""What a process runs with.

In: values. Out: `Config`. Never: I/O, and never a secret in a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from katana.runtime._config._options import LIMIT_OPTIONS, LIMITS_TABLE, OPTIONS, SECRET
from katana.runtime._config._profiles import DOCUMENTED
from katana.runtime._limits import LIMITS, Limits

Profile = Literal["dev", "staging", "prod", "prod-high-throughput", "prod-low-latency"]


class ConfigError(Exception):
    """A configuration that cannot be used. The text names the option as the user wrote it and says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a process runs with.

    Args:
        host: address or name to listen on.
        port: TCP port; 0: one that is free.
        database_url: PostgreSQL connection string; a secret, see `shown`.
        database_replica_url: where queries with `-- replica_ok` may go; a secret too.
        database_lanes: connections of each reactor that its requests share.
        database_leases: further ones, for transactions, streams and slow queries, opened when they are needed.
        database_query_timeout: seconds for a query that comes without a deadline.
        database_cache: bytes of answers that each reactor keeps for queries with `-- cache:`.
        profile: `dev` and `staging` add `/docs` and `/openapi.json`.
        migrate: apply missing migrations before serving.
        reactors: processes that serve, each with an event loop of its own; 0: this process alone; None: in the profile
            `dev` this process alone, else one for each core.
        poll: how the event loop waits for sockets, one of `katana.runtime._poll.POLLS`.
        arena: whether the cyclic collector keeps out of requests (RFC 0009); False: CPython decides when it runs.
        pin: whether each reactor stays on a core of its own, when there are enough.
        admin_port: TCP port of `/livez`, `/readyz` and `/status` of the whole instance; None: there is none.
        admin_host: address or name for it.
        shutdown_deadline: seconds that requests have to finish after SIGTERM.
        body_limit: bytes of a request body, unless the operation sets its own.
        trust_client_cert: believe the fields `client-cert` and `client-cert-chain` (RFC 9440): a proxy in front of the
            service sets them, and removes those that clients send.
        webhook_secrets: what messages are signed with, the newest first; secrets, see `shown`.
        webhook_allow: names, addresses and networks that messages may go to beyond the public internet.
        limits: what one process accepts from its clients; `body_limit` stands for the one of a body.
        sources: option name to where its value came from; options that are missing have their defaults.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str | None = field(default=None, repr=False)
    database_replica_url: str | None = field(default=None, repr=False)
    database_lanes: int = 2
    database_leases: int = 8
    database_query_timeout: float = 30.0
    database_cache: int = 16 << 20
    profile: Profile = "prod"
    migrate: bool = True
    reactors: int | None = None
    poll: str = "auto"
    arena: bool = True
    pin: bool = True
    admin_port: int | None = None
    admin_host: str = "127.0.0.1"
    shutdown_deadline: float = 10.0
    body_limit: int = LIMITS.body
    trust_client_cert: bool = False
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    webhook_allow: tuple[str, ...] = ()
    limits: Limits = LIMITS
    sources: Mapping[str, str] = field(default_factory=dict)

    def source(self, name: str) -> str:
        """Where the value of an option came from."""
        return self.sources.get(name, "default")

    @property
    def documented(self) -> bool:
        """Whether the service shows its documents."""
        return self.profile in DOCUMENTED


def shown(config: Config) -> tuple[tuple[str, str, str], ...]:
    """Name, value and source of every option, passwords masked."""
    rows = [(option.name, _text(option.name, getattr(config, option.name)), option.name) for option in OPTIONS]
    for option in LIMIT_OPTIONS:
        value = getattr(config.limits, option.key.removeprefix(f"{LIMITS_TABLE}."))
        rows.append((option.key, _text(option.name, value), option.name))
    return tuple((name, text, config.source(key)) for name, text, key in rows)


def _text(name: str, value: object) -> str:
    if name in ("database_url", "database_replica_url"):
        return masked(value if isinstance(value, str) else None)
    if value is None or isinstance(value, bool):
        return str(value).lower()  # as katana.toml spells it
    if isinstance(value, tuple):
        return "none" if not value else f"({len(value)})" if name in SECRET else ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def masked(url: str | None) -> str:
    """A connection string without its password."""
    if url is None:
        return "none"
    from katana.runtime.sql import DsnError, masked_dsn  # noqa: PLC0415 - loads libpq, which a service may not need

    try:
        return masked_dsn(url)
    except DsnError:
        return "(not a connection string)"
