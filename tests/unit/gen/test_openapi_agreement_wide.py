"""The agreement of fast path, slow path and oracle for what JSON Schema says about whole documents and sets of values.

Names of schemas, dynamic references, unevaluated members and items, tags, sets, decimals, recursion, every decoder, and
the dialect of OpenAPI 3.0. The oracle is python-jsonschema, with exact numbers on its side, too.
"""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import extend

from katana.diagnostics import DiagnosticsError
from katana.runtime import ByteStream, Ctx, Headers, UnprocessableContent
from katana.runtime.generated import encode_json, recover
from katana.runtime.generated.formats import FORMATS
from unit.gen.agreement_samples import Samples, exact, text

_CHECKER = FormatChecker(formats=())
for _name, _predicate in FORMATS.items():
    _CHECKER.checks(_name)(lambda value, accepts=_predicate: not isinstance(value, str) or accepts(value))


def _is_integer(_checker: object, value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | Decimal) and value == int(value)


_Oracle = extend(Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer))


@pytest.mark.parametrize("decoder", ["ondemand", "dom", "zero-copy"])
@pytest.mark.parametrize("seed", range(8))
def test_all_verdicts_agree(build, seed, decoder):
    _compare(build, Samples(Random(seed)), "3.1.1", decoder)


@pytest.mark.parametrize("seed", range(8))
def test_all_verdicts_agree_in_the_dialect_of_3_0(build, seed):
    _compare(build, Samples(Random(seed), "3.0"), "3.0.4", "ondemand")


def _compare(build: Any, samples: Samples, version: str, decoder: str) -> None:
    package = None
    while package is None:
        components, schema = samples.components(), samples.schema(3)
        try:
            package = build(_document(json.loads(text(schema)), json.loads(text(components)), decoder), version)
        except DiagnosticsError:
            continue  # contradictions, and schemas that never end
    package.result = package.module("routes").NoContent()
    plain = _of_3_0 if version.startswith("3.0") else _as_it_is
    defs = {name: plain(exact(one)) for name, one in components.items()}
    oracle = _Oracle({"allOf": [plain(exact(schema))], "$defs": defs}, format_checker=_CHECKER)
    for _ in range(40):
        instance = samples.instance(schema, components)
        for one in map(exact, (instance, samples.near(instance))):
            _agree(package, oracle, one)


def _agree(package: Any, oracle: Any, instance: Any) -> None:
    body = text(instance).encode()
    slow = None
    try:
        (slow,) = recover(_request(body), package.module("validators").OP)
        slowly = True
    except UnprocessableContent:
        slowly = False
    try:
        ((fast,), _), quickly = package.arguments("POST", "/", body), True
    except UnprocessableContent:
        fast, quickly = None, False
    assert (quickly, slowly) == (oracle.is_valid(instance),) * 2, body
    assert exact(json.loads(encode_json(fast))) == exact(json.loads(encode_json(slow)))


def _request(body: bytes) -> Any:
    return Ctx(
        method="POST",
        path="/",
        args=(),
        raw_args=(),
        query_string="",
        headers=Headers(()),
        body=body,
        stream=ByteStream.of(),
        db=None,  # type: ignore[arg-type]
    )


def _document(schema: Any, components: Any, decoder: str) -> dict[str, Any]:
    operation = {
        "operationId": "op",
        "x-katana-json": decoder,
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {"204": {"description": ""}},
    }
    return {"paths": {"/": {"post": operation}}, "components": {"schemas": components}}


def _as_it_is(node: Any) -> Any:
    """A schema for the oracle: references into `$defs`, the bounds of integer formats written out."""
    if isinstance(node, list):
        return [_as_it_is(one) for one in node]
    if not isinstance(node, dict):
        return node
    out = {key: one if key in ("const", "enum") else _as_it_is(one) for key, one in node.items()}
    if isinstance(out.get("$ref"), str):
        out["$ref"] = out["$ref"].replace("#/components/schemas/", "#/$defs/")
    span = {"int32": 2**31, "int64": 2**63}.get(str(out.get("format")))
    return out if span is None else {**out, "allOf": [{"minimum": -span, "maximum": span - 1}]}


def _of_3_0(node: Any) -> Any:
    """The same for a schema of OpenAPI 3.0."""
    if isinstance(node, list):
        return [_of_3_0(one) for one in node]
    if not isinstance(node, dict):
        return node
    out = {key: _of_3_0(one) for key, one in _as_it_is(node).items()}
    if out.pop("nullable", False) is True:
        out["type"] = [out["type"], "null"]
    if out.pop("exclusiveMinimum", False) is True:
        out["exclusiveMinimum"] = out.pop("minimum")
    return out
