"""The generated route table."""

from __future__ import annotations

import itertools
import re

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


@pytest.mark.parametrize(
    ("template", "target", "expected"),
    [
        ("/files/{name}.{ext}", "archive.tar.gz", ("archive.tar", "gz")),
        ("/files/{name}.{ext}", "a.b", ("a", "b")),
        ("/files/{name}.{ext}", "a.b.", ("a", "b.")),
        ("/files/{name}.{ext}", ".a.b", (".a", "b")),
        ("/files/{name}.{ext}", ".b", None),
        ("/files/{name}.{ext}", "a.", None),
        ("/files/{name}.{ext}", "a", None),
        ("/files/{name}.{ext}", ".", None),
        ("/files/{name}.{ext}", "", None),
        ("/files/{name}.{ext}", "a%2Fb.c%2E", ("a%2Fb", "c%2E")),
        ("/files/v{major}.{minor}", "v1.2", ("1", "2")),
        ("/files/v{major}.{minor}", "v1.2.3", ("1.2", "3")),
        ("/files/v{major}.{minor}", "v.2", None),
        ("/files/v{major}.{minor}", "V1.2", None),
        ("/files/{a}-{b}-{c}", "1-2-3-4", ("1-2", "3", "4")),
        ("/files/{a}-{b}-{c}", "1--3", None),
        ("/files/{a}-{b}-{c}", "1---3", ("1", "-", "3")),
        ("/files/{a}--{b}.json", "x--y--z.json", ("x--y", "z")),
        ("/files/{a}--{b}.json", "x--.json", None),
        ("/files/({a},{b})", "(1,2)", ("1", "2")),
        ("/files/{a}é{b}", "1%C3%A92", ("1", "2")),
    ],
)
def test_several_parameters_share_a_segment_and_the_left_ones_take_what_they_can(match, template, target, expected):
    found = match([template], f"/files/{target}")
    assert found == (None if expected is None else (template, *expected))


def test_cutting_from_the_right_finds_what_a_greedy_expression_finds(build):
    package = build(_document("/{a}-{b}.{c}", "/x{a}-{b}y"))
    greedy = re.compile(r"/(.+)-(.+)\.(.+)")
    specific = re.compile(r"/x(.+)-(.+)y")
    for length in range(1, 6):
        for characters in itertools.product("xy-.", repeat=length):
            path = "/" + "".join(characters)
            expected = (specific.fullmatch(path) or greedy.fullmatch(path)) if path != "/.." else None
            found = package.router.match(path)
            assert (found and found[1]) == (expected and expected.groups()), path


def test_escapes_of_a_template_are_spelled_as_the_server_spells_them(match):
    assert match(["/%7Eme/caf%c3%a9", "/x"], "/~me/caf%C3%A9") == ("/%7Eme/caf%c3%a9",)


def test_segments_with_more_constant_characters_win_over_those_with_fewer(match):
    templates = ["/f/{name}.{ext}", "/f/{name}.json", "/f/{any}", "/f/me.json", "/f/{a}-{b}.json"]
    assert match(templates, "/f/me.json") == ("/f/me.json",)
    assert match(templates, "/f/a-b.json") == ("/f/{a}-{b}.json", "a", "b")
    assert match(templates, "/f/you.json") == ("/f/{name}.json", "you")
    assert match(templates, "/f/you.xml") == ("/f/{name}.{ext}", "you", "xml")
    assert match(templates, "/f/you") == ("/f/{any}", "you")


def test_what_was_cut_is_known_in_the_branches_of_a_wide_node(match):
    paths = [f"/r/{{a}}.{{b}}/k{i}/{{c}}" for i in range(20)]
    assert match(paths, "/r/x.y.z/k7/w") == ("/r/{a}.{b}/k7/{c}", "x.y", "z", "w")


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
