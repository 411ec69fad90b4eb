"""The `./pants` script, with a stand-in for Python: what it looks for, builds, keeps, repairs and says.

The stand-in does what the script asks of a real Python 3.9, at once and without a network; each installation is one
line in `installed.log`.
"""

import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = next(parent for parent in Path(__file__).parents if (parent / "pants").is_file()) / "pants"
PEX = b"the pex tool"
COMMANDS = (
    *("cat", "chmod", "cmp", "cp", "date", "dirname", "env", "find", "head", "kill", "mkdir", "mv", "rm", "rmdir"),
    *("sh", "sha256sum", "sleep", "tr", "wc"),
)

PYTHON = """\
#!/bin/sh
case "$*" in
    *"-m venv "*) for into; do :; done; mkdir -p "$into/bin"; cp "$0" "$into/bin/python" ;;
    *"pip install"*)
        echo "$*" >>"$LOG"; [ -z "${SLOW:-}" ] || sleep "$SLOW"; [ -z "${BROKEN:-}" ] || { echo "no index"; exit 1; }
        to=${0%/bin/python}/lib/python3.9/site-packages/pants/bin; mkdir -p "$to"
        printf '%s\\n' '#!/bin/sh' 'echo "client $* $PANTS_PEX_CLI_URL_TEMPLATE $PWD"' >"$to/native_client"
        echo 'x' >"${0%/bin/python}/bin/pants" ;;
    *"pip download"*) while [ "$1" != --dest ]; do shift; done; mkdir -p "$2"; echo wheel >"$2/pex-1.whl" ;;
    *"-m zipfile"*) for into; do :; done; mkdir -p "$into" ;;
    *"-m pex"*) for into; do :; done; printf 'the pex tool' >"$into" ;;
    *sha256*) for of; do :; done; sum=$(sha256sum "$of"); echo "${sum%% *}" ;;
    *) exit 0 ;;
esac
"""


