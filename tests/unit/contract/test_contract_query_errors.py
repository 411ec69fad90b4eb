"""Errors that queries answer by declaration are problems of the operations that call them."""

from __future__ import annotations

import pytest

from katana import ir
from katana.contract._controller import Controller
from katana.contract._expected import expected_methods
from katana.contract._query_errors import check_query_errors
from katana.gen.service import Construction, ConstructorParameter, ControllerPart, Place, Repository, Source

API_MODULE = """
class UsersApi(ABC):
    @abstractmethod
    async def create_user(self, ctx: Ctx) -> None: ...
    @abstractmethod
    async def rename_user(self, ctx: Ctx) -> None: ...
"""
CONTROLLER = """
class Users(UsersApi):
    def __init__(self, users: UsersRepo, other: object) -> None:
        self._users = users
        self._other: object = other

    async def create_user(self, ctx: Ctx) -> None:
        row = await self._users.create_user(ctx)

    async def rename_user(self, ctx: Ctx) -> None:
        return None
"""
CALL = "row = await self._users.create_user(ctx)"


def response(status: str, media_type: str = "application/problem+json") -> ir.Response:
    return ir.Response(status=status, pointer="", contents=(ir.Content(media_type=media_type),))


def operation(name: str, *responses: ir.Response) -> ir.Operation:
    return ir.Operation(
        operation_id=name, name=name, method="POST", path=f"/{name}", tag="users", pointer="", responses=responses
    )


def said(source: str = CONTROLLER, *responses: ir.Response) -> list[str]:
    """Line, column and message of each diagnostic."""
    errors = (
        ir.QueryError(error="users_email_key", status=409, code="user.taken"),
        ir.QueryError(error="23502", status=422, code="user.incomplete"),
    )
    queries = (
        ir.Query(name="create_user", group="users", command="one", sql="", source="users.sql", errors=errors),
        ir.Query(name="get_user", group="users", command="one", sql="", source="users.sql"),
    )
    api = ir.Api(
        source="users.yaml",
        title="",
        version="",
        operations=(operation("create_user", *responses), operation("rename_user")),
    )
    part = ControllerPart(module="svc.users", cls="Users", path="svc/users.py")
    parsed = Source(source, "svc.users", part.path)
    cls = parsed.find("Users")
    assert cls is not None
    parameter = ConstructorParameter(
        "users", "users_db.repo.UsersRepo", "UsersRepo", has_default=False, positional_only=False, place=Place(1, 1, 1)
    )
    construction = Construction(part, cls, (), ((parameter, Repository("users_db.repo", "UsersRepo")),))
    controller = Controller(construction, parsed, expected_methods("users_api", API_MODULE, "UsersApi", api))
    database = ir.Database(source="users", queries=queries)
    found = check_query_errors(controller, {"users_db": database}, lambda _method: "users.yaml:7")
    assert {diagnostic.code for diagnostic in found} <= {"undeclared-query-problem"}
    return [f"{each.line}:{each.column}: {each.message}; {each.hint}" for each in found]


def test_what_is_not_declared_is_an_error_at_the_call_of_the_query() -> None:
    (only,) = said(CONTROLLER, response("409"))
    assert only == (
        "8:21: `create_user` of users.sql answers `23502` with 422, which create_user (POST /create_user, "
        'users.yaml:7) does not declare as a problem; declare `"422"` with `application/problem+json`, or catch the '
        "error here"
    )
    assert len(said()) == 2


@pytest.mark.parametrize("statuses", [("409", "422"), ("4XX",), ("4xx",), ("default",), ("409", "default")])
def test_a_status_a_range_and_default_declare_it(statuses: tuple[str, ...]) -> None:
    assert said(CONTROLLER, *map(response, statuses)) == []


def test_a_response_of_another_media_type_is_no_problem() -> None:
    assert len(said(CONTROLLER, response("4XX", "application/json"))) == 2


@pytest.mark.parametrize(
    "body",
    [
        "try:\n            row = await self._users.create_user(ctx)\n        except UniqueViolation:\n            pass",
        "row = await self._users.get_user(ctx)",
        "row = await self._other.create_user(ctx)",
        "row = await users.create_user(ctx)",
    ],
)
def test_what_is_caught_or_not_known_to_be_that_query_is_left_alone(body: str) -> None:
    assert said(CONTROLLER.replace(CALL, body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "return await self._add(ctx)\n\n    async def _add(self, ctx):\n        "
        + CALL
        + "\n        return self._add(ctx)",
        "async with ctx.tx():\n            return [await self._users.create_user(ctx) for _ in range(3)]",
        "try:\n            pass\n        except KeyError:\n            pass\n        else:\n            " + CALL,
        "try:\n            " + CALL + "\n        finally:\n            pass",
    ],
)
def test_a_call_is_found_wherever_it_stands(body: str) -> None:
    assert len(said(CONTROLLER.replace(CALL, body), response("409"))) == 1


def test_another_operation_has_nothing_to_declare() -> None:
    assert said(CONTROLLER.replace("create_user(self", "make_user(self")) == []
