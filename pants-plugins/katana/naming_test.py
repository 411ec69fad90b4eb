# mypy: disable-error-code="no-untyped-call, no-untyped-def"
import pytest
from pants.engine.addresses import Address

from katana.errors import FieldError
from katana.naming import PackageField, contract_package, service_package


@pytest.mark.parametrize(
    ("name", "package"),
    [("users", "users_api"), ("users-v2", "users_v2_api"), ("Users.API", "users_api_api"), ("2fa", "v2fa_api")],
)
def test_a_contract_names_its_package(name, package):
    assert contract_package(Address("src/openapi", target_name=name), "api") == package


def test_a_service_is_named_after_its_directory_and_itself():
    assert service_package(Address("src/svc", target_name="server")) == "svc_server"
    assert service_package(Address("", target_name="server")) == "service_server"


def test_a_package_may_be_dotted():
    assert PackageField("acme.users_api", Address("a", target_name="b")).value == "acme.users_api"


@pytest.mark.parametrize("package", ["users-api", "", "a..b", "class", "1st", "a b", "naïve"])
def test_a_package_that_cannot_be_imported_is_refused_in_words(package):
    with pytest.raises(FieldError, match=r'src/openapi/BUILD.*field "package"'):
        PackageField(package, Address("src/openapi", target_name="users"))
