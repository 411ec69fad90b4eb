"""The types and the one user that every peer answers with, so that all do the same work."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

CREATED = datetime(2026, 1, 1, tzinfo=UTC)


class NewUser(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    email: Annotated[str, Meta(max_length=254)]
    bio: Annotated[str, Meta(max_length=2000)] | None = None
    age: Annotated[int, Meta(ge=0, le=150)] | None = None


class User(Struct):
    id: int
    name: str
    email: str
    bio: str | None
    age: int | None
    created_at: datetime


def answer(number: int) -> User:
    """The user of this number."""
    return User(number, "Ada Lovelace", "ada@example.com", None, 36, CREATED)
