"""The contract of the two operations, by hand: every peer checks and answers the same."""

import re
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
is_email = re.compile(EMAIL).fullmatch
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


def create(new: NewUser) -> User:
    """The user that a valid create stores."""
    if not is_email(new.email):
        raise ValueError(new.email)
    return User(1, new.name, new.email, new.bio, new.age, CREATED)
