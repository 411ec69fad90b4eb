"""Each platform gets the best event loop that it has, and who asks for another one is told what there is."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from katana.runtime._poll import POLLS, PollError, choose


@pytest.mark.parametrize(
    ("platform", "wanted", "package", "chosen"),
    [
        ("linux", "auto", "uvloop", "epoll by uvloop"),
        ("linux", "epoll", "uvloop", "epoll by uvloop"),
        ("linux", "io_uring", "uvloop", "epoll by uvloop"),
        ("linux", "asyncio", "uvloop", "epoll by asyncio"),
        ("linux", "auto", None, "epoll by asyncio"),
        ("linux", "io_uring", None, "epoll by asyncio"),
        ("darwin", "auto", "uvloop", "kqueue by uvloop"),
        ("darwin", "kqueue", None, "kqueue by asyncio"),
        ("freebsd14", "auto", "uvloop", "kqueue by uvloop"),
        ("win32", "auto", "winloop", "iocp by winloop"),
        ("win32", "iocp", "winloop", "iocp by winloop"),
        ("win32", "auto", None, "select by asyncio"),
        ("win32", "asyncio", "winloop", "select by asyncio"),
        ("sunos5", "auto", None, "select by asyncio"),
    ],
)
def test_a_platform_gets_what_it_has(platform: str, wanted: str, package: str | None, chosen: str) -> None:
    assert str(choose(wanted, platform=platform, importable=lambda name: name == package)) == chosen


@pytest.mark.parametrize(
    ("platform", "wanted", "message"),
    [
        ("linux", "kqueue", "kqueue does not exist on linux; there is auto, epoll, io_uring, asyncio"),
        ("linux", "iocp", "iocp does not exist on linux; there is auto, epoll, io_uring, asyncio"),
        ("darwin", "io_uring", "io_uring does not exist on darwin; there is auto, kqueue, asyncio"),
        ("win32", "epoll", "epoll does not exist on win32; there is auto, iocp, asyncio"),
        ("win32", "iocp", "iocp needs winloop, which is not installed"),
    ],
)
def test_what_a_platform_lacks_is_an_error_that_says_what_there_is(platform: str, wanted: str, message: str) -> None:
    with pytest.raises(PollError) as caught:
        choose(wanted, platform=platform, importable=lambda _: False)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("platform", "wanted", "package", "note"),
    [
        ("linux", "auto", "uvloop", ""),
        ("linux", "asyncio", "uvloop", ""),
        ("linux", "io_uring", "uvloop", "no maintained loop for Python reads and writes sockets by io_uring"),
        ("linux", "epoll", None, "uvloop is not installed; asyncio's own loop is slower"),
        ("win32", "auto", None, "winloop is not installed; asyncio's own loop is slower"),
    ],
)
def test_a_choice_that_surprises_says_why(platform: str, wanted: str, package: str | None, note: str) -> None:
    assert choose(wanted, platform=platform, importable=lambda name: name == package).note == note


@pytest.mark.parametrize("wanted", ["auto", "epoll", "io_uring", "asyncio"])
def test_a_choice_makes_a_loop_that_runs(wanted: str) -> None:
    poll = choose(wanted)
    with asyncio.Runner(loop_factory=poll.new_loop) as runner:
        assert type(runner.get_loop()).__module__.partition(".")[0] == poll.loop
        assert runner.run(asyncio.sleep(0, "done")) == "done"


PROGRAM = """
import sys
from katana.runtime import Service, serve
sys.exit(serve(Service(name="sample", version="1", routers=lambda: ())))
"""


def _run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), **variables}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )


def test_print_config_shows_what_was_chosen() -> None:
    rows = [line.split(maxsplit=2) for line in _run("--print-config", KATANA_POLL="asyncio").stdout.splitlines()]
    assert ["poll", "asyncio", f"KATANA_POLL, here {choose('asyncio')}"] in rows


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("iocp", "sample: error: --poll: iocp does not exist on "),
        ("best", f"sample: error: --poll: 'best' is not one of {', '.join(f'`{name}`' for name in POLLS)}\n"),
    ],
)
def test_a_back_end_that_is_not_there_is_a_wrong_option(wanted: str, message: str) -> None:
    found = _run("--poll", wanted)
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert found.stderr.startswith(message)
