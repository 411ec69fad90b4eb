"""The template is made once, shared by all, and made anew when something is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from katana.embedded._files import cache_directory, copy_tree, make_run_directory
from katana.embedded._template import Templates


def make(target: Path) -> None:
    """What initdb would do."""
    (target / "base").mkdir(parents=True)
    (target / "PG_VERSION").write_text("18\n")
    (target / "base" / "1").write_bytes(b"x" * 10_000)


def refuse(_target: Path) -> None:
    raise AssertionError("there should have been a template")


def template(cache: Path) -> Path:
    return next(path for path in (cache / "postgres").iterdir() if path.is_dir())


def test_initialises_once_and_copies_from_then_on(tmp_path):
    templates = Templates(tmp_path, "18.6", ())
    templates.provide(tmp_path / "one", make)
    templates.provide(tmp_path / "two", refuse)
    assert (tmp_path / "two" / "base" / "1").read_bytes() == b"x" * 10_000


@pytest.mark.parametrize(("version", "arguments"), [("18.7", ()), ("18.6", ("--encoding=UTF8",))])
def test_makes_another_template_for_another_version_or_arguments(tmp_path, version, arguments):
    Templates(tmp_path, "18.6", ()).provide(tmp_path / "one", make)
    with pytest.raises(AssertionError, match="should have been"):
        Templates(tmp_path, version, arguments).provide(tmp_path / "two", refuse)


@pytest.mark.parametrize("damage", ["missing", "shorter", "extra", "manifest", "empty"])
def test_makes_a_damaged_template_anew(tmp_path, damage):
    templates = Templates(tmp_path, "18.6", ())
    templates.provide(tmp_path / "one", make)
    found = template(tmp_path)
    if damage == "missing":
        (found / "data" / "base" / "1").unlink()
    elif damage == "shorter":
        (found / "data" / "base" / "1").write_bytes(b"")
    elif damage == "extra":
        (found / "data" / "postmaster.pid").write_text("1")
    elif damage == "manifest":
        (found / "manifest").write_bytes(b"\xff")
    else:
        (found / "manifest").unlink()
    templates.provide(tmp_path / "two", make)
    templates.provide(tmp_path / "three", refuse)
    assert (tmp_path / "three" / "base" / "1").stat().st_size == 10_000


def test_removes_what_a_dead_process_left(tmp_path):
    debris = tmp_path / "postgres" / "building-1"
    debris.mkdir(parents=True)
    Templates(tmp_path, "18.6", ()).provide(tmp_path / "one", make)
    assert not debris.exists()


def test_works_without_a_cache(tmp_path):
    Templates(None, "18.6", ()).provide(tmp_path / "one", make)
    assert (tmp_path / "one" / "PG_VERSION").exists()


def test_works_with_a_cache_that_is_a_file(tmp_path):
    (tmp_path / "postgres").write_text("")
    Templates(tmp_path, "18.6", ()).provide(tmp_path / "one", make)
    assert (tmp_path / "one" / "PG_VERSION").exists()


def test_passes_the_error_of_initialisation_on_and_leaves_no_template(tmp_path):
    templates = Templates(tmp_path, "18.6", ())
    with pytest.raises(AssertionError):
        templates.provide(tmp_path / "one", refuse)
    templates.provide(tmp_path / "two", make)


def test_copies_with_modes_that_postgresql_accepts(tmp_path):
    make(tmp_path / "one")
    copy_tree(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "two").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "two" / "base" / "1").stat().st_mode & 0o777 == 0o600


def test_copies_where_the_kernel_cannot(tmp_path, monkeypatch):
    def refuse_to_copy(*_: object) -> int:
        raise OSError

    monkeypatch.setattr(os, "copy_file_range", refuse_to_copy, raising=False)
    make(tmp_path / "one")
    copy_tree(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "two" / "base" / "1").read_bytes() == b"x" * 10_000


def test_finds_the_cache_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_directory() == tmp_path / "xdg" / "katana"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_directory() == tmp_path / "home" / ".cache" / "katana"


def test_keeps_its_cache_in_the_temporary_directory_when_there_is_no_home(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("katana.embedded._files.tempfile.gettempdir", lambda: str(tmp_path))
    assert cache_directory() == tmp_path / f"katana-cache-{os.geteuid()}"


def test_trusts_no_cache_that_others_may_write(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("katana.embedded._files.tempfile.gettempdir", lambda: str(tmp_path))
    planted = tmp_path / f"katana-cache-{os.geteuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    assert cache_directory() is None
    planted.rmdir()
    planted.symlink_to(tmp_path)
    assert cache_directory() is None


@pytest.mark.parametrize("name", ["x" * 100, "with,comma"])
def test_puts_the_socket_elsewhere_when_the_temporary_directory_is_unfit(monkeypatch, tmp_path, name):
    unfit = tmp_path / name
    unfit.mkdir()
    monkeypatch.setattr("katana.embedded._files.tempfile.gettempdir", lambda: str(unfit))
    directory = make_run_directory()
    directory.rmdir()
    assert directory.parent == Path("/tmp")
    assert not list(unfit.iterdir())


_START = """
from katana.embedded import EmbeddedPostgres
with EmbeddedPostgres.start() as server:
    assert server.create_database("app")
"""


def test_six_processes_start_at_once_from_nothing(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": str(tmp_path)}
    processes = [
        subprocess.Popen([sys.executable, "-c", _START], env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    assert len([path for path in (tmp_path / "katana" / "postgres").iterdir() if path.is_dir()]) == 1
