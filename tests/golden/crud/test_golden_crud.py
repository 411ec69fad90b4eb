"""Every folder here: `input/` is a description with SQL, `expected/` its generated controllers, or `refused.txt`.

`KATANA_UPDATE_GOLDEN=1` writes what is expected anew; read the diff.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import msgspec
import mypy.version  # noqa: F401 - so that build tools put it beside these tests
import pytest
import ruff  # noqa: F401 - likewise

import katana.runtime.generated
from katana import spec, sql
from katana.cli._contract_places import ContractPlaces
from katana.diagnostics import DiagnosticsError, render
from katana.embedded import EmbeddedPostgres
from katana.gen import openapi, service
from katana.gen import sql as gen_sql
from katana.runtime import Ctx
from katana.runtime import sql as runtime_sql

HERE = Path(__file__).parent
CASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "input").is_dir())
ACCEPTED = [case for case in CASES if not (HERE / case / "refused.txt").is_file()]
UPDATE = os.environ.get("KATANA_UPDATE_GOLDEN") == "1"
PRODUCT = Path(katana.runtime.generated.__file__).parents[3]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start() as started:
        yield started


def inputs(case: str, server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, *more: Path) -> service.Inputs:
    """The service of a case, without controllers; `more` are files of queries beside its own."""
    monkeypatch.chdir(HERE / case / "input")
    schema, queries = sql.discover(Path())
    queries = (*queries, *more)
    api = spec.compile(Path(f"{case}.yaml")).api
    database = sql.compile(schema, queries, source=case, db_url=server.url())
    manifest = service.Manifest(
        version=1,
        name="server",
        package=f"{case}_server",
        layer="high",
        apis=(service.ApiPart(package=f"{case}_api", ir="", source=f"{case}.yaml"),),
        databases=(service.DatabasePart(package=f"{case}_db", ir="", queries=tuple(map(str, queries))),),
    )
    return service.Inputs(
        manifest=manifest,
        apis={f"{case}_api": api},
        databases={f"{case}_db": database},
        generated={**openapi.generate(api, f"{case}_api"), **gen_sql.generate(database, f"{case}_db")},
        sources={},
        places=ContractPlaces(manifest),
    )


@pytest.mark.parametrize("case", CASES)
def test_the_generated_controllers_or_their_refusal_are_the_expected_ones(
    case: str, server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        text = service.generate(service.plan(inputs(case, server, monkeypatch)))[f"{case}_server/crud.py"]
        expected = HERE / case / "expected" / "crud.py"
    except DiagnosticsError as error:
        text = render(error.diagnostics)
        expected = HERE / case / "refused.txt"
    if UPDATE:
        expected.parent.mkdir(exist_ok=True)
        expected.write_bytes(text.encode())
    assert expected.read_text() == text


@pytest.mark.parametrize("case", ACCEPTED)
def test_generated_controllers_pass_mypy_in_strict_mode_and_ruff(
    case: str, server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = inputs(case, server, monkeypatch)
    for name, text in {**given.generated, **service.generate(service.plan(given))}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    environment = {**os.environ, "MYPYPATH": os.pathsep.join([str(tmp_path), str(PRODUCT)])}
    strict = ["mypy", "--strict", "--config-file=", "--follow-imports=silent", "-p", f"{case}_server"]
    for command in (strict, ["ruff", "format", "--line-length=120", "--check", "."]):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_sql_that_an_error_tells_to_paste_serves_the_operation(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(DiagnosticsError) as refused:
        service.plan(inputs("pasted", server, monkeypatch))
    assert {diagnostic.code for diagnostic in refused.value.diagnostics} == {"crud-query"}
    queries = [
        diagnostic.hint.removeprefix("write\n").partition("\nor write")[0] for diagnostic in refused.value.diagnostics
    ]
    (tmp_path / "tasks.sql").write_text("\n\n".join(queries))
    planned = service.plan(inputs("pasted", server, monkeypatch, tmp_path / "tasks.sql"))
    assert planned.crud is not None
    assert planned.crud.count("    async def ") == len(queries) == 7


Blog = tuple[Any, Any, Any, str]
"""The DTOs, controllers and repositories of the blog, and its database."""


@pytest.fixture
def blog(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Blog]:
    given = inputs("blog", server, monkeypatch)
    for name, text in {**given.generated, **service.generate(service.plan(given))}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    monkeypatch.syspath_prepend(str(tmp_path))
    dsn = server.create_database(tmp_path.name)
    runtime_sql.migrate(dsn, import_module("blog_db.migrations").MIGRATIONS)
    yield import_module("blog_api.dto"), import_module("blog_server.crud"), import_module("blog_db.repo"), dsn
    for name in [name for name in sys.modules if name.split(".")[0] in ("blog_api", "blog_db", "blog_server")]:
        del sys.modules[name]


def test_nested_objects_of_a_response_are_filled_from_rows_in_rows(blog: Blog) -> None:
    _, controllers, repositories, dsn = blog

    async def answers() -> list[object]:
        db = runtime_sql.Database(dsn)
        db.start()
        try:
            for table, rows in (
                ("authors", "(1, 'Ada'), (2, 'Bob')"),
                ("posts", "(1, 1, NULL, 'first'), (2, 1, 2, 'second')"),
                ("comments", "(1, 2, 'good')"),
            ):
                await db.execute(runtime_sql.Statement("test", f"INSERT INTO {table} VALUES {rows}"))
            authors = controllers.AuthorsCrud(repositories.AuthorsRepo())
            posts = controllers.PostsCrud(repositories.PostsRepo())
            ctx = Ctx(method="GET", path="/", db=db)
            found = [await authors.list_authors(ctx), await authors.get_author(ctx, 1)]
            found.append(await posts.list_posts(ctx, limit=10, after=0))
            return [json.loads(msgspec.json.encode(each)) for each in found]
        finally:
            await db.close(5)

    everyone, ada, posts = asyncio.run(answers())
    first, second = {"id": 1, "title": "first"}, {"id": 2, "title": "second"}
    comments = [{"id": 1, "body": "good"}]
    person, other = {"id": 1, "name": "Ada"}, {"id": 2, "name": "Bob"}
    assert everyone == [{**person, "posts": [first, second]}, {**other, "posts": []}]
    assert ada == {**person, "posts": [{**first, "comments": []}, {**second, "comments": comments}]}
    assert posts == [
        {**first, "author": person, "editor": None, "comments": []},
        {**second, "author": person, "editor": other, "comments": comments},
    ]


def test_what_is_missing_is_said_of_the_path_or_of_the_body(blog: Blog) -> None:
    dto, controllers, repositories, dsn = blog

    async def answers() -> list[object]:
        db = runtime_sql.Database(dsn)
        db.start()
        try:
            await db.execute(runtime_sql.Statement("test", "INSERT INTO authors VALUES (1, 'Ada'), (2, 'Bob')"))
            authors = controllers.AuthorsCrud(repositories.AuthorsRepo())
            ctx = Ctx(method="GET", path="/", db=db)
            return [
                await authors.list_posts_of_author(ctx, 1, limit=10, cursor=None),
                await authors.list_posts_of_author(ctx, 9, limit=10, cursor=None),
                await authors.add_post(ctx, 9, dto.NewPost(number=1, title="lost", editor_id=2)),
                await authors.add_post(ctx, 1, dto.NewPost(number=2, title="unedited", editor_id=9)),
                await authors.add_post(ctx, 1, dto.NewPost(number=3, title="kept", editor_id=2)),
            ]
        finally:
            await db.close(5)

    empty, no_list, no_author, no_editor, kept = cast("list[Any]", asyncio.run(answers()))
    assert (empty.items, empty.next_cursor) == ([], None)
    assert (no_list.status, no_list.detail) == (404, "There is no author 9.")
    assert (no_author.status, no_author.detail) == (404, "There is no author 9.")
    assert (no_editor.status, no_editor.detail) == (422, "The post refers to something that does not exist.")
    assert kept.title == "kept"
