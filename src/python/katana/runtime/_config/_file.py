"""`katana.toml`.

In: the path of a file, or the folder where one may be. Out: texts by option name, each with its place. Never: a value
that was not asked for: unknown tables and keys are errors.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from katana.runtime._config._config import ConfigError
from katana.runtime._config._options import LIMIT_OPTIONS, LIMITS_TABLE, OPTIONS, Option, suggestion

NAME: Final = "katana.toml"
_MOST: Final = 1 << 20


class Written(NamedTuple):
    """The text of a value, and where it stands: `katana.toml:3: port`."""

    text: str
    source: str


def find(folder: str) -> str | None:
    """The path of the file in a folder, if it has one."""
    path = os.path.join(folder, NAME)
    return path if os.path.lexists(path) else None


def read(path: str) -> dict[str, Written]:
    """The options that a file sets.

    Raises:
        ConfigError: it cannot be read, is not TOML, or sets what is no option.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    if len(data) > _MOST:
        raise ConfigError(f"{path}: larger than a configuration can be")
    try:
        text = data.decode("utf-8")
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {str(error)[:200]}") from None
    limits = found.pop(LIMITS_TABLE, {})
    if not isinstance(limits, dict):
        raise ConfigError(f"{_place(path, text, LIMITS_TABLE)}: a table is expected: `[{LIMITS_TABLE}]`")
    written = _options(found, {option.key: option for option in OPTIONS}, "", path, text)
    known = {option.key.partition(".")[2]: option for option in LIMIT_OPTIONS}
    return written | _options(limits, known, LIMITS_TABLE, path, text)


def _options(
    found: Mapping[str, Any], known: Mapping[str, Option], table: str, path: str, text: str
) -> dict[str, Written]:
    written: dict[str, Written] = {}
    for key, value in found.items():
        place = _place(path, text, key, table)
        option = known.get(key)
        if option is None:
            raise ConfigError(f"{place}: unknown key {key}{suggestion(key, list(known))}")
        written[option.name] = Written(_spelled(option, value, place), place)
    return written


def _spelled(option: Option, value: object, place: str) -> str:
    """A TOML value as it would be written on the command line."""
    if option.flag is not None:
        if not isinstance(value, bool):
            raise ConfigError(f"{place}: {value!r} is not `true` or `false`")
        # Of a negated flag, the file has the name without `no`.
        return str(value == option.flag).lower()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ConfigError(f"{place}: a text or a number is expected")
    return str(value)


def _place(path: str, text: str, key: str, table: str = "") -> str:
    """`katana.toml:3: key`; TOML's parser tells no lines, so the first that fits is taken."""
    inside = not table
    name = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=|\s*\[\s*{re.escape(key)}\s*\]""")
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"\s*\[\s*([^\]]*?)\s*\]", line)
        if inside and name.match(line):
            return f"{path}:{number}: {key}"
        if heading:
            inside = heading[1] == table
    return f"{path}: {f'{table}.' if table else ''}{key}"
