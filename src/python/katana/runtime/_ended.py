"""Requests that are touched after their end: found while a service is being written.

In: the requests of a dispatcher. Out: a `RequestEnded` where the program uses one that has been answered. Never:
production, where nothing is looked at: only the profile `dev` serves with a `GuardedDispatcher`.

The program that is wrong is most often a task that a handler has started and not waited for. In production it would
find a stream that is closed, or transactions that belong to nobody, now and then and far from the cause.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn

from katana.runtime._ctx import Ctx
from katana.runtime._dispatch import Dispatcher, Route
from katana.runtime._flight import Client, Flight
from katana.runtime._reply import Reply

if TYPE_CHECKING:
    from katana.runtime.http1._connection import Request


class RequestEnded(RuntimeError):
    """A request was used after its end. The text says which one, how it ended, and what to do."""


class _EndedCtx(Ctx, eq=False):
    """What a `Ctx` becomes. Its own `document` is the end of the story."""

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__"):
            return super().__getattribute__(name)
        return _refuse(super().__getattribute__("document"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        _refuse(super().__getattribute__("document"), name)


def _refuse(story: str, name: str) -> NoReturn:
    raise RequestEnded(
        f"`ctx.{name}` is used after the end of its request: {story}. Read what is needed before the handler returns; "
        "a task that goes on after it gets values, not `ctx`"
    )


class GuardedDispatcher(Dispatcher):
    """Takes every request away from the program when it has been answered."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._context = self._made
        self._begun: list[Ctx] = []
        self._operation = ""
        self._waiting: dict[Flight, tuple[Ctx, str]] = {}

    def begin(self, request: Request, client: Client) -> Reply | Flight:
        """See `Dispatcher`."""
        self._operation = request.route[0].operation if request.route else ""
        answer = super().begin(request, client)
        ctx = self._begun.pop()
        which = f"{request.method} {request.path} ({self._operation or '?'})"
        if isinstance(answer, Flight):
            self._waiting[answer] = ctx, which
        else:
            _end(ctx, f"{which} was answered with {answer.head.status}")
        return answer

    def landed(self, flight: Flight) -> None:
        """See `Dispatcher`."""
        super().landed(flight)
        ctx, which = self._waiting.pop(flight)
        # The flight itself may still report what went wrong.
        self._loop.call_soon(_end, ctx, f"{which} {_outcome(flight.task)}")

    def _made(self, **members: Any) -> Ctx:
        self._begun.append(Ctx(**members))
        return self._begun[-1]

    def _route(self, request: Request) -> Route:
        route = super()._route(request)
        self._operation = route[0].operation
        return route


def _end(ctx: Ctx, story: str) -> None:
    ctx.document = story
    ctx.__class__ = _EndedCtx


def _outcome(task: asyncio.Task[Any]) -> str:
    if task.cancelled():
        return "was cancelled"
    error = task.exception()
    if error is not None:
        return f"raised {type(error).__name__}"
    reply = task.result()
    return f"was answered with {reply.head.status}" if isinstance(reply, Reply) else "was answered with a stream"
