# mypy: disable-error-code="no-untyped-call, no-untyped-def"
"""Services of the layer `high`: no controller has to be there, and one that is may derive from generated code."""

import json

import pytest
from pants.backend.python.target_types import PythonSourceField
from pants.core.goals.check import CheckResults
from pants.core.util_rules import source_files
from pants.engine.addresses import Address, Addresses
from pants.engine.fs import DigestContents
from pants.engine.internals.scheduler import ExecutionError
from pants.engine.rules import QueryRule
from pants.engine.target import (
    Dependencies,
    DependenciesRequest,
    HydratedSources,
    HydrateSourcesRequest,
    TransitiveTargets,
    TransitiveTargetsRequest,
)

from katana.service.contract import ContractCheckRequest, ContractFieldSet
from katana.service.target_types import ServiceSourcesField
from katana.testing.repository import Repository

HOOK = (
    "from svc_server.crud import UsersCrud\n"
    "from users_api.dto import User\n\n\n"
    "class UsersController(UsersCrud):\n"
    "    pass\n"
)


@pytest.fixture(scope="module")
def module_repository():
    return Repository(
        rules=source_files.rules(),
        queries=[
            QueryRule(Addresses, [DependenciesRequest]),
            QueryRule(CheckResults, [ContractCheckRequest]),
            QueryRule(HydratedSources, [HydrateSourcesRequest]),
            QueryRule(TransitiveTargets, [TransitiveTargetsRequest]),
        ],
    )


@pytest.fixture
def repository(module_repository):
    module_repository.restore()
    module_repository.write("svc/BUILD", 'python_sources()\n\nkatana_service(name="server", layer="high")\n')
    module_repository.write("svc/users.py", "")
    return module_repository


def generated(repository):
    request = HydrateSourcesRequest(
        repository.target("svc:server")[ServiceSourcesField],
        for_sources_types=[PythonSourceField],
        enable_codegen=True,
    )
    snapshot = repository.runner.request(HydratedSources, [request]).snapshot
    return {f.path: f.content.decode() for f in repository.runner.request(DigestContents, [snapshot.digest])}


def manifest(repository):
    return json.loads(generated(repository)["svc_server/main.py"].removeprefix("# "))


def dependencies(repository, target):
    found = repository.runner.request(Addresses, [DependenciesRequest(target.get(Dependencies))])
    return sorted(address.spec for address in found)


def test_a_service_without_controllers_is_one_module_more(repository):
    assert set(generated(repository)) == {"svc_server/__init__.py", "svc_server/main.py", "svc_server/crud.py"}


def test_the_manifest_says_the_layer_and_where_to_point(repository):
    found = manifest(repository)
    assert (found["layer"], found["controllers"], found["declared_in"]) == ("high", [], "svc/BUILD")
    assert [part["package"] for part in found["apis"]] == ["users_api"]
    assert [(part["package"], part["source"]) for part in found["databases"]] == [("users_db", "sql")]


def test_a_class_that_derives_from_a_generated_controller_is_found(repository):
    repository.write("svc/users.py", HOOK)
    assert [part["class"] for part in manifest(repository)["controllers"]] == ["UsersController"]


def test_generated_controllers_and_those_that_derive_from_them_depend_on_each_other(repository):
    repository.write("svc/users.py", HOOK)
    hook = repository.runner.get_target(Address("svc", relative_file_path="users.py"))
    assert dependencies(repository, hook) == ["openapi:users", "svc:server"]
    assert "svc/users.py" in dependencies(repository, repository.target("svc:server"))
    for root in (hook.address, Address("svc", target_name="server")):
        closure = repository.runner.request(TransitiveTargets, [TransitiveTargetsRequest([root])]).closure
        assert {"svc/users.py", "svc:server"} <= {target.address.spec for target in closure}


def test_contracts_beside_the_service_belong_to_it(repository):
    document = {"openapi": "3.1.0", "info": {"title": "More", "version": "1"}, "paths": {}}
    repository.write("svc/more.json", document)
    repository.write(
        "svc/BUILD",
        'katana_openapi(name="more", source="more.json")\npython_sources()\n'
        'katana_service(name="server", layer="high", sql=["sql:users"])\n',
    )
    repository.write("svc/users.py", HOOK)
    assert [part["package"] for part in manifest(repository)["apis"]] == ["users_api", "more_api"]
    repository.write("svc/BUILD", 'python_sources()\n\nkatana_service(name="server", layer="high")\n')


def test_its_contract_is_checked(repository):
    repository.write("svc/users.py", f"{HOOK}    # BROKEN\n")
    field_set = ContractFieldSet.create(repository.target("svc:server"))
    results = repository.runner.request(CheckResults, [ContractCheckRequest([field_set])])
    assert results.exit_code == 1
    assert "svc/users.py:7:1: error: UsersController breaks the contract" in results.results[0].stderr


def test_what_the_generator_refuses_is_said_with_the_texts_at_hand(repository):
    repository.write("svc/BUILD", 'katana_service(name="server", layer="high", package="refused")\n')
    with pytest.raises(ExecutionError) as caught:
        generated(repository)
    said = str(caught.value)
    assert "Put together svc:server: failed." in said
    assert "openapi/users.json and sql/users/users.sql can be read" in said


def test_there_is_no_other_layer(repository):
    repository.write("svc/BUILD", 'katana_service(name="server", layer="higher")\n')
    with pytest.raises(ExecutionError, match="higher"):
        repository.target("svc:server")
