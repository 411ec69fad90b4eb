"""The generated route table."""

from __future__ import annotations

import pytest


def _document(*paths):
    return {
        "paths": {
            path: {
                "get": {
                    "operationId": f"op{number}",
                    "parameters": [
                        {"name": part.split("}")[0], "in": "path", "required": True, "schema": {"type": "string"}}
                        for part in path.split("{")[1:]
                    ],
                    "responses": {"204": {"description": ""}},
                }
            }
            for number, path in enumerate(paths)
        }
    }


@pytest.fixture
def match(build):
    def route(paths, target):
        found = build(_document(*paths)).router.match(target)
        return None if found is None else (found[0].template, *found[1])

    return route


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/", ("/",)),
        ("/users", ("/users",)),
        ("/users/", None),
        ("/users/7", ("/users/{id}", "7")),
        ("/users/me", ("/users/me",)),
        ("/users/me/posts", ("/users/me/{x}", "posts")),
        ("/users/7/posts", ("/users/{id}/posts", "7")),
        ("/users//posts", None),
        ("/users/7/posts/", None),
        ("/users/7/other", None),
        ("/users/me/me", ("/users/me/{x}", "me")),
        ("/files/report.json", ("/files/{name}.json", "report")),
        ("/files/.json", ("/files/{any}", ".json")),
        ("/files/v-1", ("/files/v-{n}", "1")),
        ("/files/other", ("/files/{any}", "other")),
        ("/caf%C3%A9/a%2Fb", ("/café/{x}", "a%2Fb")),
        ("//users", None),
        ("/a/b/c/d/e", None),
    ],
)
def test_the_leftmost_concrete_part_wins_and_nothing_matches_an_empty_argument(match, target, expected):
    users = ("/", "/users", "/users/{id}", "/users/me", "/users/{id}/posts", "/users/me/{x}")
    files = ("/files/{name}.json", "/files/v-{n}", "/files/{any}", "/café/{x}")
    assert match(users + files, target) == expected


def test_wide_nodes_ask_a_dictionary_and_still_fall_back(match):
    paths = [f"/r/{{a}}/k{i}" for i in range(20)] + [f"/r/{{a}}/k{i}/{{b}}" for i in range(20)]
    paths += ["/r/{a}/{other}", "/r/{a}/{other}/tail"]
    assert match(paths, "/r/x/k7") == ("/r/{a}/k7", "x")
    assert match(paths, "/r/x/k7/y") == ("/r/{a}/k7/{b}", "x", "y")
    assert match(paths, "/r/x/zz") == ("/r/{a}/{other}", "x", "zz")
    assert match(paths, "/r/x/zz/tail") == ("/r/{a}/{other}/tail", "x", "zz")
    assert match(paths, "/r/x/zz/nope") is None


def test_a_router_knows_all_its_resources_and_their_methods(build):
    package = build(_document("/a", "/b/{x}"))
    assert [(resource.template, resource.declared) for resource in package.router.resources] == [
        ("/a", ("GET",)),
        ("/b/{x}", ("GET",)),
    ]
