"""The stage that compares syntax trees: what it says, and what it leaves to the type checker."""

import pytest

from katana.contract._expected import expected_methods
from katana.contract._signatures import check_class
from katana.diagnostics import Diagnostic
from katana.gen.service import Source
from unit.gen_service import service_parts as parts

EXPECTED = expected_methods("users_api", parts.API_MODULE, "UsersApi", parts.API)
GET_USER = "    async def get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:"
LIST_USERS = "    async def list_users(self, ctx: Ctx, *, cursor: int, limit: int) -> UserPage:"


def check(source: str, cls: str = "UsersController") -> list[Diagnostic]:
    return check_class(
        Source(source, "svc.users", parts.PATH),
        cls,
        EXPECTED,
        frozenset(("users_api.api.UsersApi",)),
        lambda method: f"users.yaml:{len(method.name)}",
    )


def with_method(old: str, new: str) -> str:
    assert old in parts.CONTROLLER
    return parts.CONTROLLER.replace(old, new)


def line_of(source: str, text: str) -> int:
    return next(number for number, line in enumerate(source.split("\n"), 1) if text in line)


def test_a_faithful_controller_passes() -> None:
    assert check(parts.CONTROLLER) == []


def test_the_signature_to_write_is_the_generated_one() -> None:
    assert [method.text(4) for method in EXPECTED][:2] == [LIST_USERS, GET_USER]


def test_a_missing_method_is_an_error_at_the_class_with_the_operation_and_the_signature() -> None:
    source = with_method("async def get_user(", "async def fetch_user(")
    (found,) = check(source)
    assert found.place == f"src/svc/users.py:{line_of(source, 'class UsersController')}:7"
    assert found.message == ("UsersController does not implement get_user (GET /users/{user_id}, users.yaml:8)")
    assert found.hint == f"add\n{GET_USER}"
    assert found.code == "method-missing"


def test_every_missing_method_is_reported() -> None:
    source = with_method("async def get_user(", "async def a(").replace("async def put_user(", "async def b(")
    assert ["get_user" in d.message for d in check(source)] == [True, False]


def test_a_method_that_a_base_in_the_module_defines_is_there() -> None:
    source = parts.CONTROLLER.replace("class UsersController(UsersApi)", "class Base(UsersApi)")
    assert check(f"{source}\n\nclass UsersController(Base):\n    pass\n") == []


def test_what_a_base_from_elsewhere_defines_is_left_to_the_type_checker() -> None:
    source = with_method("async def get_user(", "async def fetch_user(").replace("(UsersApi)", "(Mixin, UsersApi)")
    assert check(f"from mixins import Mixin\n{source}") == []


def test_a_plain_function_is_an_error_at_its_name() -> None:
    source = with_method("    async def get_user(", "    def get_user(")
    (found,) = check(source)
    assert found.place == f"src/svc/users.py:{line_of(source, 'def get_user')}:9"
    assert found.message.startswith("get_user (GET /users/{user_id}, users.yaml:8) is a plain function")
    assert found.code == "method-not-async"


@pytest.mark.parametrize(
    ("old", "new", "column", "message"),
    [
        ("get_user(self, ctx: Ctx, user_id: int)", "get_user(self, ctx: Ctx, id: int)", 40,
         "calls a parameter `id`, which the contract calls `user_id`"),
        ("get_user(self, ctx: Ctx, user_id: int)", "get_user(self, ctx: Ctx)", 15, "lacks the parameter `user_id`"),
        ("get_user(self, ctx: Ctx, user_id: int)", "get_user(self)", 15, "lacks the parameters `ctx`, `user_id`"),
        ("get_user(self, ctx: Ctx, user_id: int)", "get_user()", 15, "takes no `self`"),
        ("get_user(self, ctx: Ctx, user_id: int)", "get_user(self, ctx: Ctx, user_id: int, more: int)", 54,
         "takes `more`, which the contract does not pass"),
        ("put_user(self, ctx: Ctx, user_id: int, body: NewUser)",
         "put_user(self, ctx: Ctx, body: NewUser, user_id: int)", 40,
         "has its parameters in another order: `body` stands where `user_id` is passed"),
        ("*, cursor: int, limit: int", "*, cursor: int", 15, "lacks the parameter `limit`, passed by keyword"),
        ("*, cursor: int, limit: int", "*, cursor: int, size: int", 58,
         "calls a parameter `size`, but the contract passes the parameter `limit`"),
        ("*, cursor: int, limit: int", "*, cursor: int, limit: int, sort: str", 70,
         "takes `sort`, which the contract does not pass"),
    ],
)  # fmt: skip
def test_parameters_that_do_not_fit_are_an_error_at_the_first_of_them(
    old: str, new: str, column: int, message: str
) -> None:
    source = with_method(old, new)
    (found,) = check(source)
    assert found.message.endswith(message)
    assert (found.line, found.column) == (line_of(source, new), column)
    assert found.code == "method-parameters"
    assert found.hint.startswith("write\n    async def ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("*, cursor: int, limit: int", "*, limit: int, cursor: int"),
        ("*, cursor: int, limit: int", "cursor: int, limit: int"),
        ("*, cursor: int, limit: int", "*, cursor: int, limit: int, sort: str = 'id'"),
        ("user_id: int) ->", "user_id: int, trace: bool = False) ->"),
        ("(self, ctx: Ctx, user_id: int) ->", "(this, ctx: Ctx, user_id: int, /) ->"),
        ("ctx: Ctx, user_id: int) ->", "*args: object, **kwargs: object) ->"),
    ],
)
def test_what_can_be_called_as_the_contract_calls_it_is_fine(old: str, new: str) -> None:
    assert check(with_method(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "column", "missing"),
    [
        ("get_user(self, ctx: Ctx, user_id: int)", "get_user(self, ctx: Ctx, user_id)", 40, "`user_id`"),
        ("get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:", "get_user(self, ctx: Ctx, user_id: int):", 15,
         "the return value"),
        ("get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:", "get_user(self, ctx, user_id):", 30,
         "`ctx` and `user_id` and the return value"),
    ],
)  # fmt: skip
def test_a_missing_annotation_is_an_error_because_nothing_would_be_checked(
    old: str, new: str, column: int, missing: str
) -> None:
    (found,) = check(with_method(old, new))
    assert f"has no annotation for {missing}, so nothing checks it" in found.message
    assert found.column == column
    assert found.code == "method-untyped"


def test_a_decorated_method_is_left_to_the_type_checker() -> None:
    assert (
        check(with_method("    async def get_user(self, ctx: Ctx, user_id", "    @traced\n    def get_user(self, id"))
        == []
    )


def test_a_method_that_is_assigned_is_left_to_the_type_checker() -> None:
    source = with_method("async def get_user(", "async def fetch_user(") + "\n    get_user = fetch_user\n"
    assert check(source) == []
