"""Paths as resources, and the names that queries for them go by.

In: an operation. Out: words. Never: a dictionary of English; a noun that these rules get wrong is named by the
operation itself, which always comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from katana import ir
from katana.gen.openapi import snake

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_VERBS = {
    ("GET", False): ("list", "get", "find"),
    ("GET", True): ("get", "find", "read"),
    ("POST", False): ("create", "insert", "add"),
    ("PUT", True): ("replace", "update", "upsert", "put"),
    ("PATCH", True): ("patch", "update"),
    ("DELETE", True): ("delete", "remove"),
}
"""What queries do, by method and whether the path ends in a parameter."""


@dataclass(frozen=True)
class Resource:
    """What a path names: `/users/{user_id}/posts` is the collection `posts` inside `users`."""

    noun: str
    parent: str
    is_item: bool

    @property
    def one(self) -> str:
        """`post`."""
        return singular(self.noun)

    @property
    def many(self) -> str:
        """`posts`."""
        return plural(self.noun)


def resource_of(path: str) -> Resource:
    """The resource of a path template."""
    segments = [segment for segment in path.split("/") if segment]
    nouns = [word for segment in segments if not _PARAMETER.search(segment) and (word := snake(segment))]
    return Resource(
        noun=nouns[-1] if nouns else "item",
        parent=nouns[-2] if len(nouns) > 1 else "",
        is_item=bool(segments) and _PARAMETER.search(segments[-1]) is not None,
    )


def candidates(operation: ir.Operation) -> tuple[str, ...]:
    """Names of the query that an operation stands for, the best first."""
    resource = resource_of(operation.path)
    verbs = _VERBS.get((operation.method, resource.is_item), ())
    nouns = (resource.one,) if resource.is_item or operation.method == "POST" else (resource.many,)
    owned = tuple(f"{singular(resource.parent)}_{noun}" for noun in nouns) if resource.parent else ()
    return (operation.name, *(f"{verb}_{noun}" for verb in verbs for noun in (*owned, *nouns)))


def key(name: str) -> str:
    """What two spellings of one name share: `getUser`, `get_user`, `GetUser`."""
    return name.replace("_", "").replace("-", "").lower()


def singular(noun: str) -> str:
    """`users` -> `user`, `categories` -> `category`, `boxes` -> `box`."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if noun.endswith(ending) and len(noun) > len(ending) + 1:
            return noun[: -len(ending)] + instead
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


def plural(noun: str) -> str:
    """`user` -> `users`, `category` -> `categories`; what is plural stays."""
    if singular(noun) != noun:
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"
