"""The wheel, as a project without Pants has it: nothing of this repository is importable but what it holds."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

QUERY = "-- name: one :one\nSELECT 1 AS number;\n"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which `katana` comes from the wheel alone."""
    (wheel,) = Path.cwd().glob("katana-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    installed = [p for p in sys.path if p and not (Path(p) / "katana").is_dir()]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), *installed])}


def test_the_command_of_the_wheel_generates_from_both_kinds_of_contract(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "sql/schema").mkdir(parents=True)
    (tmp_path / "sql/schema/0001_t.up.sql").write_text("CREATE TABLE t (id bigint);\n")
    (tmp_path / "sql/numbers.sql").write_text(QUERY)
    document = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
    (tmp_path / "api.yaml").write_text(document)
    for arguments in (["openapi", "-i", "api.yaml"], ["sql", "-i", "sql"]):
        command = [sys.executable, "-P", "-m", "katana.cli", "gen", *arguments, "-o", "gen"]
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
    assert (tmp_path / "gen/api_api/routes.py").is_file()
    assert (tmp_path / "gen/sql_db/repo.py").is_file()


@pytest.mark.usefixtures("environment")
def test_the_wheel_carries_types_and_the_command(tmp_path: Path) -> None:
    assert (tmp_path / "site/katana/runtime/py.typed").is_file()
    (scripts,) = (tmp_path / "site").glob("katana-*.dist-info/entry_points.txt")
    assert "katana = katana.cli.main:main" in scripts.read_text()


@pytest.mark.usefixtures("environment")
def test_what_only_some_services_need_is_an_extra(tmp_path: Path) -> None:
    (metadata,) = (tmp_path / "site").glob("katana-*.dist-info/METADATA")
    lines = [line for line in metadata.read_text().splitlines() if line.startswith("Requires-Dist:")]
    extras = {line.split()[1].partition("[")[0].partition("<")[0]: line.partition(" extra == ")[2] for line in lines}
    assert (extras["aiohttp"], extras["yarl"]) == ('"webhooks"', '"webhooks"')
    assert (extras["PyJWT"], extras["cryptography"]) == ('"jwt"', '"jwt"')
    assert extras["msgspec"] == ""


@pytest.mark.usefixtures("environment")
def test_each_platform_gets_the_event_loop_that_it_can_have(tmp_path: Path) -> None:
    (metadata,) = (tmp_path / "site").glob("katana-*.dist-info/METADATA")
    (fast,) = re.findall(r"^Requires-Dist: uvloop.*$", metadata.read_text(), re.MULTILINE)
    (windows,) = re.findall(r"^Requires-Dist: winloop.*$", metadata.read_text(), re.MULTILINE)
    assert fast.endswith('sys_platform != "win32"')
    assert windows.endswith('sys_platform == "win32"')
