"""A small service by hand: IR, generated text in the shape the emitters give it, a controller."""

from katana import ir
from katana.gen.service import ApiPart, ControllerPart, DatabasePart, Inputs, Manifest

API_MODULE = '''\
from abc import ABC, abstractmethod

from katana.runtime import Conflict, Ctx, NoContent, NotFound
from users_api.dto import NewUser, User, UserPage


class UsersApi(ABC):
    """Operations tagged `users`."""

    @abstractmethod
    async def list_users(self, ctx: Ctx, *, cursor: int, limit: int) -> UserPage:
        """List."""

    @abstractmethod
    async def get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:
        """Get."""

    @abstractmethod
    async def put_user(self, ctx: Ctx, user_id: int, body: NewUser) -> User | NotFound:
        """Put."""
'''
POSTS_MODULE = """\


class PostsApi(ABC):
    @abstractmethod
    async def drop_post(self, ctx: Ctx, post_id: int) -> NoContent:
        ...
"""
DTO_MODULE = """\
from msgspec import Struct


class User(Struct, kw_only=True, frozen=True):
    id: int
    name: str


class NewUser(Struct, kw_only=True, frozen=True):
    name: str


class UserPage(Struct, kw_only=True, frozen=True):
    items: list[User]
"""
ROUTES_MODULE = """\
from katana.runtime import Resource
from users_api.api import UsersApi


class _Users:
    def __init__(self, api: UsersApi) -> None:
        self._api = api


class UsersRouter:
    def __init__(self, *, users: UsersApi) -> None:
        self.resources: tuple[Resource, ...] = ()

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        return None
"""
POSTS_ROUTES_MODULE = ROUTES_MODULE.replace(
    "def __init__(self, *, users: UsersApi) -> None:",
    "def __init__(self, *, users: UsersApi, posts: PostsApi) -> None:",
).replace("import UsersApi", "import PostsApi, UsersApi")
REPO_MODULE = """\
from katana.runtime import Ctx


class UsersRepo:
    async def get_user(self, ctx: Ctx, *, id: int) -> None:
        return None


class PostsRepo:
    pass
"""
CONTROLLER = '''\
"""Users."""

from katana.runtime import Ctx, NotFound
from users_api.api import UsersApi
from users_api.dto import NewUser, User, UserPage
from users_db.repo import PostsRepo, UsersRepo


class UsersController(UsersApi):
    def __init__(self, users: UsersRepo, posts: PostsRepo) -> None:
        self._users = users
        self._posts = posts

    async def list_users(self, ctx: Ctx, *, cursor: int, limit: int) -> UserPage:
        return UserPage(items=[])

    async def get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:
        return User(id=user_id, name="Ada")

    async def put_user(self, ctx: Ctx, user_id: int, body: NewUser) -> User | NotFound:
        return User(id=user_id, name=body.name)
'''


def operation(name: str, method: str, path: str, tag: str = "users") -> ir.Operation:
    return ir.Operation(
        operation_id=name, name=name, method=method, path=path, tag=tag, pointer=f"/paths/{name}", responses=()
    )


def database(package: str) -> ir.Database:
    """One migration: 2 for `later_db`, else 1."""
    number = 2 if package == "later_db" else 1
    return ir.Database(source="sql", migrations=(ir.Migration(number=number, name="users", up="", checksum=""),))


SENDERS_MODULE = '''"""What Users 1.2.0 sends by itself."""

from katana.runtime.webhooks import Sender


class UsersWebhooks:
    def __init__(self, sender: Sender) -> None: ...
'''

OPERATIONS = (
    operation("list_users", "GET", "/users"),
    operation("get_user", "GET", "/users/{user_id}"),
    operation("put_user", "PUT", "/users/{user_id}"),
    operation("drop_post", "DELETE", "/posts/{post_id}", "posts"),
)
API = ir.Api(title="Users", version="1.2.0", source="users.yaml", operations=OPERATIONS)
PATH = "src/svc/users.py"
PART = ControllerPart(module="svc.users", cls="UsersController", path=PATH, build_file="src/svc/BUILD")
MANIFEST = Manifest(
    version=1,
    name="server",
    address="src/svc:server",
    package="svc_server",
    apis=(ApiPart(package="users_api", ir="users.ir.json", source="src/openapi/users.yaml"),),
    databases=(DatabasePart(package="users_db", ir="db.ir.json"),),
    controllers=(PART,),
)
GENERATED = {
    "users_api/__init__.py": "",
    "users_api/api.py": API_MODULE,
    "users_api/dto.py": DTO_MODULE,
    "users_api/routes.py": ROUTES_MODULE,
    "users_api/senders.py": SENDERS_MODULE,
    "users_db/__init__.py": "",
    "users_db/repo.py": REPO_MODULE,
    "users_db/migrations.py": "MIGRATIONS: tuple[()] = ()\n",
}


def inputs(
    controller: str = CONTROLLER, *, manifest: Manifest = MANIFEST, generated: dict[str, str] = GENERATED
) -> Inputs:
    """The service with another controller, manifest or generated text."""
    return Inputs(
        manifest=manifest,
        apis={part.package: API for part in manifest.apis},
        databases={part.package: database(part.package) for part in manifest.databases},
        generated=generated,
        sources={PATH: controller},
    )


def with_posts() -> dict[str, str]:
    """The generated text of an API with two tags."""
    return {
        **GENERATED,
        "users_api/api.py": API_MODULE + POSTS_MODULE,
        "users_api/routes.py": POSTS_ROUTES_MODULE,
    }
