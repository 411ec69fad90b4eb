"""Types of Python that authors of SQL have chosen: the type checker looks at the code that uses them."""

import dataclasses
from pathlib import Path

import pytest

import katana.runtime
import katana.runtime.sql
from katana import ir
from katana.contract import check
from katana.gen import sql
from unit.gen_service import service_parts as parts

CHECKED_AGAINST = (katana.runtime, katana.runtime.sql)
"""Imported so that build tools put them beside this test: the check lets mypy read them."""

JSONB = ir.PgType(name="jsonb", oid=3802)
ID = ir.Column(name="id", py_name="id", type=ir.PgType(name="int8", oid=20), nullable=False)
NAME = ir.Column(name="name", py_name="name", type=ir.PgType(name="text", oid=25), nullable=False)


def typed(name: str, *, read: str = "", write: str = "") -> ir.Column:
    """A column of documents of a chosen type."""
    python = ir.PyType(name=name, read=read, write=write)
    type_ = ir.PgType(name="jsonb", oid=3802, python=python)
    return ir.Column(name="whole", py_name="whole", type=type_, nullable=False)


def found(tree: Path, *columns: ir.Column, row: str = "") -> list[tuple[str, str, str]]:
    """File, code and message of each diagnostic."""
    queries = tuple(
        ir.Query(name=name, group=group, command="one", sql="SELECT", source=f"{group}.sql", columns=given, row=chosen)
        for name, group, given, chosen in (
            ("get_user", "users", columns, row),
            ("other", "users", (ID, NAME), ""),
            ("get_post", "posts", (ID, NAME), ""),
        )
    )
    database = ir.Database(source="users", queries=queries)
    given = parts.inputs(parts.CONTROLLER)
    generated = {**given.generated, **sql.generate(database, "users_db")}
    (tree / parts.PATH).write_text(parts.CONTROLLER)
    inputs = dataclasses.replace(given, databases={"users_db": database}, generated=generated)
    return [(each.file, each.code, each.message) for each in check(inputs)]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with `src/svc`, and this process in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src" / "svc").mkdir(parents=True)
    return tmp_path


def test_a_type_that_is_there_and_takes_the_value_passes(tree: Path) -> None:
    assert found(tree, ID, typed("users_api.dto.User")) == []


def test_a_name_that_is_not_there_is_an_error_at_the_query(tree: Path) -> None:
    messages = found(tree, ID, typed("users_api.dto.Usr"))
    assert {(file, code) for file, code, _ in messages} == {("users.sql", "chosen-type")}
    assert all(message.startswith("`get_user` cannot use a type that was chosen: ") for *_, message in messages)
    assert 'Module "users_api.dto" has no attribute "Usr"' in messages[0][2]


def test_functions_that_do_not_take_the_value_are_an_error_at_the_query(tree: Path) -> None:
    (tree / "src/svc/texts.py").write_text(
        "class Text:\n    pass\n\n\ndef read(value: bytes) -> Text:\n    return Text()\n\n\n"
        'def write(value: Text) -> str:\n    return ""\n'
    )
    name = ir.Column(
        name="name",
        py_name="name",
        type=ir.PgType(
            name="text",
            oid=25,
            python=ir.PyType(name="svc.texts.Text", read="svc.texts.read", write="svc.texts.write"),
        ),
        nullable=False,
    )
    ((file, code, message),) = found(tree, ID, name)
    assert (file, code) == ("users.sql", "chosen-type")
    assert 'Argument 1 to "read" has incompatible type "str"; expected "bytes"' in message


def test_a_class_of_ones_own_for_rows_has_to_take_the_columns(tree: Path) -> None:
    (tree / "src/svc/mine.py").write_text(
        "class Mine:\n    def __init__(self, id: int, name: int) -> None:\n        pass\n"
    )
    ((file, code, message),) = found(tree, ID, NAME, row="svc.mine.Mine")
    assert (file, code) == ("users.sql", "chosen-type")
    assert 'Argument "name" to "Mine" has incompatible type "str"; expected "int"' in message
