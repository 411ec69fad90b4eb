"""`.katana`: found, ignored by git, held by one run at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from katana.dev._workspace import AlreadyRunning, Run, build_root, workspace

HOLD = """
import sys
from pathlib import Path
from katana.dev._workspace import workspace
with workspace(Path(sys.argv[1]), "svc_server") as place:
    place.announce("postgresql://here")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("mark", ["pants.toml", ".git"])
def test_the_root_of_the_build_is_found_from_below(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).touch()
    below = tmp_path / "src" / "svc"
    below.mkdir(parents=True)
    assert build_root(below) == tmp_path


def test_git_ignores_the_workspace(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    with workspace(tmp_path, "svc_server") as place:
        assert place.data == tmp_path / ".katana" / "svc_server" / "postgres"
    status = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, check=True, capture_output=True)
    assert status.stdout == b""


def test_a_second_run_is_told_about_the_first_and_may_start_when_it_has_ended(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning) as raised, workspace(tmp_path, "svc_server"):
            pass
        assert raised.value.run == Run(first.pid, "postgresql://here")
        first.kill()
    with workspace(tmp_path, "svc_server"):
        pass


def test_services_of_one_tree_do_not_share_data(tmp_path: Path) -> None:
    with workspace(tmp_path, "svc_server") as one, workspace(tmp_path, "svc_admin") as other:
        assert one.data != other.data


def test_what_a_run_says_is_private(tmp_path: Path) -> None:
    with workspace(tmp_path, "svc_server") as place:
        assert (place.directory / "run").stat().st_mode & 0o077 == 0
