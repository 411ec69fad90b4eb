# mypy: disable-error-code="no-untyped-call, no-untyped-def"
"""`check`, `package` and `run` of a service."""

import zipfile

import pytest
from pants.backend.python.goals import package_pex_binary
from pants.core.goals.check import CheckResults
from pants.core.goals.package import BuiltPackage
from pants.core.goals.run import RunRequest
from pants.engine.fs import Digest, DigestContents, DigestEntries
from pants.engine.internals.scheduler import ExecutionError
from pants.engine.rules import QueryRule

from katana.contracts_check import OpenApiCheckFieldSet, OpenApiCheckRequest
from katana.service.contract import ContractCheckRequest, ContractFieldSet
from katana.service.package import ServicePackageFieldSet
from katana.service.run import ServiceRunFieldSet
from katana.testing.repository import DOCUMENT, FILES, Repository

BROKEN = FILES["svc/users.py"] + "    # BROKEN\n"


@pytest.fixture(scope="module")
def module_repository():
    made = Repository(
        rules=package_pex_binary.rules(),
        queries=[
            QueryRule(CheckResults, [ContractCheckRequest]),
            QueryRule(CheckResults, [OpenApiCheckRequest]),
            QueryRule(BuiltPackage, [ServicePackageFieldSet]),
            QueryRule(RunRequest, [ServiceRunFieldSet]),
            QueryRule(DigestEntries, [Digest]),
        ],
    )
    made.write("katana/dev/BUILD", "python_sources()\n")
    made.write("katana/dev/__init__.py", "")
    made.write("katana/dev/__main__.py", "")
    return made


@pytest.fixture
def repository(module_repository):
    module_repository.restore()
    return module_repository


def check(repository):
    field_set = ContractFieldSet.create(repository.target("svc:server"))
    return repository.runner.request(CheckResults, [ContractCheckRequest([field_set])])


def package(repository):
    field_set = ServicePackageFieldSet.create(repository.target("svc:server"))
    return repository.runner.request(BuiltPackage, [field_set])


def test_a_service_that_keeps_its_contract_passes(repository):
    assert check(repository).exit_code == 0


def test_a_broken_contract_fails_check_with_file_and_line(repository):
    repository.write("svc/users.py", BROKEN)
    results = check(repository)
    assert results.exit_code == 1
    assert "svc/users.py:7:1: error: UsersController breaks the contract" in results.results[0].stderr


def test_check_shows_what_the_generator_warns_of(repository):
    repository.write("openapi/users.json", {**DOCUMENT, "warn": "`minLenght` means nothing"})
    field_set = OpenApiCheckFieldSet.create(repository.target("openapi:users"))
    results = repository.runner.request(CheckResults, [OpenApiCheckRequest([field_set])])
    assert results.exit_code == 0
    assert results.results[0].stderr == "openapi/users.json:1:1: warning: `minLenght` means nothing\n"


def test_a_broken_contract_is_not_packaged(repository):
    repository.write("svc/users.py", BROKEN)
    with pytest.raises(ExecutionError) as caught:
        package(repository)
    assert "svc:server breaks its contract" in str(caught.value)
    assert "svc/users.py:7:1: error" in str(caught.value)


def test_a_service_is_one_file_with_its_code_and_documents(repository, tmp_path):
    built = package(repository)
    assert [artifact.relpath for artifact in built.artifacts] == ["svc/server.pex"]
    files = repository.runner.request(DigestContents, [built.digest])
    pex = tmp_path / "server.pex"
    pex.write_bytes(files[0].content)
    assert len(files[0].content.partition(b"\n")[0]) <= 255, "longer than the first line of a program may be"
    names = {name for name in zipfile.ZipFile(pex).namelist() if not name.startswith((".", "__"))}
    assert {
        "svc_server/main.py",
        "svc_server/build.json",
        "svc_server/documents/users_api.json",
        "users_api/routes.py",
        "users_db/migrations.py",
        "svc/users.py",
    } <= names
    assert not any(name.startswith("katana/dev") for name in names)


def test_run_serves_the_main_module_through_the_dev_profile(repository):
    request = repository.runner.request(RunRequest, [ServiceRunFieldSet.create(repository.target("svc:server"))])
    assert request.args[1:] == ("svc_server.main",)
    assert request.extra_env["KATANA_PROFILE"] == "dev"
    assert request.extra_env["PEX_EXTRA_SYS_PATH"].split(":")[0] == "."
    entries = {entry.path for entry in repository.runner.request(DigestEntries, [request.digest])}
    assert {"svc_server/main.py", "svc_server/build.json", "users_api/dto.py"} <= entries
