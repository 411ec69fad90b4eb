# mypy: disable-error-code="no-untyped-call, no-untyped-def, type-var"
"""`test` of a service: the contract tests that nobody wrote."""

import pytest
from pants.core.goals import test as test_goal
from pants.core.goals.test import TestResult
from pants.engine.internals.scheduler import ExecutionError
from pants.engine.rules import QueryRule

from katana.service.testing import ServiceTestFieldSet, ServiceTestRequest
from katana.testing.repository import FILES, Repository

SERVICE = 'python_sources()\n\nkatana_service(name="server", {})\n'


@pytest.fixture(scope="module")
def module_repository():
    return Repository(rules=test_goal.rules(), queries=[QueryRule(TestResult, [ServiceTestRequest.Batch])])


@pytest.fixture
def repository(module_repository):
    module_repository.restore()
    return module_repository


def run(repository):
    field_set = ServiceTestFieldSet.create(repository.target("svc:server"))
    return repository.runner.request(TestResult, [ServiceTestRequest.Batch("", (field_set,), None)])


def test_a_service_is_probed_with_its_documents_and_their_sources(repository):
    result = run(repository)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[:2] == [
        "svc_server.main --source openapi/users.json users_api.json",
        "source True",
    ]


def test_a_broken_promise_fails_the_test(repository):
    repository.write("svc/users.py", FILES["svc/users.py"] + "    # RUDE\n")
    assert run(repository).exit_code == 1


def test_credentials_and_variables_reach_the_probe(repository):
    repository.write("svc/probing.py", "def secrets():\n    return {}\n")
    repository.write(
        "svc/BUILD", SERVICE.format('test_credentials="svc.probing:secrets", extra_env_vars=["VARIABLE=7"]')
    )
    result = run(repository)
    assert "--credentials svc.probing:secrets" in result.stdout
    assert "credentials True\nvariable 7\n" in result.stdout


def test_credentials_of_no_module_are_refused_with_the_target(repository):
    repository.write("svc/BUILD", SERVICE.format('test_credentials="svc.nowhere:secrets"'))
    with pytest.raises(ExecutionError, match=r"no target owns the module 'svc\.nowhere'"):
        run(repository)


def test_credentials_that_are_no_function_are_refused_with_field_and_file(repository):
    repository.write("svc/BUILD", SERVICE.format('test_credentials="secrets"'))
    with pytest.raises(ExecutionError, match="'secrets' is not `module:function`"):
        repository.target("svc:server")


def test_a_service_can_be_left_out(repository):
    assert not ServiceTestFieldSet.opt_out(repository.target("svc:server"))
    repository.write("svc/BUILD", SERVICE.format("skip_tests=True"))
    assert ServiceTestFieldSet.opt_out(repository.target("svc:server"))
