"""Files become IR as PostgreSQL describes it, and the same IR whatever does not matter."""

import hashlib
import os

import pytest
from msgspec import structs

from katana import ir, sql
from katana.diagnostics import DiagnosticsError
from katana.sql import _scratch
from katana.sql._scratch import with_database
from katana.sql._session import Session

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN emails AS email[];
CREATE SCHEMA audit;
CREATE TABLE audit.log (at timestamptz NOT NULL);
CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, bio text, dropped int);
ALTER TABLE users DROP COLUMN dropped;
"""


def only(database: ir.Database) -> ir.Query:
    (query,) = database.queries
    return query


def test_describes_a_query_in_full(compile_texts):
    queries = '-- name: get_user :one\nSELECT id, bio AS "userBio" FROM users WHERE id = @user_id;'
    assert only(compile_texts(SCHEMA, queries)) == ir.Query(
        name="get_user",
        group="users",
        command="one",
        sql='SELECT id, bio AS "userBio" FROM users WHERE id = $1',
        source="users.sql",
        parameters=(ir.QueryParameter(name="user_id", py_name="user_id", type=ir.PgType(name="int8", oid=20)),),
        columns=(
            ir.Column(name="id", py_name="id", type=ir.PgType(name="int8", oid=20), nullable=False),
            ir.Column(name="userBio", py_name="user_bio", type=ir.PgType(name="text", oid=25), nullable=True),
        ),
    )


EMAIL = ir.PgType(name="email", kind="domain", namespace="public", below=ir.PgType(name="text", oid=25))
EMAILS = ir.PgType(name="emails", kind="domain", namespace="public", below=structs.replace(EMAIL, dimensions=1))
INTS = ir.PgType(name="int4range", kind="range", oid=3904, below=ir.PgType(name="int4", oid=23))
PAIR = ir.PgType(
    name="pair",
    kind="composite",
    namespace="public",
    fields=(
        ir.Column(name="a", py_name="a", type=ir.PgType(name="int4", oid=23)),
        ir.Column(name="b", py_name="b", type=ir.PgType(name="text", oid=25)),
    ),
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1::int8", ir.PgType(name="int8", oid=20)),
        ("'{}'::int8[]", ir.PgType(name="int8", oid=1016, dimensions=1)),
        ("'{}'::int8[][]", ir.PgType(name="int8", oid=1016, dimensions=1)),
        ("'1 2'::int2vector", ir.PgType(name="int2vector", oid=22)),
        ("'ok'::mood", ir.PgType(name="mood", kind="enum", namespace="public")),
        ("'{}'::mood[]", ir.PgType(name="mood", kind="enum", namespace="public", dimensions=1)),
        ("'a@b'::email", EMAIL),
        ("'{}'::emails", EMAILS),
        ("ROW(1, 'x')::pair", PAIR),
        ("'[1,2)'::int4range", INTS),
        ("'{[1,2)}'::int4multirange", ir.PgType(name="int4multirange", kind="multirange", oid=4451, below=INTS)),
        ("ROW(1)", ir.PgType(name="record", oid=2249)),
    ],
)
def test_describes_types(compile_texts, expression, expected):
    # PostgreSQL reports the base type of a domain for result columns: parameters keep it
    query = only(compile_texts(SCHEMA, f"-- name: a :one\nSELECT {expression} AS x;"))
    found = query.columns[0].type
    if expected.kind != "domain":
        assert found == expected
    cast = expression.rpartition("::")[2] if "::" in expression else ""
    if cast:
        query = only(compile_texts(SCHEMA, f"-- name: a :one\nSELECT @x::{cast} IS NULL AS x;"))
        assert query.parameters[0].type == expected


def test_lists_tables_and_enums_of_the_schema(compile_texts):
    database = compile_texts(SCHEMA, "")
    assert [(table.namespace, table.name) for table in database.tables] == [("audit", "log"), ("public", "users")]
    assert [column.name for column in database.tables[1].columns] == ["id", "name", "bio"]
    assert database.enums == (ir.EnumDef(name="mood", labels=("sad", "ok", "happy")),)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("SELECT * FROM users", "users"),
        ("SELECT u.id, u.name, u.bio FROM users u WHERE bio = 'x'", "users"),
        ("INSERT INTO users (id, name) VALUES (1, 'x') RETURNING *", "users"),
        ("SELECT * FROM audit.log", "audit.log"),
        ("SELECT id, name FROM users", ""),
        ("SELECT name, id, bio FROM users", ""),
        ("SELECT id, name, bio AS about FROM users", ""),
        ("SELECT id, name, name AS bio FROM users", ""),
        ("SELECT b.id, b.name, b.bio FROM users a LEFT JOIN users b ON b.id > a.id", ""),
        ("SELECT id + 0 AS id, name, bio FROM users", ""),
    ],
)
def test_knows_whole_rows_of_a_table(compile_texts, statement, table):
    assert only(compile_texts(SCHEMA, f"-- name: a :many\n{statement};")).table == table


def test_whole_rows_keep_their_domains(compile_texts):
    schema = "CREATE DOMAIN email AS text; CREATE TABLE a (id int PRIMARY KEY, mail email, mails email[]);"
    database = compile_texts(schema, "-- name: a :many\nSELECT * FROM a;")
    assert only(database).table == "a"
    assert only(database).columns == database.tables[0].columns


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("SELECT id FROM users WHERE id = $1", ["id"]),
        ("SELECT id FROM users WHERE $1 < id AND name = $2", ["id", "name"]),
        ("SELECT id FROM users WHERE id BETWEEN $1 AND $2", ["id", "id_2"]),
        ("SELECT id FROM users WHERE id = ANY ($1) LIMIT $2 OFFSET $3", ["id", "limit", "offset"]),
        ("INSERT INTO users (id, name) VALUES ($2, $1) RETURNING id", ["name", "id"]),
        ("INSERT INTO users (id, name) VALUES ($1, $2), ($3, $4) RETURNING id", ["id", "name", "id_2", "name_2"]),
        ("UPDATE users SET name = coalesce($1, name) WHERE id = $2 RETURNING id", ["name", "id"]),
        ("SELECT $1::int + $2 AS x", ["arg1", "arg2"]),
        ("WITH c AS (SELECT id AS key FROM users) SELECT key FROM c WHERE key = $1", ["key"]),
    ],
)
def test_names_numbered_parameters_by_what_they_meet(compile_texts, statement, names):
    query = only(compile_texts(SCHEMA, f"-- name: a :many\n{statement};"))
    assert [parameter.name for parameter in query.parameters] == names


def test_keeps_parameters_out_of_the_way_of_the_method(compile_texts):
    query = only(compile_texts("", "-- name: a :one\nSELECT @ctx::int + @self::int + @class::int AS x;"))
    assert [parameter.py_name for parameter in query.parameters] == ["ctx_", "self_", "class_"]


def test_takes_a_function_without_result_for_exec(compile_texts):
    assert only(compile_texts("", "-- name: a :exec\nSELECT pg_advisory_xact_lock(@key);")).columns == ()


def test_gives_the_same_bytes_whatever_the_comments(compile_texts):
    one = compile_texts(SCHEMA, "-- name: a :many\n-- nullable: x\nSELECT id FROM users WHERE bio = @x;")
    other = "\ufeff-- Why.\r\n\r\n--   name:  a   :many \r\n/* how */\n--nullable: x \n"
    two = compile_texts(SCHEMA, other + "SELECT id FROM users WHERE bio = @x  ;\n-- end")
    assert ir.dump(one) == ir.dump(two)
    assert ir.load(ir.dump(one)) == one


def test_keeps_migrations_as_they_are(compile_texts):
    (migration,) = compile_texts(SCHEMA).migrations
    assert migration == ir.Migration(
        number=1, name="schema", up=SCHEMA, checksum=hashlib.sha256(SCHEMA.encode()).hexdigest()
    )


def test_starts_a_server_of_its_own_when_none_is_given(tmp_path):
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (id int);")
    database = sql.compile([tmp_path / "schema.sql"], [], source="t")
    assert [table.name for table in database.tables] == ["t"]


def test_runs_the_schema_without_the_rights_of_a_superuser(tmp_path):
    (tmp_path / "schema.sql").write_text(f"COPY (SELECT 1) TO PROGRAM 'touch {tmp_path}/owned';")
    with pytest.raises(DiagnosticsError, match="permission denied"):
        sql.compile([tmp_path / "schema.sql"], [], source="t")
    assert not (tmp_path / "owned").exists()


def test_takes_extensions_that_can_do_no_harm(tmp_path):
    (tmp_path / "schema.sql").write_text("""
        CREATE EXTENSION citext; CREATE EXTENSION vector; CREATE EXTENSION pg_stat_statements;
        CREATE TABLE t (x citext, y vector(3));
    """)
    (table,) = sql.compile([tmp_path / "schema.sql"], [], source="t").tables
    assert [column.type for column in table.columns] == [
        ir.PgType(name="citext", namespace="public"),
        ir.PgType(name="vector", namespace="public"),
    ]


def test_refuses_extensions_that_reach_the_file_system(tmp_path):
    (tmp_path / "schema.sql").write_text("CREATE EXTENSION file_fdw;")
    with pytest.raises(DiagnosticsError, match="permission denied to create extension"):
        sql.compile([tmp_path / "schema.sql"], [], source="t")


def test_leaves_nothing_on_a_server_that_was_given(server, compile_texts):
    with Session(server.url()) as session:
        before = session.rows("SELECT datname FROM pg_database ORDER BY 1")
        compile_texts(SCHEMA)
        with pytest.raises(DiagnosticsError):
            compile_texts("CREATE BROKEN;")
        assert session.rows("SELECT datname FROM pg_database ORDER BY 1") == before


def test_says_when_the_server_cannot_be_reached(tmp_path):
    (tmp_path / "schema.sql").write_text("")
    with pytest.raises(DiagnosticsError, match="no scratch database on the given server") as caught:
        sql.compile([tmp_path / "schema.sql"], [], source="t", db_url="postgresql://localhost:1/x")
    (found,) = caught.value.diagnostics
    assert "\n" not in found.message
    assert found.hint == "see that `--db-url` leads to a server that runs, or leave it out"
    with pytest.raises(DiagnosticsError, match="the URL has the form"):
        sql.compile([tmp_path / "schema.sql"], [], source="t", db_url="mysql://localhost/x")


def test_puts_another_database_into_a_url():
    assert with_database("postgresql://u:p@h:1/a?host=%2Ftmp", "b") == "postgresql://u:p@h:1/b?host=%2Ftmp"


def test_orders_queries_by_file_and_place(server, tmp_path):
    for name in ("b.sql", "a.sql"):
        (tmp_path / name).write_text("-- name: z :one\nSELECT 1 AS x;\n-- name: y :one\nSELECT 1 AS x;")
    files = [tmp_path / "b.sql", tmp_path / "a.sql"]
    database = sql.compile([], files, source="t", db_url=server.url())
    assert [(query.group, query.name) for query in database.queries] == [("a", "z"), ("a", "y"), ("b", "z"), ("b", "y")]


def test_a_migration_reaches_the_next_through_the_schema_alone(server, tmp_path):
    (tmp_path / "0001_a.sql").write_text("CREATE SCHEMA s; SET search_path = s; CREATE TABLE in_s ();")
    (tmp_path / "0002_b.sql").write_text("CREATE TABLE in_public ();")
    database = sql.compile(sorted(tmp_path.glob("*.sql")), [], source="t", db_url=server.url())
    assert [(table.namespace, table.name) for table in database.tables] == [("public", "in_public"), ("s", "in_s")]


def test_reads_only_what_it_may(tmp_path, server):
    for name, data, message in (
        ("0001_a.sql", b"\xff", "is not UTF-8"),
        ("0001_a.sql", b"SELECT 1;\n\x00", "holds a NUL"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DiagnosticsError, match=message):
            sql.compile([tmp_path / name], [], source="t", db_url=server.url())
    with pytest.raises(DiagnosticsError, match="cannot be read"):
        sql.compile([tmp_path / "absent.sql"], [], source="t", db_url=server.url())
    (tmp_path / "large.sql").touch()
    os.truncate(tmp_path / "large.sql", 100 * 1024 * 1024)
    with pytest.raises(DiagnosticsError, match="larger than 64 MB"):
        sql.compile([tmp_path / "large.sql"], [], source="t", db_url=server.url())


def test_a_single_column_needs_no_name(compile_texts, errors_of):
    query = only(compile_texts("", "-- name: a :one!\nSELECT 1 + @n::int;"))
    assert [(column.py_name, column.nullable) for column in query.columns] == [("column", False)]
    assert [code for code, *_ in errors_of("", "-- name: a :one!\nSELECT 1, 2;")] == ["unnamed-column"] * 2


def test_a_server_that_is_too_old_is_refused(server, tmp_path, monkeypatch):
    (tmp_path / "schema.sql").write_text("CREATE TABLE t ()")
    monkeypatch.setattr(_scratch, "_OLDEST", 10_000)
    with pytest.raises(DiagnosticsError, match=r"the given server is PostgreSQL \d\d, which is too old"):
        sql.compile([tmp_path / "schema.sql"], [], source="t", db_url=server.url())
