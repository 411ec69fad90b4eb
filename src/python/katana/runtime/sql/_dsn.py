"""Connection strings, read by libpq itself (manual, 32.1.1), so that every form it knows works.

In: a URI or `key=value` string. Out: `Dsn`, its options, and a form that may be shown. Never: a password in a message.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from psycopg import Error as PsycopgError
from psycopg import pq

_FORCED: Final = {"client_encoding": "UTF8"}
_DEFAULTS: Final = {
    "fallback_application_name": "katana",
    # A peer that vanished without a word is noticed within a minute instead of the system's two hours.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


class DsnError(ValueError):
    """libpq does not understand the connection string. The message holds nothing of the string's values.

    `of_replica`: it is the one for replicas.
    """

    of_replica = False


class Dsn(Struct, frozen=True):
    """A connection string. `options` has what was given; libpq adds the environment and the service file."""

    options: dict[str, str]

    @property
    def connect_timeout(self) -> float | None:
        """Seconds for one attempt, None when the string does not say (0 is libpq's "no limit")."""
        given = self.options.get("connect_timeout", "")
        return float(given) if given.isdecimal() and int(given) > 0 else None

    @property
    def leads_elsewhere(self) -> bool:
        """Whether the next attempt to connect may reach another server: several hosts, or a name."""
        hosts = self.options.get("host", "").split(",")
        return len(hosts) > 1 or any(_is_name(host) for host in hosts)

    def conninfo(self, **overrides: str) -> bytes:
        """The string for libpq, with Katana's defaults and forced settings.

        Of several hosts the one that takes writes is meant, unless the string says otherwise.
        """
        several = {"target_session_attrs": "read-write"} if "," in self.options.get("host", "") else {}
        options = {**_DEFAULTS, **several, **self.options, **_FORCED, **overrides}
        return " ".join(f"{key}={conninfo_value(value)}" for key, value in options.items()).encode()

    def __str__(self) -> str:
        user, password = self.options.get("user", ""), "password" in self.options
        credentials = quote(user, safe="") + (":***" if password else "")
        at = "@" if credentials else ""
        hosts, ports = self.options.get("host", "").split(","), self.options.get("port", "").split(",")
        if any(host.startswith(("/", "@")) for host in hosts):
            query = "&".join(f"{key}={self.options[key]}" for key in ("host", "port") if key in self.options)
            return f"postgresql://{credentials}{at}/{self._database}?{query}"
        if len(ports) == 1:
            ports *= len(hosts)
        places = ",".join(host + (f":{port}" if port else "") for host, port in zip(hosts, ports, strict=False))
        return f"postgresql://{credentials}{at}{places}/{self._database}"

    __repr__ = __str__

    @property
    def _database(self) -> str:
        return quote(self.options.get("dbname", ""), safe="")

    async def resolve(self) -> bytes:
        """The string for libpq with host names looked up, because libpq's own look-up would block the event loop.

        A name with several addresses becomes several hosts, tried in order. A name that cannot be looked up is left
        to libpq, whose message then says so.
        """
        return self._with([(host, await _addresses(host)) for host in self._names()])

    def resolve_now(self) -> bytes:
        """`resolve` for where there is no event loop; signals are served meanwhile."""
        return self._with([(host, _addresses_now(host)) for host in self._names()])

    def _names(self) -> list[str]:
        """The hosts, if there is a name among them to be looked up."""
        hosts = self.options.get("host", "").split(",")
        return hosts if "hostaddr" not in self.options and any(_is_name(host) for host in hosts) else []

    def _with(self, found: Sequence[tuple[str, Sequence[str]]]) -> bytes:
        """The string with the addresses of each host."""
        if not found:
            return self.conninfo()
        ports = self.options.get("port", "").split(",")
        if len(ports) == 1:
            ports *= len(found)
        resolved = [
            (host, address, port)
            for (host, addresses), port in zip(found, ports, strict=False)
            for address in addresses
        ]
        columns = [",".join(column) for column in zip(*resolved, strict=True)]
        return self.conninfo(host=columns[0], hostaddr=columns[1], port=columns[2])


def parse_dsn(text: str) -> Dsn:
    """Reads a connection string.

    Raises:
        DsnError: libpq refuses it.
    """
    if "\0" in text:
        raise DsnError("not a PostgreSQL connection string: it holds U+0000")
    try:
        found = pq.Conninfo.parse(text.encode())
    except (PsycopgError, ValueError) as error:
        raise DsnError(f"not a PostgreSQL connection string: {_without_values(str(error), text)}") from None
    return Dsn({option.keyword.decode(): option.val.decode() for option in found if option.val is not None})


def parse_replica_dsn(text: str) -> Dsn:
    """`parse_dsn` for replicas: of several hosts each connection takes one at random, a standby if there is one."""
    try:
        dsn = parse_dsn(text)
    except DsnError as error:
        error.of_replica = True
        raise
    spread = {"load_balance_hosts": "random", "target_session_attrs": "prefer-standby"}
    return Dsn({**spread, **dsn.options}) if "," in dsn.options.get("host", "") else dsn


def masked_dsn(text: str) -> str:
    """`text` without password, for logs: `postgresql://ada:***@db.example:5432/shop`. Never raises."""
    try:
        return str(parse_dsn(text))
    except DsnError as error:
        return f"({error})"


def _without_values(message: str, text: str) -> str:
    """Censors a message of libpq: it quotes parts of the string, passwords too; only option names stay."""
    message = message.strip().partition("\n")[0]
    if '"' in text:
        return message.partition('"')[0].strip()
    keywords = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    return re.sub(r'"([^"]*)"', lambda m: m[0] if m[1] in keywords or m[1] in "=:/@[]" else '"..."', message)


def conninfo_value(value: str) -> str:
    """A value as it stands behind `key=`."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _is_name(host: str) -> bool:
    if not host or host.startswith(("/", "@")):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def _literal(host: str) -> list[str]:
    """What stands for a host that is no name: its address, or nothing for a directory."""
    return [host if host and not host.startswith(("/", "@")) else ""]


async def _addresses(host: str) -> list[str]:
    """The addresses of a host name; an address stands for itself, and so does what cannot be looked up ("")."""
    if not _is_name(host):
        return _literal(host)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return [""]
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _addresses_now(host: str) -> list[str]:
    if not _is_name(host):
        return _literal(host)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return [""]
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
