"""Both stages together: types are followed, every mistake is told once, at the line that has to change."""

from pathlib import Path

import pytest

import katana.runtime
from katana.contract import check
from katana.diagnostics import Diagnostic
from unit.gen_service import service_parts as parts

CHECKED_AGAINST = katana.runtime
"""Imported so that build tools put it beside these tests: the check lets mypy read it."""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with `src/svc`, and this process in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src" / "svc").mkdir(parents=True)
    return tmp_path


def errors(tree: Path, source: str) -> tuple[Diagnostic, ...]:
    (tree / parts.PATH).write_text(source)
    return check(parts.inputs(source), locate=lambda _method: "users.yaml:7")


def breach(tree: Path, old: str, new: str) -> Diagnostic:
    assert old in parts.CONTROLLER
    (found,) = errors(tree, parts.CONTROLLER.replace(old, new, 1))
    return found


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(parts.CONTROLLER.split("\n"), 1) if text in line)


def test_a_faithful_controller_passes(tree: Path) -> None:
    assert errors(tree, parts.CONTROLLER) == ()


def test_a_missing_method_is_told_once(tree: Path) -> None:
    found = breach(tree, "async def get_user(", "async def fetch_user(")
    assert (found.line, found.code) == (line_of("class UsersController"), "method-missing")


def test_a_wrong_parameter_type_is_an_error_at_the_parameter(tree: Path) -> None:
    source = parts.CONTROLLER.replace(
        "get_user(self, ctx: Ctx, user_id: int)", "get_user(self, ctx: Ctx, user_id: str)"
    )
    found, consequence = errors(tree, source)
    assert "int" in consequence.message
    assert (found.line, found.column, found.code) == (line_of("def get_user"), 40, "parameter-type")
    assert found.message == (
        "get_user (GET /users/{user_id}, users.yaml:7) does not accept what the contract passes as `user_id`: `int`"
    )
    assert "user_id: int) -> User | NotFound" in found.hint


def test_a_wrong_return_annotation_is_an_error_at_the_method(tree: Path) -> None:
    found = breach(
        tree,
        'get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:\n        return User(id=user_id, name="Ada")',
        "get_user(self, ctx: Ctx, user_id: int) -> UserPage:\n        return UserPage(items=[])",
    )
    assert (found.line, found.code) == (line_of("def get_user"), "return-type")
    assert found.message.endswith("is annotated to return `UserPage`; the specification declares `User | NotFound`")


def test_an_undeclared_response_is_an_error_at_the_return(tree: Path) -> None:
    found = breach(tree, 'return User(id=user_id, name="Ada")', 'return ctx.problem.conflict("user.taken")')
    assert (found.line, found.column, found.code) == (line_of('name="Ada"'), 16, "undeclared-response")
    assert found.message == (
        "get_user (GET /users/{user_id}, users.yaml:7) returns `Conflict`, which the specification does not declare"
    )
    assert found.hint == "return `User | NotFound`, or declare the response in the specification"


def test_of_several_responses_only_the_undeclared_are_named(tree: Path) -> None:
    found = breach(
        tree,
        'return User(id=user_id, name="Ada")',
        'return User(id=1, name="Ada") if user_id else ctx.problem.conflict("user.taken")',
    )
    assert "returns `Conflict`, which the specification does not declare" in found.message


def test_a_declared_response_that_the_annotation_leaves_out_is_explained(tree: Path) -> None:
    found = breach(
        tree,
        'get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:\n        return User(id=user_id, name="Ada")',
        'get_user(self, ctx: Ctx, user_id: int) -> User:\n        return ctx.problem.not_found("user.not_found")',
    )
    assert (found.line, found.code) == (line_of('name="Ada"'), "return-type")
    assert "returns `NotFound`, which is declared, but not in its own annotation" in found.message


def test_a_plain_function_is_told_once(tree: Path) -> None:
    found = breach(tree, "async def get_user(", "def get_user(")
    assert (found.line, found.code) == (line_of("def get_user"), "method-not-async")


def test_a_missing_annotation_is_told_once(tree: Path) -> None:
    found = breach(tree, "get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:", "get_user(self, ctx, user_id):")
    assert (found.line, found.code) == (line_of("def get_user"), "method-untyped")


