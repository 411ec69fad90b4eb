"""Rows that are to be of a class of the contract: each reason why they cannot be, at the query."""

import pytest

from katana import ir, spec
from katana.gen.crud import unfit_rows

DOCUMENT = """\
openapi: 3.1.1
info: {title: Users, version: "1"}
paths:
  /users:
    get:
      operationId: list_users
      tags: [users]
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/User"}}}}
components:
  schemas:
    Tags: {type: array, items: {type: string}}
    User:
      type: object
      required: [id, name, bio]
      properties:
        id: {type: integer, format: int64}
        name: {type: string}
        bio: {type: [string, "null"]}
        mail: {type: string}
"""
INT8, TEXT = ir.PgType(name="int8", oid=20), ir.PgType(name="text", oid=25)
ID = ir.Column(name="id", py_name="id", type=INT8, nullable=False)
NAME = ir.Column(name="name", py_name="name", type=TEXT, nullable=False)
BIO = ir.Column(name="bio", py_name="bio", type=TEXT, nullable=True)


def nullable(column: ir.Column) -> ir.Column:
    """The same column, which may be NULL."""
    return ir.Column(name=column.name, py_name=column.py_name, type=column.type, nullable=True)


def called(name: str, type_: ir.PgType = TEXT, *, may_be_null: bool = False) -> ir.Column:
    """A column."""
    return ir.Column(name=name, py_name=name, type=type_, nullable=may_be_null)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> ir.Api:
    document = tmp_path_factory.mktemp("users") / "users.yaml"
    document.write_text(DOCUMENT)
    return spec.compile(document).api


def found(api: ir.Api, row: str, *columns: ir.Column) -> list[str]:
    """What is wrong with a query of these columns."""
    query = ir.Query(
        name="get_user", group="users", command="one", sql="", source="users.sql", columns=columns, row=row
    )
    database = ir.Database(source="db", queries=(query,))
    return [misfit.message for _, _, misfit in unfit_rows({"users_api": api}, {"users_db": database})]


def test_rows_with_the_members_of_the_class_fit(api: ir.Api) -> None:
    assert found(api, "users_api.dto.User", ID, NAME, BIO) == []
    assert found(api, "users_api.dto.User", BIO, NAME, ID, called("mail")) == []


def test_a_value_that_is_never_null_may_be_a_member_that_can_be(api: ir.Api) -> None:
    assert found(api, "users_api.dto.User", ID, NAME, called("bio")) == []


def test_classes_of_other_modules_are_left_to_the_type_checker(api: ir.Api) -> None:
    assert found(api, "shop.rows.User", ID) == []


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((ID, NAME), "`User` needs `bio`, which is not selected"),
        ((ID, NAME, BIO, called("age", INT8)), "`User` has no member for the column `age`"),
        ((ID, nullable(NAME), BIO), "`User.name` is never null, and the column `name` may be"),
        ((ID, NAME, BIO, called("mail", may_be_null=True)), "`User.mail` is never null, and the column `mail` may be"),
        ((called("id"), NAME, BIO), "`User.id` is an integer in the specification and `text` in PostgreSQL"),
    ],
)
def test_what_the_class_does_not_take_is_an_error(api: ir.Api, columns: tuple[ir.Column, ...], message: str) -> None:
    assert found(api, "users_api.dto.User", *columns) == [message]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("users_api.dto.Usr", "`users_api.dto` has no class `Usr`"),
        ("users_api.dto.Tags", "`Tags` is no object"),
    ],
)
def test_a_class_has_to_be_an_object_of_the_contract(api: ir.Api, row: str, message: str) -> None:
    assert found(api, row, ID) == [message]
