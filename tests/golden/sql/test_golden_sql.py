"""Every folder here: `input/` is SQL, `expected/` the package generated from it.

`KATANA_UPDATE_GOLDEN=1` writes `expected/` anew; read the diff.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import mypy.version  # noqa: F401 - so that build tools put it beside these tests
import pytest

from katana import ir
from katana.embedded import EmbeddedPostgres
from katana.gen.sql import generate
from katana.sql import compile as compile_sql
from katana.sql import discover

HERE = Path(__file__).parent
CASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "input").is_dir())
UPDATE = os.environ.get("KATANA_UPDATE_GOLDEN") == "1"


@pytest.fixture(scope="module")
def databases(server: EmbeddedPostgres) -> dict[str, ir.Database]:
    found = {}
    for case in CASES:
        schema, queries = discover(HERE / case / "input")
        found[case] = compile_sql(schema, queries, source=case, db_url=server.url())
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_generated_package_is_the_expected_one(case: str, databases: dict[str, ir.Database]) -> None:
    expected = HERE / case / "expected"
    tree = generate(databases[case], f"{case}_db")
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for name, text in tree.items():
            path = expected / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    found = {str(path.relative_to(expected)): path.read_bytes() for path in expected.rglob("*") if path.is_file()}
    assert sorted(found) == sorted(tree)
    for name, text in tree.items():
        assert found[name].decode() == text


def test_generated_packages_pass_mypy_in_strict_mode(databases: dict[str, ir.Database], tmp_path: Path) -> None:
    for case, database in databases.items():
        for name, text in generate(database, f"{case}_db").items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(text.encode())
    packages = [argument for case in CASES for argument in ("-p", f"{case}_db")]
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent", *packages]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join([str(tmp_path), *_product()])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_bytes_do_not_depend_on_the_hash_seed(seed: str, databases: dict[str, ir.Database], tmp_path: Path) -> None:
    program = (
        "import sys; from katana import ir; from katana.gen.sql import generate\n"
        "tree = generate(ir.load(sys.stdin.buffer.read()), 'package.inner_db')\n"
        "sys.stdout.buffer.write(repr(tree).encode())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(_product())}
    for case in ("types", "names"):
        command = [sys.executable, "-c", program]
        data = ir.dump(databases[case])
        done = subprocess.run(command, input=data, cwd=tmp_path, env=environment, capture_output=True, check=True)
        assert done.stdout.decode() == repr(generate(databases[case], "package.inner_db"))


def _product() -> list[str]:
    """The directories that this process imports Katana from."""
    return [path for path in sys.path if path and (Path(path) / "katana").is_dir()]
