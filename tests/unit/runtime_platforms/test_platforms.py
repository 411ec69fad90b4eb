"""Linux is where services run; macOS and Windows start and serve, with what they have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from unit.runtime_platforms import elsewhere

PLATFORMS = ("win32", "darwin")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A process that believes to be on another platform."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, str(Path(elsewhere.__file__)), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_module_of_the_runtime_can_be_imported(platform: str) -> None:
    found = run(platform, "import")
    assert (found.returncode, found.stderr) == (0, "")
    assert int(found.stdout) > 100


@pytest.mark.parametrize("poll", ["auto", "asyncio"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_service_answers_alone(platform: str, poll: str) -> None:
    found = run(platform, "serve", "--reactors", "0", "--poll", poll)
    assert found.returncode == 0
    assert f"200 hello from {platform}\n" in found.stdout
    assert "Traceback" not in found.stderr


def test_a_system_with_fork_serves_by_reactors() -> None:
    found = run("darwin", "serve", "--reactors", "2", "--admin-port", "0")
    assert found.returncode == 0
    assert "reactors 2\n200 hello from darwin\n" in found.stdout
    assert "Traceback" not in found.stderr


def test_a_system_without_fork_serves_alone_and_says_so() -> None:
    found = run("win32", "serve", "--reactors", "2")
    assert found.returncode == 0
    assert "--reactors: this system has no fork: this process serves alone" in found.stderr
    assert "200 hello from win32\n" in found.stdout
    assert "reactors" not in found.stdout


def test_a_system_without_fork_has_no_admin_port_of_its_own() -> None:
    found = run("win32", "serve", "--admin-port", "0")
    assert found.returncode == 2
    assert "this process serves alone and answers /livez and /readyz itself" in found.stderr


def test_a_system_without_winloop_says_which_loop_it_has_instead() -> None:
    found = run("win32", "serve")
    assert "the event loop is select by asyncio: winloop is not installed" in found.stderr
    assert "Traceback" not in found.stderr
