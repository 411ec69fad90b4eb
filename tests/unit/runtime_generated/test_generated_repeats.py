"""Members that stand twice: found at every depth, however they are spelled, and never where there are none."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from katana.runtime.generated import INVALID, CheckedShape, Schemas, Shape
from katana.runtime.generated._repeats import has_repeats, repeated_member

_KEYS = st.sampled_from(["a", "b", "a:", ":", 'q"', "\\", "é", "\u2028", ""])


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs."""


_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), _KEYS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.lists(st.tuples(_KEYS, inner), max_size=3).map(_Pairs)),
    max_leaves=8,
)


def _text(value: Any, draw: Any) -> str:
    if isinstance(value, _Pairs):
        blank = draw(st.sampled_from(["", " ", "\t\n"]))
        members = [f"{_text(key, draw)}{blank}:{_text(member, draw)}" for key, member in value]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_text(item, draw) for item in value) + "]"
    if isinstance(value, str) and draw(st.booleans()):
        return '"' + "".join(f"\\u{ord(character):04x}" for character in value) + '"'
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


def _reference(text: str) -> bool:
    found = []
    json.loads(text, object_pairs_hook=lambda pairs: found.append(len(dict(pairs)) < len(pairs)))
    return any(found)


@given(_VALUES, st.data())
def test_the_verdict_is_that_of_a_reference(value, data):
    text = _text(value, data.draw)
    assert has_repeats(text.encode()) == _reference(text)
    assert (repeated_member(text.encode()) is not None) == _reference(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a":1,"a":1}', "/a"),
        ('{"a":1,"\\u0061":2}', "/a"),
        ('[{"x":{"y/z":[{"k" : 1, "l": 2, "k": ":"}]}}]', "/0/x/y~1z/0/k"),
        ('{"big":123456789012345678901234567890,"big":1}', "/big"),
        ('{"a":"\\u003a","b":1,"b":2}', "/b"),
        ('{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}],"d":"2026-01-01T10:00:00Z"}', None),
        ('{"big":123456789012345678901234567890,"other":1}', None),
        ('":::"', None),
    ],
)
def test_the_place_of_the_first_is_named(text, place):
    assert has_repeats(text.encode()) == (place is not None)
    assert repeated_member(text.encode()) == place


class _Flat(Struct):
    a: int
    b: str = ""


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', '{"a":1,"b":"x","b":"y"}', '{"a":1,"z":{"k":1,"k":2}}'])
def test_shapes_refuse_members_that_stand_twice(text):
    with pytest.raises(INVALID):
        Shape(_Flat, colons=1).decode(text.encode())
    with pytest.raises(INVALID):
        CheckedShape(_Flat, Schemas({}), "{}").decode(text.encode())


@pytest.mark.parametrize("text", ['{"a":1}', '{"a":1,"b":"x:y"}', '{"a":1,"z":{"k":1,"l":2}}'])
def test_shapes_take_members_that_stand_once(text):
    expected = msgspec.json.decode(text, type=_Flat)
    assert Shape(_Flat, colons=1).decode(text.encode()) == expected
    assert CheckedShape(_Flat, Schemas({}), "{}").decode(text.encode()) == expected
