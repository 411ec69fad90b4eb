"""The fast path, the slow path and an independent validator agree on what is valid, whatever the schema.

Schemas and instances are made of few names and values, so that many instances are nearly valid. The oracle is
python-jsonschema over the schema as it stands in the document; formats are asked of the same predicates.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from katana.diagnostics import DiagnosticsError
from katana.runtime import UnprocessableContent
from katana.runtime.generated import INVALID
from katana.runtime.generated.formats import FORMATS

_CHECKER = FormatChecker(formats=())
for _name, _predicate in FORMATS.items():
    _CHECKER.checks(_name)(lambda value, accepts=_predicate: not isinstance(value, str) or accepts(value))

_SAMPLES: dict[str, list[str]] = {
    "date": ["2026-01-02", "2026-02-30", "2026-1-2"],
    "date-time": [
        "2026-01-02T03:04:05Z",
        "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05+0100",
        "2026-01-02T03:04:05",
        "x",
    ],
    "email": ["a@b.de", "a@", '"a b"@c.de'],
    "ipv4": ["1.2.3.4", "01.2.3.4"],
    "uri": ["http://a/b", "a/b", "http://[::1]/"],
    "uuid": ["12345678-1234-1234-1234-123456789012", "12345678123412341234123456789012"],
    "byte": ["aGk=", "aGk"],
}

_small = st.integers(-4, 6)
_texts = st.sampled_from(["", "a", "ab", "abc", "A1", "é😀", "null", "1", "a\u2028b", "\u0000"])
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    _small,
    st.sampled_from([0.0, 1.0, 1.5, -2.0, 0.3, 1e300, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**70]),
    _texts,
    st.sampled_from([text for texts in _SAMPLES.values() for text in texts]),
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c", "in"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def _some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=members)


def _with(type_: Any, members: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return members.map(lambda found: {"type": type_, **found})


_bounds = st.sampled_from([-3, 0, 1, 2, 2.5, 5])
_numeric = _some(
    minimum=_bounds,
    maximum=_bounds,
    exclusiveMinimum=_bounds,
    exclusiveMaximum=_bounds,
    multipleOf=st.sampled_from([1, 2, 3, 0.5, 2.5]),
)
_integers = _with(
    "integer",
    st.tuples(_numeric, _some(format=st.sampled_from(["int32", "int64"]))).map(lambda pair: {**pair[0], **pair[1]}),
)
_strings = _with(
    "string",
    _some(
        minLength=st.integers(0, 3),
        maxLength=st.integers(0, 4),
        pattern=st.sampled_from(["^[a-z]+$", "b", "^.$", "[0-9]"]),
        format=st.sampled_from(sorted(_SAMPLES)),
    ),
)
_leaves = st.one_of(
    st.just({"type": "null"}),
    st.just({"type": "boolean"}),
    _integers,
    _with("number", _numeric),
    _strings,
    st.lists(_scalars.filter(lambda value: value != "\u0000"), min_size=1, max_size=3, unique_by=json.dumps).map(
        lambda values: {"enum": values}
    ),
    st.just({}),
    st.lists(
        st.sampled_from(["string", "integer", "number", "boolean", "null"]), min_size=1, max_size=3, unique=True
    ).map(lambda types: {"type": types}),
    st.sampled_from(["Named", "Closed"]).map(lambda name: {"$ref": f"#/components/schemas/{name}"}),
)


def _composite(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    properties = st.dictionaries(st.sampled_from(["a", "b", "c", "in"]), inner, min_size=1, max_size=3)
    return st.one_of(
        _with(
            "array",
            _some(items=inner, minItems=st.integers(0, 2), maxItems=st.integers(1, 3), uniqueItems=st.booleans()),
        ),
        _with(
            "object",
            st.tuples(
                properties.map(lambda found: {"properties": found}),
                _some(
                    required=st.lists(st.sampled_from(["a", "b", "in"]), unique=True, max_size=2),
                    additionalProperties=st.booleans(),
                    minProperties=st.integers(0, 3),
                    maxProperties=st.integers(1, 3),
                ),
            ).map(lambda pair: {**pair[0], **pair[1]}),
        ),
        _with(
            "object",
            _some(additionalProperties=inner, minProperties=st.integers(0, 2), maxProperties=st.integers(0, 2)),
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda variants: {"anyOf": variants}),
        st.lists(inner, min_size=1, max_size=3).map(lambda variants: {"oneOf": variants}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"allOf": parts}),
        inner.map(lambda schema: {"not": schema}),
    )


_schemas = st.recursive(_leaves, _composite, max_leaves=5)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(root=_schemas, named=_schemas, instances=st.lists(_values, min_size=4, max_size=12))
def test_fast_path_slow_path_and_oracle_agree(build_body, root, named, instances):
    closed = {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False}
    try:
        package = build_body(root, {"Named": named, "Closed": closed})
    except DiagnosticsError:
        reject()
    inputs = package.module("validators").OP
    document = {**root, "components": {"schemas": {"Named": named, "Closed": closed}}}
    bounded = json.loads(json.dumps(document), object_hook=_bounded)
    oracle = Draft202012Validator(bounded, format_checker=_CHECKER)
    body = inputs.inputs[0]
    for instance in instances:
        text = json.dumps(instance).encode()
        expected = oracle.is_valid(instance)
        try:
            fast = body.shape.decode(text)
            accepted = _checked(package, fast)
        except INVALID:
            accepted = False
        assert not accepted or expected, f"the fast path is wider: {instance!r}"
        refusal = _refusal(package, text)
        assert expected == (refusal is None), f"{instance!r}: {refusal}"


def _refusal(package: Any, body: bytes) -> Any:
    """What is wrong with the body, None when it is accepted."""
    try:
        package.request("POST", "/", body)
    except UnprocessableContent as problem:
        return problem.members["errors"]
    return None


def _checked(package: Any, value: Any) -> bool:
    """The generated checks on a decoded body, as the endpoint makes them."""
    validators = package.module("validators")
    source = package.tree[f"{package.name}/routes.py"]
    checks = [
        name for name in vars(validators) if name.startswith("valid_") and f"not validators.{name}(body)" in source
    ]
    return all(getattr(validators, name)(value) for name in checks)


def _bounded(node: dict[str, Any]) -> dict[str, Any]:
    """The bounds of an integer format, which JSON Schema does not know, written out."""
    span = {"int32": 2**31, "int64": 2**63}.get(node.get("format", ""))
    if span is None or node.get("type") != "integer":
        return node
    return {"allOf": [node, {"minimum": -span, "maximum": span - 1}]}
