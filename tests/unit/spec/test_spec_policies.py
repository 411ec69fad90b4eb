"""Policies of operations: carried in the IR, and never silently without effect."""

import pytest

OPERATION = "paths:\n  /a:\n    get:\n      responses: {'200': {description: OK}}\n      "


@pytest.mark.parametrize(
    ("member", "named"),
    [
        ("x-katana-cache: {ttl: 1.5, vary: [Accept-Language]}", ["x-katana-cache"]),
        ("x-katana-idempotency: {ttl: 1d, key_from: header.Idempotency-Key}", ["x-katana-idempotency"]),
        ("x-katana-rate-limit: {requests: 10, window: 1m}", ["x-katana-rate-limit"]),
        ("x-katana-consistency: bounded(5s)", ["x-katana-consistency"]),
    ],
)
def test_a_policy_that_nothing_acts_on_is_a_warning_that_names_it(bench, member, named):
    compiled = bench.compile(OPERATION + member + "\n")
    assert [found.code for found in compiled.warnings] == ["policy-without-effect"] * len(named)
    assert [name in found.message for name, found in zip(named, compiled.warnings, strict=True)] == [True] * len(named)
    assert {found.line for found in compiled.warnings} == {7}
    assert list(compiled.api.operations[0].extensions) == [member.partition(":")[0]]


@pytest.mark.parametrize(
    "member",
    [
        "x-katana-deadline: 250ms",
        "x-katana-limits: {body: 64KiB, headers: 8192, concurrency: 4}",
        "x-katana-alloc: pmr",
        "x-katana-json: zero-copy",
        "x-katana-consistency: strong",
    ],
)
def test_a_policy_that_has_effect_or_says_what_happens_anyway_is_no_warning(bench, member):
    assert bench.compile(OPERATION + member + "\n").warnings == ()


def test_when_strict_a_policy_without_effect_is_an_error(bench):
    assert bench.refused(OPERATION + "x-katana-cache: {ttl: 1s}\n", strict=True) == [("policy-without-effect", 5, 7)]
