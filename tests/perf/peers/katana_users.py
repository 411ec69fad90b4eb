"""The reference service as built, but for its repositories, which answer from memory."""

import sys

from users_api.dto import User
from users_api.routes import UsersRouter
from users_db.repo import PostsRepo, UsersRepo

from katana.runtime import Ctx, Service, serve
from perf.peers.contract import CREATED
from svc.users import UsersController


class _Users(UsersRepo):
    async def get_user(self, ctx: Ctx, *, id: int) -> User | None:  # noqa: A002 - the name of the column
        return User(id=id, name="Ada Lovelace", email="ada@example.com", bio=None, age=36, created_at=CREATED)

    async def create_user(self, ctx: Ctx, *, name: str, email: str, bio: str | None, age: int | None) -> User:
        return User(id=1, name=name, email=email, bio=bio, age=age, created_at=CREATED)


SERVICE = Service(
    name="bench",
    version="1",
    routers=lambda: (UsersRouter(users=UsersController(_Users(), PostsRepo())),),
)

if __name__ == "__main__":
    raise SystemExit(serve(SERVICE, ["--port", sys.argv[1], "--reactors", "0"]))
