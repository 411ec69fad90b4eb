"""Which parameter of which query a value was given for, found when it has been refused.

In: the frames of the call, the generated source. Out: the name of the statement, that of the parameter; empty for what
is not known. Never: a cost for values that are fine, which is why nothing tells a codec beforehand what it packs.
"""

from __future__ import annotations

import linecache
import re
from inspect import currentframe
from itertools import islice
from types import FrameType
from typing import Final

from katana.runtime.sql._statement import Statement

_MAX_FRAMES: Final = 24


def parameter_of() -> tuple[str, str]:
    """The statement that the nearest method of a repository runs, and its argument that is packed there."""
    frame = currentframe()
    for _ in range(_MAX_FRAMES):
        if frame is None:
            break
        statement = _statement(frame)
        if statement:
            return statement, _argument(frame)
        frame = frame.f_back
    return "", ""


def _statement(frame: FrameType) -> str:
    for name in frame.f_code.co_names:
        value = frame.f_globals.get(name)
        if isinstance(value, tuple) and value:
            value = value[0]
        if isinstance(value, Statement):
            return value.name
    return ""


def _argument(frame: FrameType) -> str:
    """The keyword argument of the method that stands in the call under way: `pack_text(name)`."""
    code = frame.f_code
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    words = re.findall(r"\w+", _call(frame))
    return next((name for name in names if name in words), "")


def _call(frame: FrameType) -> str:
    """The source of the call under way; empty when it is not there."""
    instruction = frame.f_lasti // 2
    first, last, start, end = next(islice(frame.f_code.co_positions(), instruction, None), (None,) * 4)
    if first is None or last is None or start is None or end is None:
        return ""
    lines = [line.encode() for line in linecache.getlines(frame.f_code.co_filename, frame.f_globals)[first - 1 : last]]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return b"".join(lines).decode("utf-8", "replace")
