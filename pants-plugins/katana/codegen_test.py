# mypy: disable-error-code="no-untyped-call, no-untyped-def"
"""What is generated, and what an edit makes run again."""

import json

import pytest
from pants.backend.python.target_types import PythonSourceField
from pants.core.util_rules import source_files
from pants.engine.fs import DigestContents
from pants.engine.internals.scheduler import ExecutionError
from pants.engine.rules import QueryRule
from pants.engine.target import GeneratedSources, HydratedSources, HydrateSourcesRequest

from katana.generator.ir import Ir
from katana.openapi.codegen import GeneratePythonFromOpenApi, OpenApiIrRequest
from katana.openapi.target_types import OpenApiSourceField
from katana.service.codegen import GeneratePythonForService
from katana.service.documents import Documents, DocumentsRequest
from katana.service.target_types import ServiceSourcesField
from katana.sql.codegen import GeneratePythonFromSql, SqlIrRequest
from katana.sql.target_types import SqlSourcesField
from katana.testing.repository import DOCUMENT, Repository


@pytest.fixture(scope="module")
def module_repository():
    return Repository(
        rules=source_files.rules(),
        queries=[
            QueryRule(HydratedSources, [HydrateSourcesRequest]),
            QueryRule(GeneratedSources, [GeneratePythonFromOpenApi]),
            QueryRule(GeneratedSources, [GeneratePythonFromSql]),
            QueryRule(GeneratedSources, [GeneratePythonForService]),
            QueryRule(Ir, [OpenApiIrRequest]),
            QueryRule(Ir, [SqlIrRequest]),
            QueryRule(Documents, [DocumentsRequest]),
        ],
    )


@pytest.fixture
def repository(module_repository):
    module_repository.restore()
    return module_repository


FIELDS = {"openapi:users": OpenApiSourceField, "sql:users": SqlSourcesField, "svc:server": ServiceSourcesField}


def generated(repository, spec):
    request = HydrateSourcesRequest(
        repository.target(spec)[FIELDS[spec]], for_sources_types=[PythonSourceField], enable_codegen=True
    )
    return repository.runner.request(HydratedSources, [request]).snapshot


def contents(repository, digest):
    return {file.path: file.content.decode() for file in repository.runner.request(DigestContents, [digest])}


def ir_of(repository, spec):
    request = OpenApiIrRequest if spec.startswith("openapi") else SqlIrRequest
    return repository.runner.request(Ir, [request(repository.target(spec))])


def test_a_document_becomes_the_modules_that_imports_are_mapped_to(repository):
    assert generated(repository, "openapi:users").files == (
        "users_api/__init__.py",
        "users_api/api.py",
        "users_api/dto.py",
        "users_api/responses.py",
        "users_api/routes.py",
        "users_api/senders.py",
        "users_api/validators.py",
    )


def test_the_policies_of_a_document_are_options_of_the_generator(repository):
    repository.write("openapi/BUILD", 'katana_openapi(name="users", source="users.json", json="dom", alloc="heap")\n')
    text = contents(repository, generated(repository, "openapi:users").digest)["users_api/dto.py"]
    assert text.endswith("# json=dom alloc=heap\n")


def test_sql_becomes_the_modules_that_imports_are_mapped_to(repository):
    assert generated(repository, "sql:users").files == (
        "users_db/__init__.py",
        "users_db/migrations.py",
        "users_db/params.py",
        "users_db/repo.py",
        "users_db/rows.py",
    )


def test_generated_code_stands_below_the_source_root_of_its_target(repository):
    repository.write("svc_root/openapi/BUILD", 'katana_openapi(name="pets", source="pets.json", package="acme.pets")\n')
    repository.write("svc_root/openapi/pets.json", {"openapi": "3.1.0"})
    FIELDS["svc_root/openapi:pets"] = OpenApiSourceField
    assert "svc_root/acme/pets/dto.py" in generated(repository, "svc_root/openapi:pets").files


def test_a_service_is_generated_from_a_manifest_that_names_files_and_places(repository):
    text = contents(repository, generated(repository, "svc:server").digest)["svc_server/main.py"]
    assert json.loads(text.lstrip("# ")) == {
        "version": 1,
        "name": "server",
        "address": "svc:server",
        "package": "svc_server",
        "declared_in": "svc/BUILD",
        "layer": "mid",
        "apis": [{"package": "users_api", "ir": "__katana__/users_api.ir.json", "source": "openapi/users.json"}],
        "databases": [{"package": "users_db", "ir": "__katana__/users_db.ir.json", "source": "sql"}],
        "controllers": [
            {"module": "svc.users", "class": "UsersController", "path": "svc/users.py", "build_file": "svc/BUILD"}
        ],
    }


