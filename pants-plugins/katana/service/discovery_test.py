# mypy: disable-error-code="no-untyped-call, no-untyped-def"
import pytest

from katana.service.discovery import controller_classes


@pytest.mark.parametrize(
    "source",
    [
        "from users_api.api import UsersApi\n\nclass Users(UsersApi):\n    pass\n",
        "from users_api.api import OtherApi, UsersApi\nclass Users(Base, UsersApi): pass\n",
        "from acme.users_api.api import (\n    OtherApi,\n    UsersApi,\n)\n\nclass Users(\n    UsersApi,\n): ...\n",
        "from users_api.api import UsersApi\nclass Users[T](UsersApi): pass\n",
        "from svc_server.crud import UsersCrud\n\nclass Users(UsersCrud):\n    pass\n",
        "from users_api.api import Security\n\nclass Users(Security):\n    pass\n",
        "from users_api.api import UsersApi\nmatch 1:\n    case _: pass\nclass Users(UsersApi): ...\n",
    ],
)
def test_a_class_that_derives_from_a_generated_interface_is_a_controller(source):
    assert controller_classes(source) == ("Users",)


@pytest.mark.parametrize(
    "source",
    [
        "class Users:\n    pass\n",
        "class Users(UsersApi):\n    pass\n",
        "from elsewhere.api import UsersCrud\nclass Users(UsersCrud): pass\n",
        "from elsewhere import UsersApi\nclass Users(UsersApi): pass\n",
        "from elsewhere import Security\nclass Users(Security): pass\n",
        "from users_api.api import Security\nclass Users(SecurityGuard): pass\n",
        "from users_api.api import UsersApi\ndef f():\n    class Users(UsersApi): pass\n",
        "from users_api.api import UsersApi\nclass Users(Generic[UsersApiKind]): pass\n",
    ],
)
def test_other_classes_are_not(source):
    assert controller_classes(source) == ()


def test_several_controllers_come_in_the_order_of_the_file():
    source = "from a_api.api import ZApi, AApi\nclass Z(ZApi): ...\nclass A(AApi): ...\n"
    assert controller_classes(source) == ("Z", "A")
