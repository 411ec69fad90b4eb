"""The guides to responses: their documents compile, and their controllers answer what the guides say."""

import asyncio
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from katana import spec
from katana.gen import openapi
from katana.runtime import Ctx, Headers
from katana.runtime.generated import KEEP_ALIVE

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())


def _page(name: str) -> str:
    return (ROOT / "docs/how-to" / name).read_text(encoding="utf-8")


def _block(page: str, language: str) -> str:
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return str(block)


@pytest.fixture
def controllers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """The module of controllers that a page shows, over the API that it shows."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def load(name: str) -> Any:
        page = _page(name)
        (tmp_path / "museum.yaml").write_text(_block(page, "yaml"))
        for file, text in openapi.generate(spec.compile(tmp_path / "museum.yaml").api, "museum_api").items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(text)
        (tmp_path / "museum_controllers.py").write_text(_block(page, "python"))
        importlib.invalidate_caches()
        return importlib.import_module("museum_controllers")

    yield load
    for name in [name for name in sys.modules if name.startswith("museum_")]:
        del sys.modules[name]


def _ctx(*fields: tuple[str, str]) -> Ctx:
    return Ctx(method="POST", path="/tickets", headers=Headers(fields), db=None)  # type: ignore[arg-type]


def test_the_controller_of_the_guide_streams(controllers: Callable[[str], Any]) -> None:
    visits = controllers("stream-responses.md").Visits()

    async def run() -> tuple[list[Any], list[Any], Any]:
        lines = [element async for element in await visits.export_visits(None)]
        events = [element async for element in await visits.watch_visits(None)]
        return lines, events, await visits.get_plan(None)

    lines, events, plan = asyncio.run(run())
    assert [visit.number for visit in lines] == [0, 1, 2]
    assert [event.event for event in events] == ["note", "begun"]
    assert plan.media_type == "image/svg+xml"


def test_the_guide_names_the_keep_alive_of_events() -> None:
    assert f"After {KEEP_ALIVE.after:g} seconds without an event" in _page("stream-responses.md")


def test_the_controller_of_the_guide_answers_with_problems(controllers: Callable[[str], Any]) -> None:
    buy = controllers("answer-with-problems.md").Tickets().buy_ticket
    problem = asyncio.run(buy(_ctx()))
    assert (problem.status, problem.type_uri, problem.members) == (402, "urn:problem:card.empty", {"balance": 0})
    conflict = asyncio.run(buy(_ctx(("x-card", "1"), ("x-sold-out", "1"))))
    assert conflict.body.message == "sold out"