def test_a_misspelt_member_of_a_dto_is_an_error_in_the_words_of_mypy(tree: Path) -> None:
    found = breach(tree, "name=body.name", "name=body.nmae")
    assert found.code == "attr-defined"
    assert '"NewUser" has no attribute "nmae"' in found.message


def test_mistakes_in_several_methods_are_reported_together_in_order(tree: Path) -> None:
    source = parts.CONTROLLER.replace("async def list_users(", "def list_users(").replace(
        'return User(id=user_id, name="Ada")', "return 3"
    )
    assert [d.code for d in errors(tree, source)] == ["method-not-async", "undeclared-response"]


def test_an_abstract_method_behind_a_foreign_base_is_found_by_construction(tree: Path) -> None:
    (tree / "src/svc/mixins.py").write_text("class Mixin:\n    pass\n")
    source = "from svc.mixins import Mixin\n" + parts.CONTROLLER.replace(
        "async def get_user(", "async def fetch_user("
    ).replace("(UsersApi)", "(Mixin, UsersApi)")
    (found,) = errors(tree, source)
    assert (found.file, found.line, found.code) == (parts.PATH, 10, "method-missing")
    assert found.message == "UsersController does not implement get_user (GET /users/{user_id}, users.yaml:7)"
    assert "async def get_user(self, ctx: Ctx, user_id: int)" in found.hint


def test_a_mixin_that_implements_the_method_is_accepted(tree: Path) -> None:
    (tree / "src/svc/mixins.py").write_text(
        "from katana.runtime import Ctx\nfrom users_api.dto import User\n\n\n"
        "class Mixin:\n    async def get_user(self, ctx: Ctx, user_id: int) -> User:\n"
        '        return User(id=1, name="")\n'
    )
    source = "from svc.mixins import Mixin\n" + parts.CONTROLLER.replace(
        "async def get_user(", "async def fetch_user("
    ).replace("(UsersApi)", "(Mixin, UsersApi)")
    assert errors(tree, source) == ()


def test_a_library_that_is_not_installed_here_is_no_business_of_the_contract(tree: Path) -> None:
    assert errors(tree, f"import some_library_that_is_not_here\n{parts.CONTROLLER}") == ()


def test_a_misspelt_generated_module_is(tree: Path) -> None:
    (found,) = errors(tree, f"from users_api.dtos import User as Person\n{parts.CONTROLLER}")
    assert (found.line, found.code) == (1, "import-not-found")


def test_stale_generated_code_in_a_source_root_is_not_believed(tree: Path) -> None:
    stale = tree / "gen" / "users_api"
    stale.mkdir(parents=True)
    (stale / "__init__.py").touch()
    (stale / "api.py").write_text("class UsersApi: ...\n")
    (stale / "dto.py").write_text("User = NewUser = UserPage = object\n")
    (tree / parts.PATH).write_text(parts.CONTROLLER)
    assert check(parts.inputs(), source_roots=[tree / "gen"]) == ()


def test_errors_elsewhere_in_the_tree_are_not_reported(tree: Path) -> None:
    (tree / "src/svc/other.py").write_text("x: int = 'text'\n")
    assert errors(tree, f"from svc.other import x\n{parts.CONTROLLER}") == ()


def test_a_syntax_error_elsewhere_is_reported_because_nothing_else_can_be(tree: Path) -> None:
    (tree / "src/svc/other.py").write_text("def (\n")
    found = errors(tree, f"from svc.other import x\n{parts.CONTROLLER}")
    assert found[0].place.startswith("src/svc/other.py:1:")
    assert {d.code for d in found} == {"syntax"}


def test_the_users_own_mypy_settings_do_not_matter(tree: Path) -> None:
    (tree / "mypy.ini").write_text("[mypy]\nignore_errors = True\n")
    found = breach(tree, 'return User(id=user_id, name="Ada")', "return 3")
    assert found.code == "undeclared-response"


def test_nothing_is_left_in_the_tree(tree: Path) -> None:
    errors(tree, parts.CONTROLLER)
    assert sorted(path.name for path in tree.rglob("*")) == ["src", "svc", "users.py"]
