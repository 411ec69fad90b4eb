"""Names that specifications may not take are a list that every interpreter agrees on."""

import builtins

from katana import runtime
from katana.spec.lower import _reserved


def test_every_class_of_this_interpreters_builtins_is_reserved() -> None:
    assert {name for name in dir(builtins) if name[0].isupper()} <= _reserved.TYPE_NAMES


def test_every_problem_of_the_runtime_is_reserved() -> None:
    problems = {name for name in runtime.__all__ if isinstance(value := getattr(runtime, name), type)
                and issubclass(value, runtime.Problem)}  # fmt: skip
    assert problems <= _reserved.TYPE_NAMES
