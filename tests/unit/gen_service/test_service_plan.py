"""Which controller implements which API, and every way in which a service cannot be put together."""

import msgspec
import pytest

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen.service import ControllerPart, DatabasePart, Inputs, Plan, parse_manifest, plan
from unit.gen_service import service_parts as parts


def problems(inputs: Inputs) -> tuple[Diagnostic, ...]:
    with pytest.raises(DiagnosticsError) as raised:
        plan(inputs)
    return raised.value.diagnostics


def only_problem(inputs: Inputs) -> Diagnostic:
    (found,) = problems(inputs)
    return found


def controller_with(init: str, extra: str = "") -> str:
    before, _, after = parts.CONTROLLER.partition(
        "    def __init__(self, users: UsersRepo, posts: PostsRepo) -> None:\n"
    )
    return extra + before + f"    {init}\n" + after


def arguments_of(planned: Plan) -> list[tuple[str, str]]:
    (construction,) = planned.controllers
    return [(parameter.name, repository.qualified) for parameter, repository in construction.arguments]


def test_parameters_get_the_repositories_that_their_annotations_name() -> None:
    planned = plan(parts.inputs())
    assert arguments_of(planned) == [("users", "users_db.repo.UsersRepo"), ("posts", "users_db.repo.PostsRepo")]
    assert [repository.name for repository in planned.repositories] == ["UsersRepo", "PostsRepo"]
    ((router, owners),) = planned.routers
    assert (router.name, [name for name, _ in owners]) == ("UsersRouter", ["users"])
    assert planned.migrations == ("users_db",)


@pytest.mark.parametrize(
    ("imports", "annotation"),
    [
        ("import users_db.repo\n", "users_db.repo.UsersRepo"),
        ("import users_db.repo as db\n", "db.UsersRepo"),
        ("from users_db import repo\n", "repo.UsersRepo"),
        ("from users_db.repo import UsersRepo as Users\n", "Users"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from users_db.repo import UsersRepo\n",
            "'UsersRepo'",
        ),
    ],
)
def test_an_annotation_is_followed_through_any_import(imports: str, annotation: str) -> None:
    source = controller_with(f"def __init__(self, users: {annotation}) -> None:", imports)
    assert arguments_of(plan(parts.inputs(source))) == [("users", "users_db.repo.UsersRepo")]


def test_a_dataclass_takes_its_fields() -> None:
    source = parts.CONTROLLER.replace("class UsersC", "@dataclass\nclass UsersC").replace(
        '"""Users."""\n', "from dataclasses import dataclass\n"
    )
    before, _, rest = source.partition("    def __init__")
    methods = rest.partition("    async def")[2]
    source = f"{before}    users: UsersRepo\n    size: int = 3\n\n    async def{methods}"
    assert arguments_of(plan(parts.inputs(source))) == [("users", "users_db.repo.UsersRepo")]


def test_the_constructor_of_a_base_in_the_same_module_counts() -> None:
    source = parts.CONTROLLER.replace("class UsersController(UsersApi)", "class _Base(UsersApi)")
    source += "\n\nclass UsersController(_Base):\n    pass\n"
    assert len(arguments_of(plan(parts.inputs(source)))) == 2


def test_a_parameter_with_a_default_may_be_anything() -> None:
    source = controller_with("def __init__(self, users: UsersRepo, size: int = 3, *, clock=None) -> None:")
    assert arguments_of(plan(parts.inputs(source))) == [("users", "users_db.repo.UsersRepo")]


def test_a_class_that_is_not_there_is_an_error_in_the_build_file() -> None:
    part = msgspec.structs.replace(parts.PART, cls="UserController")
    found = only_problem(parts.inputs(manifest=msgspec.structs.replace(parts.MANIFEST, controllers=(part,))))
    assert found.place == "src/svc/BUILD"
    assert found.message == (
        "the field `controllers` names svc.users:UserController, but src/svc/users.py defines no class UserController"
    )
    assert found.hint == "did you mean `svc.users:UsersController`?"


def test_a_module_that_is_not_there_is_an_error_in_the_build_file() -> None:
    part = ControllerPart(module="svc.people", cls="C", path="src/svc/people.py", build_file="src/svc/BUILD")
    found = only_problem(parts.inputs(manifest=msgspec.structs.replace(parts.MANIFEST, controllers=(part,))))
    assert found.place == "src/svc/BUILD"
    assert "there is no file src/svc/people.py" in found.message


def test_a_class_that_implements_nothing_is_an_error_at_the_class() -> None:
    found = only_problem(parts.inputs(parts.CONTROLLER.replace("(UsersApi):", "(object):")))
    assert found.place == "src/svc/users.py:9:7"
    assert found.width == len("UsersController")
    assert "subclasses no generated interface" in found.message
    assert found.hint == "subclass one of: UsersApi of users_api.api"


