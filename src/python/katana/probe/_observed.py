"""A service whose controllers are watched.

In: a service. Out: the same, which counts the calls of its controllers, keeps its endpoints, and remembers why it
failed. Never: a change of what it answers.
"""

from __future__ import annotations

import dataclasses
import logging
import traceback
from typing import Any, Final, Self

from katana.runtime import Endpoint, Router, Service

_LOGGER: Final = "katana.server"


class Observer(logging.Handler):
    """What happens inside a service while it is probed. `calls` counts calls of controllers."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.calls = 0
        self.endpoints: dict[tuple[str, str], Endpoint] = {}
        self._failures: list[str] = []

    def watch(self, service: Service) -> Service:
        """The service to serve instead."""
        return dataclasses.replace(service, routers=lambda: self._watched(service.routers()))

    def __enter__(self) -> Self:
        """Failures of the server are kept instead of printed."""
        logger = logging.getLogger(_LOGGER)
        self._propagated, logger.propagate = logger.propagate, False
        logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logger = logging.getLogger(_LOGGER)
        logger.removeHandler(self)
        logger.propagate = self._propagated

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the error that a request ended with."""
        if record.exc_info and record.exc_info[1] is not None:
            self._failures.append(_where(record.exc_info[1]))

    def failure(self) -> str:
        """The last error since this was asked before, with its place; empty if there was none."""
        found, self._failures = self._failures[-1:], []
        return "".join(found)

    def _watched(self, routers: tuple[Router, ...]) -> tuple[Router, ...]:
        seen: set[int] = set()
        for router in routers:
            for resource in router.resources:
                for method in resource.declared:
                    endpoint = resource.methods[method]
                    self.endpoints[method, resource.template] = endpoint
                    owner: Any = getattr(endpoint.call, "__self__", None)
                    # Generated endpoints keep their controller here; endpoints of one's own have none to watch.
                    if id(owner) not in seen and hasattr(owner, "_api"):
                        seen.add(id(owner))
                        owner._api = _Watched(owner._api, self)  # noqa: SLF001
        return routers


class _Watched:
    """A controller that counts."""

    def __init__(self, controller: Any, observer: Observer) -> None:
        self._controller = controller
        self._observer = observer

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._controller, name)
        self._observer.calls += 1
        return found


def _where(error: BaseException) -> str:
    """The error in one line, and the last line of the user's code that it passed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/katana/runtime/" not in frame.filename]
    text = traceback.format_exception_only(error)[-1].strip().partition("\n")[0]
    if not frames:
        return text
    parts = frames[-1].filename.split("/")
    return f"{text} ({'/'.join(parts[-2:])}:{frames[-1].lineno})"
