# mypy: disable-error-code="no-untyped-call, no-untyped-def"
"""Dependencies, in both directions, without running the generator."""

from typing import Any

import pytest
from pants.engine.addresses import Address, Addresses
from pants.engine.internals.scheduler import ExecutionError
from pants.engine.rules import QueryRule
from pants.engine.target import Dependencies, DependenciesRequest

from katana.testing.repository import DOCUMENT, Repository


@pytest.fixture(scope="module")
def module_repository():
    return Repository(queries=[QueryRule(Addresses, [DependenciesRequest])])


@pytest.fixture
def repository(module_repository):
    module_repository.restore()
    return module_repository


def dependencies(repository, spec, file=None):
    target = repository.runner.get_target(Address(spec, relative_file_path=file)) if file else repository.target(spec)
    found = repository.runner.request(Addresses, [DependenciesRequest(target.get(Dependencies))])
    return sorted(address.spec for address in found)


def refusal(repository, spec, file=None):
    with pytest.raises(ExecutionError) as caught:
        dependencies(repository, spec, file)
    return str(caught.value)


def test_code_that_imports_generated_modules_depends_on_the_contracts(repository):
    assert dependencies(repository, "svc", "users.py") == ["openapi:users", "sql:users"]


def test_a_document_depends_on_the_runtime_of_its_code_and_on_what_it_refers_to(repository):
    assert dependencies(repository, "openapi:users") == [
        "katana/runtime/__init__.py",
        "katana/runtime/generated/__init__.py:../runtime",
        "katana/runtime/generated/formats.py:../runtime",
        "katana/runtime/generated/sequences.py:../runtime",
        "msgspec/__init__.py",
        "openapi/shapes:shapes",
    ]


def test_a_document_with_something_to_send_depends_on_what_sends(repository):
    senders = [
        "katana/runtime/webhooks/__init__.py:../runtime",
        "katana/runtime/webhooks/generated.py:../runtime",
    ]
    repository.write("openapi/users.json", {"paths": {"/a": {"post": {"callbacks": {}}}}})
    assert [each for each in dependencies(repository, "openapi:users") if "webhooks" in each] == senders
    repository.write("openapi/users.json", {"$ref": "shapes/shapes.json#/A"})
    repository.write("openapi/shapes/shapes.json", {"webhooks": {}})
    assert [each for each in dependencies(repository, "openapi:users") if "webhooks" in each] == senders
    repository.write("openapi/shapes/shapes.json", {})
    repository.restore()
    assert [each for each in dependencies(repository, "openapi:users") if "webhooks" in each] == []


def test_a_document_with_uploads_depends_on_what_reads_them(repository):
    form: dict[str, Any] = {"paths": {"/a": {"post": {"requestBody": {"content": {"multipart/form-data": {}}}}}}}
    repository.write("openapi/users.json", form)
    assert "katana/runtime/generated/multipart.py:../runtime" in dependencies(repository, "openapi:users")
    repository.restore()
    assert "katana/runtime/generated/multipart.py:../runtime" not in dependencies(repository, "openapi:users")


def test_a_reference_to_a_document_of_the_parent_directory_is_a_dependency(repository):
    repository.write("openapi/shapes/more.json", {"A": {"oneOf": [{"$ref": "../users.json#/components"}]}})
    assert dependencies(repository, "openapi/shapes:shapes") == ["openapi:users"]
    repository.write("openapi/shapes/more.json", {})


def test_sql_depends_on_the_runtime_of_its_code(repository):
    assert dependencies(repository, "sql:users") == [
        "katana/runtime/__init__.py",
        "katana/runtime/sql/__init__.py:../runtime",
        "msgspec/__init__.py",
    ]


def test_a_service_without_fields_finds_its_parts(repository):
    assert dependencies(repository, "svc:server") == [
        "katana/runtime/__init__.py",
        "openapi:users",
        "sql:users",
        "svc/users.py",
    ]


def test_a_service_takes_what_its_fields_name(repository):
    repository.write(
        "svc/BUILD",
        "python_sources()\n"
        'katana_service(name="server", openapi=["openapi:users"], sql=[], controllers=["svc.users:UsersController"])\n',
    )
    assert dependencies(repository, "svc:server") == ["katana/runtime/__init__.py", "openapi:users", "svc/users.py"]


def test_the_owner_of_the_schema_is_found_for_changed_files(repository):
    matcher = repository.target("sql:users")
    fields = [field for field in matcher.field_values.values() if field.alias == "schema"]
    assert fields[0].filespec_matcher.matches(["sql/schema/0002.up.sql", "sql/users/a.sql"]) == [
        "sql/schema/0002.up.sql"
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ('controllers=["svc.user:UsersController"]', ["'svc.user'", "Did you mean 'svc.users'?"]),
        ('controllers=["quite.else:Controller"]', ["'quite.else'", "python_sources()"]),
        ('controllers=["msgspec"]', ["'msgspec' is not `module:Class`"]),
        ('controllers=["users_api.api:UsersApi"]', ["'users_api.api'", "no Python source"]),
        ('openapi=["sql:users"]', ['field "openapi"', "sql:users is a katana_sql", "katana_openapi"]),
        ('sql=["openapi:users"]', ['field "sql"', "openapi:users is a katana_openapi"]),
        ('package="svc-server"', ['field "package"', "'svc-server'"]),
    ],
)
def test_a_wrong_field_is_named_with_its_build_file(repository, fields, words):
    repository.write("svc/BUILD", f'python_sources()\nkatana_service(name="server", {fields})\n')
    said = refusal(repository, "svc:server")
    assert "svc/BUILD" in said
    for word in words:
        assert word in said


def test_an_address_that_does_not_exist_is_named_with_its_field(repository):
    repository.write("svc/BUILD", 'python_sources()\nkatana_service(name="server", openapi=["openapi:user"])\n')
    said = refusal(repository, "svc:server")
    assert "openapi:user" in said
    assert "`openapi`" in said


def test_a_service_without_a_controller_says_what_to_write(repository):
    repository.write("svc/users.py", "")
    said = refusal(repository, "svc:server")
    assert 'svc/BUILD: katana_service "server": field "controllers"' in said
    assert "controllers=['svc.users:UsersController']" in said


def test_two_documents_that_generate_the_same_package_are_both_named(repository):
    repository.write("other/BUILD", 'katana_openapi(name="users", source="users.json")\n')
    repository.write("other/users.json", DOCUMENT)
    try:
        said = refusal(repository, "svc", "users.py")
        assert "openapi/BUILD" in said
        assert "other/BUILD" in said
        assert 'field "package"' in said
        assert "'users_api'" in said
    finally:
        repository.write("other/BUILD", "")


def test_a_runtime_that_nobody_provides_says_which_requirement_is_missing(repository):
    repository.write("msgspec/BUILD", "")
    said = refusal(repository, "openapi:users")
    assert "openapi/BUILD" in said
    assert "'msgspec'" in said
    assert "requirement" in said


def test_the_runtime_may_be_left_to_the_author_of_the_build_file(repository):
    repository.configure("--no-katana-infer-runtime-dependencies")
    try:
        assert dependencies(repository, "sql:users") == []
    finally:
        repository.configure()