def test_an_api_without_controller_names_the_tag_and_the_class_to_write() -> None:
    found = only_problem(parts.inputs(generated=parts.with_posts()))
    assert found.place == "src/svc/BUILD"
    assert found.message == "no controller of src/svc:server implements PostsApi (tag `posts` of users.yaml)"
    assert "class PostsController(PostsApi)" in found.hint
    assert "from users_api.api import PostsApi" in found.hint


def test_one_class_may_implement_two_apis() -> None:
    source = parts.CONTROLLER.replace("(UsersApi)", "(UsersApi, PostsApi)").replace(
        "import UsersApi", "import PostsApi, UsersApi"
    )
    planned = plan(parts.inputs(source, generated=parts.with_posts()))
    ((_, owners),) = planned.routers
    assert [(name, owner.cls.name) for name, owner in owners] == [
        ("users", "UsersController"),
        ("posts", "UsersController"),
    ]


def test_two_controllers_for_one_api_are_an_error_at_the_second() -> None:
    source = f"{parts.CONTROLLER}\n\nclass Other(UsersApi):\n    pass\n"
    other = msgspec.structs.replace(parts.PART, cls="Other")
    found = only_problem(
        parts.inputs(source, manifest=msgspec.structs.replace(parts.MANIFEST, controllers=(parts.PART, other)))
    )
    assert found.place == "src/svc/users.py:24:7"
    assert "UsersController (src/svc/users.py:9)" in found.message


def test_a_parameter_without_annotation_is_an_error_at_the_parameter() -> None:
    found = only_problem(parts.inputs(controller_with("def __init__(self, users, posts: PostsRepo) -> None:")))
    assert found.place == "src/svc/users.py:10:24"
    assert "constructed with users, which has no annotation" in found.message
    assert "UsersRepo of users_db.repo, PostsRepo of users_db.repo" in found.hint


def test_a_parameter_that_nothing_provides_is_an_error_that_lists_what_there_is() -> None:
    found = only_problem(parts.inputs(controller_with("def __init__(self, users: list[int]) -> None:")))
    assert found.place == "src/svc/users.py:10:24"
    assert found.width == len("users: list[int]")
    assert "users: list[int], which nothing provides" in found.message


def test_all_mistakes_are_reported_at_once() -> None:
    found = problems(
        parts.inputs(controller_with("def __init__(self, users, posts: int) -> None:"), generated=parts.with_posts())
    )
    assert [d.code for d in found] == [
        "api-without-controller",
        "constructor-parameter-untyped",
        "constructor-parameter-unknown",
    ]


def test_a_controller_that_python_cannot_read_is_an_error_at_the_place() -> None:
    found = only_problem(parts.inputs("class UsersController(:\n    pass\n"))
    assert found.place == "src/svc/users.py:1:23"
    assert "Python cannot read this controller: invalid syntax" in found.message


def test_columns_count_characters() -> None:
    found = problems(parts.inputs(controller_with("def __init__(self, größe: int, users) -> None:")))
    assert [d.column for d in found] == [24, 36]


def test_migrations_of_two_databases_must_be_one_sequence() -> None:
    more = DatabasePart(package="more_db", ir="x")
    manifest = msgspec.structs.replace(parts.MANIFEST, databases=(*parts.MANIFEST.databases, more))
    text = {**parts.GENERATED, "more_db/repo.py": ""}
    found = only_problem(parts.inputs(manifest=manifest, generated=text))
    assert found.place == "src/svc/BUILD"
    assert "users_db and more_db both have a migration 1" in found.message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"version": 2, "name": "s", "package": "p"}',
        b'{"version": 1, "name": "s"}',
        b'{"version": 1, "name": "s", "package": "p", "controler": []}',
        b'{"version": 1, "name": "s", "package": "p", "controllers": [{"module": "m"}]}',
    ],
)
def test_a_manifest_that_is_none_is_an_error_in_its_file(data: bytes) -> None:
    with pytest.raises(DiagnosticsError) as raised:
        parse_manifest(data, "server.json")
    assert raised.value.diagnostics[0].place == "server.json"
    assert "not the manifest of a service" in raised.value.diagnostics[0].message


def test_a_manifest_is_json_with_the_documented_members() -> None:
    manifest = parse_manifest(
        b'{"version":1,"name":"server","address":"src/svc:server","package":"svc_server",'
        b'"apis":[{"package":"users_api","ir":"a.json","source":"src/openapi/users.yaml"}],'
        b'"databases":[{"package":"users_db","ir":"b.json"}],'
        b'"controllers":[{"module":"svc.users","class":"UsersController","path":"src/svc/users.py",'
        b'"build_file":"src/svc/BUILD"}]}',
        "server.json",
    )
    assert manifest.controllers == (parts.PART,)
    assert manifest.build_file == "src/svc/BUILD"
