"""What a writer of RFC 6570 writes is read back; what nobody writes is a 4xx, never anything else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from katana.runtime import Problem

_OPERATORS = {"simple": ("", ",", False, ""), "label": (".", ".", False, ""), "matrix": (";", ";", True, "")}
_OPERATORS["form"] = ("", "&", True, "=")
"""RFC 6570, appendix A: what stands first and between, whether values are named, what follows an empty one's name."""

_PLACES = [
    ("path", "simple"),
    ("path", "label"),
    ("path", "matrix"),
    ("query", "form"),
    ("query", "spaceDelimited"),
    ("query", "pipeDelimited"),
    ("query", "deepObject"),
    ("header", "simple"),
    ("cookie", "form"),
    ("cookie", "cookie"),
]
_TOKEN = "abcXYZ019-_~!$'*"
_FORBIDDEN = {"spaceDelimited": " ", "pipeDelimited": "|", "label": "."}
_STRAIGHT = frozenset(
    [
        "integer",
        "number",
        "boolean",
        "string",
        "checked",
        "chosen",
        "to_date",
        "repeated",
        "separated",
        "listed",
        "listed_in_path",
        "cookie",
    ]
)
_SETTINGS = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _write(location: str, style: str, explode: bool, value: Any) -> str:
    """The value as a parameter `v`, by RFC 6570, 3.2.1, and by the table of OpenAPI 3.2, 4.12.6."""
    raw = location == "header" or style == "cookie"

    def encoded(text: Any) -> str:
        return _text(text) if raw else quote(_text(text), safe="")

    if style == "deepObject":
        return "&".join(f"v%5B{name}%5D={encoded(member)}" for name, member in value.items())
    first, between, named, empty = _OPERATORS.get("form" if style == "cookie" else style, ("", "&", True, "="))
    between = "; " if style == "cookie" else between
    if not isinstance(value, list | dict):
        text = encoded(value)
        return first + (f"v{'=' if text else empty}{text}" if named else text)
    if explode and isinstance(value, dict):
        return first + between.join(f"{name}={encoded(member)}" for name, member in value.items())
    items = value if isinstance(value, list) else [part for pair in value.items() for part in pair]
    if explode:
        return first + between.join(f"v={encoded(item)}" if named else encoded(item) for item in items)
    inner = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(style, ",").join(encoded(item) for item in items)
    return first + (f"v={inner}" if named else inner)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[str, str, bool, dict[str, Any], Any]:
    location, style = draw(st.sampled_from(_PLACES))
    explode = draw(st.booleans()) if style not in ("spaceDelimited", "pipeDelimited") else False
    forms = {"deepObject": ["object"], "spaceDelimited": ["array", "object"], "pipeDelimited": ["array", "object"]}
    form = draw(st.sampled_from(forms.get(style, ["scalar", "array", "object"])))
    if location in ("header", "cookie"):
        texts = st.text(_TOKEN, min_size=1, max_size=5)
    else:
        forbidden = _FORBIDDEN.get(style, "")
        texts = st.text(
            st.characters(exclude_characters=forbidden, exclude_categories=["Cs"]), min_size=1, max_size=5
        ).filter(lambda text: text not in (".", ".."))
    numbers = st.integers(-(10**12), 10**12) if style == "label" else st.floats(allow_nan=False, allow_infinity=False)
    kinds: list[tuple[dict[str, Any], st.SearchStrategy[Any]]] = [
        ({"type": "integer"}, st.integers(-(2**60), 2**60)),
        ({"type": "integer", "minimum": -5, "maximum": 5}, st.integers(-5, 5)),
        ({"type": "number"}, numbers),
        ({"type": "boolean"}, st.booleans()),
        ({"type": "string"}, texts),
        ({"type": "string", "enum": ["red", "dark-red", "7"]}, st.sampled_from(["red", "dark-red", "7"])),
        ({"type": "string", "pattern": "^[ab]+$"}, st.text("ab", min_size=1, max_size=4)),
        ({"type": "string", "format": "date"}, st.dates().map(str)),
        ({"type": ["integer", "null"]}, st.one_of(st.none(), st.integers(-9, 9))),
    ]
    schema, values = draw(st.sampled_from(kinds))
    if form == "scalar":
        return location, style, explode, schema, draw(values)
    if form == "array":
        unique = draw(st.booleans())
        value = draw(st.lists(values, min_size=1, max_size=4, unique=unique))
        more = {"uniqueItems": True} if unique else {"maxItems": 4}
        return location, style, explode, {"type": "array", "items": schema, **more}, value
    second, others = draw(st.sampled_from(kinds))
    properties = {"a": schema, "b-c": second}
    members = {"a": draw(values)} | draw(st.fixed_dictionaries({}, optional={"b-c": others}))
    return location, style, explode, {"type": "object", "properties": properties, "required": ["a"]}, members


