"""The users service: what Katana cannot know.

In: typed, validated values. Out: one of the declared responses. Never: parsing, validation, SQL, serialisation.
"""

from msgspec import UNSET
from users_api.api import UsersApi
from users_api.dto import NewUser, PostPage, User, UserPage, UserPatch
from users_api.responses import CreateUserCreated
from users_db.repo import PostsRepo, UsersRepo

from katana.runtime import Ctx, NoContent, NotFound, UnprocessableContent


class UsersController(UsersApi):
    """Users and their posts, kept in PostgreSQL."""

    def __init__(self, users: UsersRepo, posts: PostsRepo) -> None:
        self._users = users
        self._posts = posts

    async def list_users(
        self, ctx: Ctx, *, cursor: int, limit: int, email: str | None
    ) -> UserPage | UnprocessableContent:
        rows = await self._users.list_users(ctx, after=cursor, email=email, page_size=limit + 1)
        page = rows[:limit]
        return UserPage(items=page, next_cursor=page[-1].id if len(rows) > limit else None)

    async def create_user(self, ctx: Ctx, body: NewUser) -> CreateUserCreated | UnprocessableContent:
        user = await self._users.create_user(ctx, name=body.name, email=body.email, bio=body.bio, age=body.age)
        return CreateUserCreated(body=user, location=f"/users/{user.id}")

    async def get_user(self, ctx: Ctx, user_id: int) -> User | NotFound | UnprocessableContent:
        user = await self._users.get_user(ctx, id=user_id)
        return user or _no_user(ctx, user_id)

    async def replace_user(self, ctx: Ctx, user_id: int, body: NewUser) -> User | NotFound | UnprocessableContent:
        user = await self._users.replace_user(
            ctx, id=user_id, name=body.name, email=body.email, bio=body.bio, age=body.age
        )
        return user or _no_user(ctx, user_id)

    async def patch_user(self, ctx: Ctx, user_id: int, body: UserPatch) -> User | NotFound | UnprocessableContent:
        user = await self._users.patch_user(
            ctx,
            id=user_id,
            name=None if body.name is UNSET else body.name,
            email=None if body.email is UNSET else body.email,
            set_bio=body.bio is not UNSET,
            bio=None if body.bio is UNSET else body.bio,
            set_age=body.age is not UNSET,
            age=None if body.age is UNSET else body.age,
        )
        return user or _no_user(ctx, user_id)

    async def delete_user(self, ctx: Ctx, user_id: int) -> NoContent | NotFound | UnprocessableContent:
        deleted = await self._users.delete_user(ctx, id=user_id)
        return NoContent() if deleted else _no_user(ctx, user_id)

    async def list_user_posts(
        self, ctx: Ctx, user_id: int, *, cursor: int, limit: int
    ) -> PostPage | NotFound | UnprocessableContent:
        rows = await self._posts.list_posts(ctx, user_id=user_id, after=cursor, page_size=limit + 1)
        if not rows and await self._users.get_user(ctx, id=user_id) is None:
            return _no_user(ctx, user_id)
        page = rows[:limit]
        return PostPage(items=page, next_cursor=page[-1].id if len(rows) > limit else None)


def _no_user(ctx: Ctx, user_id: int) -> NotFound:
    return ctx.problem.not_found("user.not_found", detail=f"There is no user {user_id}.", id=user_id)
