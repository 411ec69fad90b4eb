"""The configuration of a process: one typed object that knows where each value came from.

In: environment and command line. Out: `Config`. Never: I/O, and never a secret in a text.

Precedence: defaults < environment (`KATANA_*`) < command line. An unknown `KATANA_*` variable is an error, because it
is most often a known one with a typing mistake, and a service that runs with a default nobody wanted is worse. The
variables of the tools around a service are none of its business and may be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Literal, cast

from katana.runtime._limits import LIMITS

Profile = Literal["dev", "prod"]

_PREFIX: Final = "KATANA_"
_OF_TOOLS: Final = frozenset({"KATANA_PANTS_LAUNCHER", "KATANA_TRACEBACK", "KATANA_UPDATE_GOLDEN"})
_SIZE: Final = re.compile(r"([0-9]+)\s*(B|KiB|MiB|GiB)?", re.IGNORECASE)
_SIZE_UNITS: Final = {"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
_DURATION: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h)?")
_DURATION_UNITS: Final = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_FLAGS: Final = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


class ConfigError(Exception):
    """A configuration that cannot be used. The text names the option as the user wrote it and says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a process runs with.

    Args:
        host: address or name to listen on.
        port: TCP port; 0: one that is free.
        database_url: PostgreSQL connection string; a secret, see `shown`.
        profile: `dev` adds `/docs` and `/openapi.json`.
        migrate: apply missing migrations before serving.
        reactors: processes that serve, each with an event loop of its own; 0: this process alone; None: in the profile
            `dev` this process alone, else one for each core.
        pin: whether each reactor stays on a core of its own, when there are enough.
        admin_port: TCP port of `/livez`, `/readyz` and `/status` of the whole instance; None: there is none.
        admin_host: address or name for it.
        shutdown_deadline: seconds that requests have to finish after SIGTERM.
        body_limit: bytes of a request body, unless the operation sets its own.
        trust_client_cert: believe the fields `client-cert` and `client-cert-chain` (RFC 9440): a proxy in front of the
            service sets them, and removes those that clients send.
        webhook_secrets: what messages are signed with, the newest first; secrets, see `shown`.
        webhook_allow: names, addresses and networks that messages may go to beyond the public internet.
        sources: option name to where its value came from; options that are missing have their defaults.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str | None = field(default=None, repr=False)
    profile: Profile = "prod"
    migrate: bool = True
    reactors: int | None = None
    pin: bool = True
    admin_port: int | None = None
    admin_host: str = "127.0.0.1"
    shutdown_deadline: float = 10.0
    body_limit: int = LIMITS.body
    trust_client_cert: bool = False
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    webhook_allow: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    def source(self, name: str) -> str:
        """Where the value of an option came from."""
        return self.sources.get(name, "default")


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
        return _PREFIX + self.switch.removeprefix("--").replace("-", "_").upper()


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("a text that is not empty")
    return value


def _words(value: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in value.split(","))
    if not all(words):
        raise ValueError("words with commas between them")
    return words


def _port(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) <= 65535):
        raise ValueError("a number from 0 to 65535, 0 for any free port")
    return int(value)


def _reactors(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) <= 1024):
        raise ValueError("a number from 0 to 1024")
    return int(value)


def _profile(value: str) -> str:
    if value not in ("dev", "prod"):
        raise ValueError("`dev` or `prod`")
    return value


def _seconds(value: str) -> float:
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError("a duration such as `10`, `1.5s`, `500ms` or `2m`")
    return float(match[1]) * _DURATION_UNITS[match[2] or ""]


def _bytes(value: str) -> int:
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise ValueError("a size such as `1048576`, `512KiB` or `1MiB`")
    return int(match[1]) * _SIZE_UNITS[(match[2] or "").lower()]


def _flag(value: str) -> bool:
    flag = _FLAGS.get(value.strip().lower())
    if flag is None:
        raise ValueError("`true` or `false`")
    return flag


def _negated_flag(value: str) -> bool:
    return not _flag(value)


OPTIONS: Final = (
    Option("host", _text, "HOST", "address or name to listen on"),
    Option("port", _port, "PORT", "port to listen on, 0 for any free one"),
    Option("database_url", _text, "URL", "PostgreSQL connection string, postgresql://user:password@host:port/name"),
    Option("profile", _profile, "{dev,prod}", "dev serves /docs and /openapi.json too"),
    Option("migrate", _negated_flag, "", "do not apply missing migrations at start", flag=False),
    Option("reactors", _reactors, "N", "processes that serve, 0 for this one alone; one for each core, alone in dev"),
    Option("pin", _negated_flag, "", "do not keep each reactor on a core of its own", flag=False),
    Option("admin_port", _port, "PORT", "port for /livez, /readyz and /status of all reactors together"),
    Option("admin_host", _text, "HOST", "address or name for the admin port"),
    Option("shutdown_deadline", _seconds, "SECONDS", "time for running requests after SIGTERM"),
    Option("body_limit", _bytes, "BYTES", "largest request body, unless the operation sets its own limit"),
    Option("trust_client_cert", _flag, "", "believe the proxy's client-cert fields (RFC 9440)", flag=True),
    Option("webhook_secrets", _words, "SECRET,...", "what messages are signed with, better in the environment"),
    Option("webhook_allow", _words, "HOST,...", "names and networks that messages may go to beyond the internet"),
)

_SECRET: Final = frozenset({"database_url", "webhook_secrets"})
"""Options whose values no message repeats."""


def resolve(arguments: Mapping[str, str], environment: Mapping[str, str]) -> Config:
    """The configuration from command-line arguments (by option name) and the environment. Raises ConfigError."""
    check_names(environment)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for option in OPTIONS:
        if option.name in arguments:
            text, source = arguments[option.name], option.switch
        elif option.variable in environment:
            text, source = environment[option.variable], option.variable
        else:
            continue
        values[option.name] = _parsed(option, text, source)
        sources[option.name] = source
    return Config(**values, sources=sources)


def check_names(environment: Mapping[str, str]) -> None:
    """Raise ConfigError for a `KATANA_*` variable that belongs to no option and no tool."""
    known = [option.variable for option in OPTIONS]
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known and name not in _OF_TOOLS:
            raise ConfigError(f"unknown environment variable {name}{suggestion(name, known)}")


def suggestion(name: str, known: Sequence[str]) -> str:
    """What the user may have meant, as the end of a sentence."""
    plain = {choice.removeprefix(_PREFIX): choice for choice in known}
    close = get_close_matches(name.removeprefix(_PREFIX), plain, n=1)
    return f"; did you mean {plain[close[0]]}?" if close else f"; known are {', '.join(known)}"


def shown(config: Config) -> tuple[tuple[str, str, str], ...]:
    """Name, value and source of every option, passwords masked."""
    return tuple(
        (option.name, _shown(option, getattr(config, option.name)), config.source(option.name)) for option in OPTIONS
    )


def _shown(option: Option, value: Any) -> str:
    if option.name == "database_url":
        return masked(value)
    if isinstance(value, tuple):
        return "none" if not value else f"({len(value)})" if option.name in _SECRET else ",".join(value)
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


def _parsed(option: Option, text: str, source: str) -> object:
    try:
        return option.parse(text)
    except ValueError as error:
        value = "the value" if option.name in _SECRET else repr(text)
        raise ConfigError(f"{source}: {value} is not {cast('str', error.args[0])}") from None