def test_an_edited_description_stops_at_the_intermediate_representation(repository):
    before = ir_of(repository, "openapi:users")
    repository.write("openapi/users.json", json.dumps(DOCUMENT).replace("People.", "Other words."))
    assert ir_of(repository, "openapi:users") == before


def test_an_edited_reference_reaches_the_generated_code(repository):
    before = generated(repository, "openapi:users")
    repository.write("openapi/shapes/user.json", {"User": {"type": "string"}})
    after = generated(repository, "openapi:users")
    assert after.digest != before.digest
    assert after.files == before.files


def test_an_edited_comment_stops_at_the_intermediate_representation_of_sql(repository):
    before = ir_of(repository, "sql:users")
    repository.write(
        "sql/users/users.sql", "-- why: by key\n-- name: get_user :one\nSELECT id FROM users WHERE id = @id;\n"
    )
    assert ir_of(repository, "sql:users") == before


def test_an_edited_migration_reaches_the_generated_code(repository):
    before = generated(repository, "sql:users")
    repository.write("sql/schema/0001_users.up.sql", "CREATE TABLE users (id int4);\n")
    assert generated(repository, "sql:users").digest != before.digest


def test_an_edited_controller_leaves_the_code_of_the_contracts_alone(repository):
    before = generated(repository, "openapi:users")
    repository.write("svc/users.py", "from users_api.api import UsersApi\nclass Users(UsersApi): ...\n")
    assert generated(repository, "openapi:users") == before
    assert '"class": "Users"' in contents(repository, generated(repository, "svc:server").digest)["svc_server/main.py"]


def test_documents_of_a_service_keep_their_descriptions_and_say_what_they_were_built_from(repository):
    documents = repository.runner.request(Documents, [DocumentsRequest(repository.target("svc:server"))])
    files = contents(repository, documents.digest)
    assert set(files) == {"svc_server/build.json", "svc_server/documents/users_api.json"}
    assert json.loads(files["svc_server/documents/users_api.json"])["info"]["description"] == "People."
    build = json.loads(files["svc_server/build.json"])
    assert build["service"] == "svc:server"
    assert {name: len(digest) for name, digest in build["contracts"].items()} == {"users_api": 64, "users_db": 64}


@pytest.mark.parametrize(
    ("path", "content", "spec", "said"),
    [
        ("openapi/users.json", {"fail": "no paths"}, "openapi:users", "openapi/users.json:1:1: error: no paths"),
        (
            "sql/users/users.sql",
            "fail: no such column",
            "sql:users",
            "sql/users/users.sql:1:1: error: fail: no such column",
        ),
        ("sql/schema/0001_users.up.sql", "fail: syntax", "sql:users", "sql/schema/0001_users.up.sql:1:1: error"),
    ],
)
def test_what_the_generator_refuses_is_said_in_its_words(repository, path, content, spec, said):
    repository.write(path, content)
    with pytest.raises(ExecutionError) as caught:
        generated(repository, spec)
    assert said in str(caught.value)


def test_warnings_about_a_strict_document_are_errors(repository):
    document = {**DOCUMENT, "warn": "`minLenght` means nothing"}
    repository.write("openapi/users.json", document)
    assert generated(repository, "openapi:users").files
    repository.write("openapi/BUILD", 'katana_openapi(name="users", source="users.json", strict=True)\n')
    with pytest.raises(ExecutionError) as caught:
        generated(repository, "openapi:users")
    assert "openapi/users.json:1:1: error: `minLenght` means nothing" in str(caught.value)


def test_a_document_that_is_missing_is_named_with_its_target(repository):
    repository.write("openapi/BUILD", 'katana_openapi(name="users", source="gone.json")\n')
    with pytest.raises(ExecutionError) as caught:
        generated(repository, "openapi:users")
    assert 'openapi/BUILD: katana_openapi "users": field "source": there is no file openapi/gone.json' in str(
        caught.value
    )


def test_a_schema_that_is_missing_is_named_with_its_target(repository):
    repository.write("sql/BUILD", 'katana_sql(name="users", schema=["gone/*.sql"], sources=["users/*.sql"])\n')
    with pytest.raises(ExecutionError) as caught:
        generated(repository, "sql:users")
    assert "gone/*.sql" in str(caught.value)
    assert "sql:users" in str(caught.value)


def test_a_schema_outside_the_directory_is_refused(repository):
    repository.write("sql/BUILD", 'katana_sql(name="users", schema=["../gone/*.sql"], sources=["users/*.sql"])\n')
    with pytest.raises(ExecutionError, match=r'sql/BUILD: katana_sql "users": field "schema"'):
        generated(repository, "sql:users")


def test_options_that_name_no_generator_say_what_to_write(repository):
    repository.configure(fake=False)
    try:
        with pytest.raises(ExecutionError) as caught:
            generated(repository, "openapi:users")
        assert "install_from_resolve" in str(caught.value)
    finally:
        repository.configure()
