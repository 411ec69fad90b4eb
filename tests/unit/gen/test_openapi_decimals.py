"""`format: decimal`: every digit arrives, every limit is exact."""

from __future__ import annotations

import random
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest

from katana.runtime import BadRequest, UnprocessableContent

_PRICE = {"type": "number", "format": "decimal", "minimum": 0, "maximum": 10**26, "multipleOf": 0.01}


def _item(**properties):
    return {
        "type": "object",
        "required": sorted(properties),
        "properties": properties,
    }


def _reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize("text", ["1.5", "0.10", "3", "1e2", "12345678901234567890123456.78", "-0.0"])
@pytest.mark.parametrize("more", [{}, {"not": {"required": ["x"]}}])
def test_every_digit_arrives(build_body, text, more):
    package = build_body(_reference("Item"), {"Item": {**_item(price={"type": "number", "format": "decimal"}), **more}})
    (body,), _ = package.arguments("POST", "/", f'{{"price":{text}}}'.encode())
    assert (body.price, str(body.price)) == (Decimal(text), str(Decimal(text)))


@pytest.mark.parametrize("more", [{}, {"not": {"required": ["x"]}}])
@pytest.mark.parametrize(
    ("text", "details"),
    [
        ('"1.5"', ["must be a number"]),
        ('"NaN"', ["must be a number"]),
        ("true", ["must be a number"]),
        ("null", ["must be a number"]),
        ("-0.01", ["must be at least 0"]),
        ("0.015", ["must be a multiple of 0.01"]),
        ("99999999999999999999999999.995", ["must be a multiple of 0.01"]),
        ("100000000000000000000000000.01", ["must be at most 100000000000000000000000000"]),
        ("-0.001", ["must be at least 0, must be a multiple of 0.01"]),
    ],
)
def test_a_decimal_outside_its_limits_is_named(build_body, text, details, more):
    package = build_body(_reference("Item"), {"Item": {**_item(price=_PRICE), **more}})
    found = package.errors("POST", "/", f'{{"price":{text}}}'.encode())
    assert found == [("body", "/price", detail) for detail in details]


def test_limits_are_those_of_arithmetic(build_body):
    package = build_body(_reference("Item"), {"Item": _item(price=_PRICE)})
    number = random.Random(7)
    for _ in range(300):
        cents = number.choice((number.randrange(10**4), number.randrange(2 * 10**28), 10**28))
        text = f"{cents // 100}.{cents % 100:02}{number.choice(('', '0', '1', '000000000000001'))}"
        package.calls.clear()
        with suppress(UnprocessableContent):
            package.request("POST", "/", f'{{"price":{text}}}'.encode())
        valid = Fraction(text) <= 10**26 and (Fraction(text) * 100).denominator == 1
        assert bool(package.calls) == valid, text


@pytest.mark.parametrize("text", ["1e400", "1e-99999", "1e99999999999999999999", "0." + "1" * 500])
def test_a_number_that_would_take_a_gigabyte_is_malformed(build_body, text):
    package = build_body(_reference("Item"), {"Item": _item(price=_PRICE)})
    assert isinstance(package.problem("POST", "/", f'{{"price":{text}}}'.encode()), BadRequest)


def test_a_decimal_may_be_null_absent_or_beside_a_string(build_body):
    either = {"oneOf": [{"type": "number", "format": "decimal"}, {"type": "string"}]}
    null = {"type": ["number", "null"], "format": "decimal", "maximum": 2}
    item = {"type": "object", "properties": {"either": either, "null": null}}
    package = build_body(_reference("Item"), {"Item": item})
    (body,), _ = package.arguments("POST", "/", b'{"either":0.10,"null":null}')
    assert (str(body.either), body.null) == ("0.10", None)
    (body,), _ = package.arguments("POST", "/", b'{"either":"x","null":1.5}')
    assert (body.either, body.null) == ("x", Decimal("1.5"))
    (body,), _ = package.arguments("POST", "/", b"{}")
    assert str(body.null) == "UNSET"
    assert package.errors("POST", "/", b'{"null":2.5}') != []


def test_parameters_and_defaults_are_decimals(build_parameters):
    schema = {"type": "number", "format": "decimal", "maximum": 10, "default": 0.3}
    several = {"type": "array", "items": {"type": "number", "format": "decimal"}}
    package = build_parameters(
        {"name": "p", "in": "query", "schema": schema}, {"name": "several", "in": "query", "schema": several}
    )
    assert package.arguments("GET", "/?p=0.10000000000000000001&several=1.10&several=2")[1] == {
        "p": Decimal("0.10000000000000000001"),
        "several": [Decimal("1.10"), Decimal(2)],
    }
    assert package.arguments("GET", "/")[1]["p"] == Decimal("0.3")
    assert package.errors("GET", "/?p=10.00000000000000000001") == [("query", "/p", "must be at most 10")]


def test_a_decimal_is_sent_as_a_number_with_its_digits(build):
    item = _item(price={"type": "number", "format": "decimal"})
    content = {"application/json": {"schema": _reference("Item")}}
    package = build(
        {
            "paths": {"/": {"get": {"responses": {"200": {"description": "", "content": content}}}}},
            "components": {"schemas": {"Item": item}},
        }
    )
    package.result = package.module("dto").Item(price=Decimal("12345678901234567890.10"))
    assert package.request("GET", "/").body == b'{"price":12345678901234567890.10}'


@pytest.mark.parametrize("text", ["1.0", "1e3", "-2.0E1", "12345678901234567890123456"])
def test_an_integer_is_whatever_spells_one(build_body, text):
    whole = {"type": "integer"}
    for price in ({}, {"price": {"type": "number", "format": "decimal"}}):
        item = {"type": "object", "properties": {"n": whole, **price}}
        package = build_body(_reference("Item"), {"Item": item})
        (body,), _ = package.arguments("POST", "/", f'{{"n":{text}}}'.encode())
        assert (body.n, type(body.n)) == (int(Decimal(text)), int)


def test_bounds_beyond_64_bits_are_exact(verdicts):
    schema = {"type": "integer", "minimum": -(10**26), "exclusiveMaximum": 10**26, "multipleOf": 10**20}
    texts = [str(10**26), str(10**26 - 10**20), str(10**26 - 1), str(-(10**26)), str(-(10**26) - 10**20)]
    assert verdicts(schema, *texts) == [False, True, False, True, False]


def test_a_form_and_an_element_of_a_sequence_keep_every_digit(build):
    item = {"type": "object", "properties": {"n": {"type": "integer"}, "d": {"type": "number", "format": "decimal"}}}
    contents = {
        "application/x-www-form-urlencoded": {"schema": _reference("Item")},
        "application/jsonl": {"itemSchema": _reference("Item")},
    }
    operations = {
        f"/{name}": {
            "post": {
                "operationId": name,
                "requestBody": {"required": True, "content": {media_type: content}},
                "responses": {"204": {"description": ""}},
            }
        }
        for name, (media_type, content) in zip(("form", "lines"), contents.items(), strict=True)
    }
    package = build({"paths": operations, "components": {"schemas": {"Item": item}}}, "3.2.0")
    package.result = package.module("routes").NoContent()
    digits = "0.12345678901234567890123"
    form = ("content-type", "application/x-www-form-urlencoded")
    (body,), _ = package.arguments("POST", "/form", f"n=1&d={digits}".encode(), headers=(form,))
    assert body.d == Decimal(digits)
    element = package.module("validators").LINES_ELEMENT.read(f'{{"n":1.0,"d":{digits}}}'.encode(), 0)
    assert (element.n, element.d) == (1, Decimal(digits))
