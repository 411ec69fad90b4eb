"""The guide to streams: its document compiles, and its controller streams what the guide says."""

import asyncio
import importlib
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from katana import spec
from katana.gen import openapi
from katana.runtime.generated import KEEP_ALIVE

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = (ROOT / "docs/how-to/stream-responses.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(block)


@pytest.fixture
def visits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "museum.yaml").write_text(_block("yaml"))
    for name, text in openapi.generate(spec.compile(tmp_path / "museum.yaml").api, "museum_api").items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "museum_visits.py").write_text(_block("python"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("museum_visits").Visits()
    for name in [name for name in sys.modules if name.startswith("museum_")]:
        del sys.modules[name]


def test_the_controller_of_the_guide_streams(visits: Any) -> None:
    async def run() -> tuple[list[Any], list[Any], Any]:
        lines = [element async for element in await visits.export_visits(None)]
        events = [element async for element in await visits.watch_visits(None)]
        return lines, events, await visits.get_plan(None)

    lines, events, plan = asyncio.run(run())
    assert [visit.number for visit in lines] == [0, 1, 2]
    assert [event.event for event in events] == ["note", "begun"]
    assert plan.media_type == "image/svg+xml"


def test_the_guide_names_the_keep_alive_of_events() -> None:
    assert f"After {KEEP_ALIVE.after:g} seconds without an event" in PAGE
