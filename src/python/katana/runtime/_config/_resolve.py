"""From what was written in five places to one configuration.

In: arguments, environment, perhaps a folder. Out: a `Config`. Never: a value whose source cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from katana.runtime._config._config import Config, ConfigError
from katana.runtime._config._file import Written, find, read
from katana.runtime._config._options import LIMIT_OPTIONS, LIMITS_TABLE, OPTIONS, PREFIX, SECRET, Option, suggestion
from katana.runtime._config._profiles import PROFILES
from katana.runtime._limits import LIMITS

FILE_VARIABLE: Final = "KATANA_CONFIG"
FILE_SWITCH: Final = "--config"
TAKEOVER_VARIABLE: Final = "KATANA_TAKEOVER"
"""What an instance leaves to the version that takes over from it; no option."""
_OF_TOOLS: Final = frozenset({"KATANA_PANTS_LAUNCHER", "KATANA_TRACEBACK", "KATANA_UPDATE_GOLDEN", TAKEOVER_VARIABLE})
_ALL: Final = (*OPTIONS, *LIMIT_OPTIONS)


def resolve(arguments: Mapping[str, str], environment: Mapping[str, str], *, folder: str | None = None) -> Config:
    """The configuration.

    Args:
        arguments: of the command line, by option name; `config` is the path of a file.
        environment: of the process.
        folder: where a `katana.toml` is read if nobody names a file; None: nowhere.

    Raises:
        ConfigError: an option that does not exist, or a value that is none.
    """
    _check_names(environment)
    named = arguments.get("config") or environment.get(FILE_VARIABLE) or None
    path = named if named is not None or folder is None else find(folder)
    layers = [_environment(environment), _command_line(arguments)]
    if path is not None:
        layers.insert(0, read(path))
    written = {name: value for layer in layers for name, value in layer.items()}
    profile = cast("str", _parsed(_ALL[_index("profile")], written["profile"])) if "profile" in written else "prod"
    for name, text in PROFILES[profile].items():
        written.setdefault(name, Written(text, f"profile {profile}"))
    values: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for option in _ALL:
        if option.name in written:
            where = values if option in OPTIONS else limits
            where[option.name] = _parsed(option, written[option.name])
    tables = {name.removeprefix(f"{LIMITS_TABLE}_"): value for name, value in limits.items()}
    sources = {name: value.source.rpartition(": ")[0] or value.source for name, value in written.items()}
    return Config(**values, limits=replace(LIMITS, **tables), sources=sources)


def _index(name: str) -> int:
    return next(index for index, option in enumerate(_ALL) if option.name == name)


def _command_line(arguments: Mapping[str, str]) -> dict[str, Written]:
    return {o.name: Written(arguments[o.name], o.switch) for o in _ALL if o.name in arguments}


def _environment(environment: Mapping[str, str]) -> dict[str, Written]:
    return {o.name: Written(environment[o.variable], o.variable) for o in _ALL if o.variable in environment}


def _check_names(environment: Mapping[str, str]) -> None:
    """Raises ConfigError for a `KATANA_*` variable that belongs to no option and no tool."""
    known = [*(option.variable for option in _ALL), FILE_VARIABLE]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and name not in _OF_TOOLS:
            shown = [*(option.variable for option in OPTIONS), FILE_VARIABLE]
            near = suggestion(name, known)
            raise ConfigError(f"unknown environment variable {name}{near if 'mean' in near else suggestion('', shown)}")


def _parsed(option: Option, written: Written) -> object:
    try:
        return option.parse(written.text)
    except ValueError as error:
        value = "the value" if option.name in SECRET else repr(written.text)
        raise ConfigError(f"{written.source}: {value} is not {cast('str', error.args[0])}") from None
