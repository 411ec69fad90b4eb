"""Operations with the policy `heap`: the collector runs in them as CPython thinks fit.

In: endpoints. Out: the same, during whose steps CPython's own thresholds hold. Never: a collection of other requests'
while the operation waits.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Coroutine, Generator, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from katana.runtime._routing import Router

if TYPE_CHECKING:
    from types import TracebackType

    from katana.runtime._ctx import Ctx
    from katana.runtime._memory._policy import Counts
    from katana.runtime._routing import Call


def collect_during(routers: Iterable[Router]) -> None:
    """Lets the collector, as it is set now, run in the operations that ask for it."""
    for router in routers:
        for resource in router.resources:
            for method, endpoint in resource.methods.items():
                if endpoint.alloc == "heap":
                    call = partial(_call, endpoint.call, gc.get_threshold())
                    resource.methods[method] = replace(endpoint, call=call)


def _call(call: Call, thresholds: Counts, ctx: Ctx) -> Coroutine[Any, Any, Any]:
    return _Collected(call(ctx), thresholds)


class _Collected(Coroutine[Any, Any, Any]):
    """A coroutine in whose steps these thresholds hold."""

    __slots__ = ("_inner", "_thresholds")

    def __init__(self, inner: Coroutine[Any, Any, Any], thresholds: Counts) -> None:
        self._inner = inner
        self._thresholds = thresholds

    def send(self, value: Any) -> Any:
        return self._step(partial(self._inner.send, value))

    def throw(
        self,
        typ: type[BaseException] | BaseException,
        val: BaseException | object = None,
        tb: TracebackType | None = None,
    ) -> Any:
        error = typ if isinstance(typ, BaseException) else val if isinstance(val, BaseException) else typ()
        return self._step(partial(self._inner.throw, error if tb is None else error.with_traceback(tb)))

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()

    def _step(self, step: Callable[[], Any]) -> Any:
        outer = gc.get_threshold()
        gc.set_threshold(*self._thresholds)
        try:
            return step()
        finally:
            gc.set_threshold(*outer)
