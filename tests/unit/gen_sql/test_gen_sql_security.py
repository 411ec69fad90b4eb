"""Text of the schema and of queries is data in the generated package, whatever it looks like."""

import ast
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from katana.diagnostics import DiagnosticsError
from katana.gen.source import SourceError
from katana.gen.sql import generate
from katana.gen.sql._names import enum_members, pascal, stem
from katana.gen.sql._sql_text import sql_lines
from katana.ir import Column, Database, EnumDef, Migration, PgType, PyType, Query, QueryParameter, Table

TEXT = PgType(name="text", oid=25)
ATTACKS = [
    '"""\nimport os\n"""',
    "'; import os; '",
    "\\",
    '\\"""',
    "\n# x\nimport os",
    "{__import__('os')}",
    "\u2028import os",
    "a\rb",
    "\x00",
    '"',
    'x"',
    "\ufeff",
    "\ud800",
]


def _database(text, name="get_user"):
    column = Column(name=text, py_name="value", type=TEXT)
    mood = PgType(name=text, kind="enum", namespace=text)
    inner = (Column(name=text, py_name="field", type=TEXT), Column(name="m", py_name="m", type=mood))
    pair = PgType(name=text, kind="composite", namespace=text, fields=inner)
    query = Query(
        name=name,
        group="users",
        command="one",
        sql=text,
        source=text,
        parameters=(QueryParameter(name=text, py_name="p", type=mood),),
        columns=(
            column,
            Column(name="other", py_name="other", type=mood),
            Column(name="pair", py_name="pair", type=pair),
            Column(name="pairs", py_name="pairs", type=structs.replace(pair, dimensions=2)),
        ),
        table=text,
    )
    return Database(
        source=text,
        migrations=(Migration(number=1, name=text, up=text, checksum=text, down=text),),
        tables=(Table(name=text, columns=query.columns, namespace=text),),
        enums=(EnumDef(name=text, labels=(text, f"{text}2"), namespace=text),),
        queries=(query,),
    )


def _calls(tree):
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("text", ATTACKS)
def test_hostile_text_changes_literals_and_nothing_else(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("unicode_escape").decode()
    hostile, harmless = generate(_database(text), "x_db"), generate(_database("harmless"), "x_db")
    for name in hostile:
        tree, model = ast.parse(hostile[name]), ast.parse(harmless[name])
        shape = [type(node) for node in ast.walk(tree)]
        assert shape == [type(node) for node in ast.walk(model)], name
        imports = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert not any("os" in line.split() for line in imports)
    constants = [n.value for n in ast.walk(ast.parse(hostile["x_db/migrations.py"])) if isinstance(n, ast.Constant)]
    assert constants.count(text) == 4, "name, checksum, up and down are unchanged"


@pytest.mark.parametrize("attack", ["x; import os", "a b.C", "a.C\nimport os", "import.C", "a.", ".C", "a.C)#"])
def test_a_chosen_type_that_is_no_name_is_refused(attack):
    for python in (
        PyType(name=attack),
        PyType(name="a.C", read=attack, write="a.w"),
        PyType(name="a.C", read="a.r", write=attack),
    ):
        type_ = PgType(name="jsonb", oid=3802, python=python)
        parameter = QueryParameter(name="p", py_name="p", type=type_)
        column = Column(name="c", py_name="c", type=type_)
        query = Query(
            name="q", group="g", command="one", sql="", source="g.sql", parameters=(parameter,), columns=(column,)
        )
        with pytest.raises(SourceError):
            generate(Database(source="s", queries=(query,)), "x_db")


@settings(deadline=None)
@given(st.text(st.sampled_from("ab \"'\\\n\t\r#{}$`;é\u2028\0"), max_size=60))
def test_a_sql_literal_evaluates_to_the_same_characters(text):
    lines = sql_lines(text, 4, "sql=")
    call = ast.parse("f(\n" + "\n".join(lines) + "\n)", mode="eval").body
    assert isinstance(call, ast.Call)
    assert ast.literal_eval(call.keywords[0].value) == text


def test_plain_sql_stands_as_it_was_written():
    assert sql_lines("SELECT 1\nFROM t", 4) == ['    """\\', "SELECT 1", 'FROM t""",']
    assert sql_lines("SELECT 1", 4) == ['    "SELECT 1",']


@pytest.mark.parametrize("name", ["get user", "import", "x;y", "__import__('os')", "", "a\nb"])
def test_a_name_that_is_no_identifier_is_refused(name):
    with pytest.raises(SourceError):
        generate(_database("x", name), "x_db")


@given(st.lists(st.text(max_size=8), unique=True, max_size=6))
def test_members_of_enums_are_distinct_identifiers(labels):
    members = enum_members(labels)
    assert len(set(members)) == len(labels)
    assert all(member.isidentifier() for member in members)


def test_names_are_spelled_as_python_does():
    assert [stem(name) for name in ("userPosts", "user-posts", "HTTPServer", "2fa", "!", "_x_", "a__b")] == [
        "user_posts",
        "user_posts",
        "http_server",
        "n2fa",
        "unnamed",
        "x",
        "a_b",
    ]
    assert pascal("user_posts") == "UserPosts"
    assert enum_members(["a b", "a-b", "None", "", "!", "2x"]) == [
        "A_B",
        "A_B_2",
        "NONE",
        "UNNAMED",
        "UNNAMED_2",
        "N2X",
    ]


def test_names_that_collide_whatever_is_put_in_front_are_reported():
    tables = tuple(
        Table(
            name=name, columns=(Column(name=name, py_name=f"c{i}", type=TEXT), Column(name="x", py_name="x", type=TEXT))
        )
        for i, name in enumerate(("a_b", "a-b", "a b"))
    )
    queries = tuple(
        Query(name=f"q{i}", group="g", command="many", sql="", source="g.sql", columns=table.columns, table=table.name)
        for i, table in enumerate(tables)
    )
    with pytest.raises(DiagnosticsError, match="`a b` would be `ABRow` in Python, and so would something else"):
        generate(Database(source="sql", tables=tables, queries=queries), "x_db")


def test_a_database_without_queries_still_has_every_module():
    up = "CREATE TABLE t ()"
    migration = Migration(number=1, name="one", up=up, checksum=hashlib.sha256(up.encode()).hexdigest())
    tree = generate(Database(source="sql", migrations=(migration,)), "x_db")
    assert sorted(tree) == [
        f"x_db/{name}" for name in ("__init__.py", "migrations.py", "params.py", "py.typed", "repo.py", "rows.py")
    ]
    assert "MIGRATIONS: tuple[Migration, ...] = ()" in generate(Database(source="sql"), "x_db")["x_db/migrations.py"]
