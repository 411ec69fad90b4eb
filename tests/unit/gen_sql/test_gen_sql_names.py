"""Rows and enums of several schemas keep their names, whichever of them the queries use."""

from katana.gen.sql import generate
from katana.ir import Column, Database, EnumDef, PgType, Query, Table

INT = PgType(name="int4", oid=23)


def table(namespace: str, name: str = "users") -> Table:
    columns = (Column(name="id", py_name="id", type=INT, nullable=False), Column(name=namespace, py_name="x", type=INT))
    return Table(name=name, columns=columns, namespace=namespace)


def rows_of(*used: Table) -> set[str]:
    tables = (table("app"), table("audit", "log"), table("public"))
    queries = tuple(
        Query(
            name=f"list_{found.namespace}",
            group="all",
            command="many",
            sql="SELECT 1",
            source="all.sql",
            columns=found.columns,
            table=found.name if found.namespace == "public" else f"{found.namespace}.{found.name}",
        )
        for found in used
    )
    text = generate(Database(source="s", tables=tables, queries=queries), "x_db")["x_db/rows.py"]
    return {line.split("(")[0].removeprefix("class ") for line in text.splitlines() if line.startswith("class ")}


def test_a_table_of_another_schema_has_a_row_of_its_own():
    assert rows_of(table("audit", "log")) == {"LogRow"}
    assert rows_of(table("app"), table("public")) == {"AppUsersRow", "UsersRow"}


def test_a_new_query_does_not_rename_the_row_of_another():
    assert rows_of(table("app")) == {"AppUsersRow"}
    assert rows_of(table("public")) == {"UsersRow"}


def test_an_enum_that_two_schemas_have_is_called_by_both_its_names():
    enums = tuple(EnumDef(name="status", labels=("x",), namespace=schema) for schema in ("app", "auth"))
    kind = PgType(name="status", kind="enum", namespace="auth")
    column = Column(name="status", py_name="status", type=kind)
    query = Query(name="a", group="b", command="many", sql="SELECT 1", source="b.sql", columns=(column,))
    text = generate(Database(source="s", enums=enums, queries=(query,)), "x_db")["x_db/rows.py"]
    assert "class AuthStatus(StrEnum):" in text