class Machine:
    """A home, a PATH with a few tools, and a repository with the script in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.cache = root / "cache"
        self.repository = root / "repo"
        self.bin.mkdir()
        self.repository.mkdir()
        for command in COMMANDS:
            found = shutil.which(command)
            if found is not None:
                (self.bin / command).symlink_to(found)
        script = SCRIPT.read_text()
        script = re.sub(r"^pex_sha256=.*$", f"pex_sha256={hashlib.sha256(PEX).hexdigest()}", script, flags=re.MULTILINE)
        script = re.sub(r"^pex_size=.*$", f"pex_size={len(PEX)}", script, flags=re.MULTILINE)
        self.program(self.repository / "pants", script)

    def program(self, path: Path, text: str) -> None:
        """Writes an executable file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """Starts `./pants` with nothing inherited."""
        return subprocess.Popen(
            [self.repository / "pants", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.root,
            env={
                "PATH": str(self.bin),
                "HOME": str(self.root),
                "XDG_CACHE_HOME": str(self.cache),
                "LOG": str(self.root / "installed.log"),
                **variables,
            },
        )

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Exit code, output, errors."""
        process = self.start(*arguments, **variables)
        output, errors = process.communicate(timeout=60)
        return process.returncode, output, errors

    @property
    def installations(self) -> int:
        log = self.root / "installed.log"
        return len(log.read_text().splitlines()) if log.is_file() else 0

    @property
    def environment(self) -> Path:
        """The one that is in use."""
        home = next(self.cache.glob("katana/pants-*"))
        return home / (home / "current").read_text().strip()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def ready(machine: Machine) -> Machine:
    machine.program(machine.bin / "python3.9", PYTHON)
    assert machine.run("--version")[0] == 0
    return machine


def test_the_first_run_installs_and_later_runs_do_not(machine):
    machine.program(machine.bin / "python3.9", PYTHON)
    code, output, errors = machine.run("test", "::")
    assert (code, output.split()[:3]) == (0, ["client", "test", "::"])
    assert "first use: setting up Pants" in errors
    code, output, errors = machine.run("lint", "::")
    assert (code, output.split()[:3]) == (0, ["client", "lint", "::"])
    assert "first use" not in errors
    assert machine.installations == 1


def test_it_runs_in_the_root_of_the_repository_from_anywhere(ready):
    assert ready.run()[1].strip().endswith(str(ready.repository.resolve()))


def test_the_pex_tool_comes_from_the_cache(ready):
    assert f"file://{ready.environment}/pex" in ready.run()[1]


def test_a_shim_that_does_not_run_is_passed_over(machine):
    machine.program(machine.bin / "python3.9", "#!/bin/sh\necho 'pyenv: python3.9: command not found' >&2\nexit 127\n")
    machine.program(machine.root / ".pyenv/versions/3.9.18/bin/python", PYTHON)
    code, _, errors = machine.run()
    assert code == 0
    assert ".pyenv/versions/3.9.18" in errors


def test_without_a_python_it_says_what_to_install(machine):
    code, output, errors = machine.run("test", "::")
    assert (code, output) == (1, "")
    assert "pyenv install 3.9" in errors
    assert "uv python install 3.9" in errors


def test_without_a_python_for_the_product_it_says_so_and_goes_on(machine):
    machine.program(machine.bin / "python3.9", PYTHON)
    _, output, errors = machine.run("help")
    assert "pyenv install 3.12" in errors
    assert output.startswith("client help")


def test_an_installed_launcher_is_used(machine):
    machine.program(machine.bin / "pants", '#!/bin/sh\necho "launcher $*"\n')
    assert machine.run("test", "::")[:2] == (0, "launcher test ::\n")


def test_an_installed_launcher_can_be_ignored(ready):
    ready.program(ready.bin / "pants", '#!/bin/sh\necho "launcher $*"\n')
    assert ready.run("test", KATANA_PANTS_LAUNCHER="no")[1].startswith("client test")


@pytest.mark.parametrize(
    "text",
    [
        "#!/home/me/venv/bin/python\nfrom pants.bin.pants_loader import main\n",
        '#!/usr/bin/env bash\nexec "pyenv" exec "pants" "$@"\n',
        "#!/bin/sh\npyenv exec pants\n",
        SCRIPT.read_text(),
    ],
)
def test_what_is_only_called_pants_is_no_launcher(ready, text):
    ready.program(ready.bin / "pants", text)
    assert ready.run("test")[1].startswith("client test")


def test_two_first_runs_at_once_install_once(machine):
    machine.program(machine.bin / "python3.9", PYTHON)
    runs = [machine.start("test", SLOW="1") for _ in range(3)]
    outputs = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert all(output.startswith("client test") for output, _ in outputs)
    assert machine.installations == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda environment: (environment / "pex").write_bytes(b"half"),
        lambda environment: (environment / "pex").unlink(),
        lambda environment: (environment / "bin/python").unlink(),
        lambda environment: (environment / "files").unlink(),
        lambda environment: shutil.rmtree(environment / "lib"),
        shutil.rmtree,
        lambda environment: next(environment.rglob("native_client")).write_bytes(b""),
        lambda environment: (environment.parent / "current").write_text(""),
        lambda environment: (environment.parent / "current").write_text("../../elsewhere\n"),
    ],
)
def test_a_damaged_cache_heals_itself(ready, damage: Callable[[Path], object]):
    damage(ready.environment)
    code, output, _ = ready.run("test")
    assert (code, output.split()[:2]) == (0, ["client", "test"])
    assert ready.installations == 2


def test_a_run_that_was_killed_on_the_way_harms_nobody(machine):
    machine.program(machine.bin / "python3.9", PYTHON)
    killed = machine.start("test", SLOW="30")
    while not machine.installations:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    code, output, _ = machine.run("test")
    assert (code, output.split()[:2]) == (0, ["client", "test"])


def test_a_run_that_is_ended_leaves_nothing_half_made(machine):
    machine.program(machine.bin / "python3.9", PYTHON)
    ended = machine.start("test", SLOW="2")
    while not machine.installations:
        time.sleep(0.02)
    ended.send_signal(signal.SIGTERM)
    ended.communicate(timeout=30)
    assert ended.returncode == 143
    assert os.listdir(next(machine.cache.glob("katana/pants-*"))) == []


def test_a_failed_installation_shows_its_output(machine):
    machine.program(machine.bin / "python3.9", PYTHON)
    code, _, errors = machine.run("test", BROKEN="yes")
    assert code == 1
    assert "no index" in errors
    assert "this step failed" in errors
    assert machine.run("test")[0] == 0


def test_a_pex_tool_with_another_checksum_is_refused(machine):
    machine.program(machine.bin / "python3.9", PYTHON.replace("'the pex tool'", "'another one'"))
    code, _, errors = machine.run("test")
    assert code == 1
    assert "has the checksum" in errors


def test_settings_of_pip_and_python_do_not_reach_pants(ready):
    client = next(ready.environment.rglob("native_client"))
    client.write_text('#!/bin/sh\necho "[${PYTHONPATH-}${PIP_FIND_LINKS-}${PIP_TARGET-}]"\n')
    assert ready.run(PYTHONPATH="a", PIP_FIND_LINKS="b", PIP_TARGET="c")[1] == "[]\n"