def _package(build: Any, location: str, style: str, explode: bool, schema: dict[str, Any]) -> Any:
    parameter = {"name": "v", "in": location, "required": True, "style": style, "explode": explode, "schema": schema}
    operation = {"operationId": "op", "parameters": [parameter], "responses": {"204": {"description": ""}}}
    package = build({"paths": {"/p/{v}" if location == "path" else "/p": {"get": operation}}}, "3.2.0")
    package.result = package.module("routes").NoContent()
    return package


def _arguments(package: Any, location: str, wire: str) -> Any:
    target = f"/p/{wire}" if location == "path" else f"/p?{wire}" if location == "query" else "/p"
    headers = {"header": (("v", wire),), "cookie": (("cookie", wire),)}.get(location, ())
    positional, keywords = package.arguments("GET", target, headers=headers)
    return msgspec.to_builtins((*positional, *keywords.values())[0])


@given(case=_cases())
@_SETTINGS
def test_what_is_written_by_the_rules_is_read_back(
    build: Any, case: tuple[str, str, bool, dict[str, Any], Any]
) -> None:
    location, style, explode, schema, value = case
    wire = _write(location, style, explode, value)
    assert _arguments(_package(build, location, style, explode, schema), location, wire) == value


@given(case=_cases(), wires=st.lists(st.text('a,.;=&|%20v[]+-c1{"}: ', max_size=12), min_size=1, max_size=20))
@_SETTINGS
def test_whatever_is_sent_ends_in_a_value_or_in_a_problem(build: Any, case: Any, wires: list[str]) -> None:
    location, style, explode, schema, _ = case
    package = _package(build, location, style, explode, schema)
    for wire in wires:
        if location == "path" and (not wire or "%" in wire):
            continue  # the router matches no empty argument, the server decodes it
        for prefix in ("", "v=", ";v=", "a=", "v[a]="):
            status, _ = _outcome(package, location, f"{prefix}{wire}")
            assert status in (200, 400, 422)


@given(case=_cases(), wires=st.lists(st.text("a,.;=&|v-1", min_size=1, max_size=6), min_size=1, max_size=20))
@_SETTINGS
def test_straight_line_code_and_tables_agree(build: Any, case: Any, wires: list[str]) -> None:
    location, style, explode, schema, value = case
    package = _package(build, location, style, explode, schema)
    fast = [_outcome(package, location, wire) for wire in (*wires, _write(location, style, explode, value))]
    routes = package.module("routes")
    for name in _STRAIGHT.intersection(vars(routes)):
        setattr(routes, name, _refuse)
    slow = [_outcome(package, location, wire) for wire in (*wires, _write(location, style, explode, value))]
    assert fast == slow


def _refuse(*_: object) -> None:
    raise ValueError


def _outcome(package: Any, location: str, wire: str) -> tuple[int | None, Any]:
    """200 and the value, or the status of a problem and its errors; anything but a problem is raised."""
    try:
        return 200, _arguments(package, location, wire)
    except Problem as problem:
        return problem.status, problem.members.get("errors")
