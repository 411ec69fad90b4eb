"""Every operation of the reference service, over a socket, against a real PostgreSQL."""

from collections.abc import Callable
from typing import Any

from e2e.server_process import ServerProcess

ADA = {"name": "Ada Lovelace", "email": "ada@example.com", "bio": "Analyst.", "age": 36}
AddPosts = Callable[[int, int], None]


def _create(server: ServerProcess, **changes: Any) -> dict[str, Any]:
    created = server.request("POST", "/users", {**ADA, **changes})
    assert created.status == 201, created.body
    user: dict[str, Any] = created.json
    return user


def test_create_answers_201_with_location_and_the_stored_user(server: ServerProcess) -> None:
    created = server.request("POST", "/users", ADA)
    assert created.status == 201
    assert created.headers["content-type"] == "application/json"
    assert created.headers["location"] == f"/users/{created.json['id']}"
    assert {k: created.json[k] for k in ADA} == ADA
    assert created.json["created_at"].endswith(("Z", "+00:00"))
    assert server.request("GET", created.headers["location"]).json == created.json


def test_what_a_create_leaves_out_is_null(server: ServerProcess) -> None:
    created = server.request("POST", "/users", {"name": "Bob", "email": "bob@example.com"})
    assert (created.json["bio"], created.json["age"]) == (None, None)


def test_an_address_is_taken_whatever_its_case(server: ServerProcess) -> None:
    _create(server)
    again = server.request("POST", "/users", {**ADA, "email": "ADA@example.com"})
    assert again.status == 409
    assert again.headers["content-type"] == "application/problem+json"
    assert again.json["status"] == 409
    assert "user.email_taken" in again.body.decode()


def test_get_of_an_unknown_user_is_a_typed_problem(server: ServerProcess) -> None:
    missing = server.request("GET", "/users/999999")
    assert missing.status == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json["detail"] == "There is no user 999999."
    assert missing.json["id"] == 999999


def test_replace_clears_what_is_left_out(server: ServerProcess) -> None:
    user = _create(server)
    replaced = server.request("PUT", f"/users/{user['id']}", {"name": "Ada King", "email": "king@example.com"})
    assert replaced.status == 200
    assert replaced.json == {**user, "name": "Ada King", "email": "king@example.com", "bio": None, "age": None}


def test_replace_of_an_unknown_user_and_a_taken_address(server: ServerProcess) -> None:
    _create(server)
    bob = _create(server, email="bob@example.com")
    assert server.request("PUT", "/users/999999", ADA).status == 404
    assert server.request("PUT", f"/users/{bob['id']}", ADA).status == 409


def test_patch_tells_null_from_absent(server: ServerProcess) -> None:
    user = _create(server)
    target = f"/users/{user['id']}"
    assert server.request("PATCH", target, {"name": "Ada King"}).json == {**user, "name": "Ada King"}
    assert server.request("PATCH", target, {"bio": None}).json == {**user, "name": "Ada King", "bio": None}
    assert server.request("PATCH", target, {"age": 37, "bio": "x"}).json["age"] == 37


def test_patch_of_nothing_an_unknown_user_and_a_taken_address(server: ServerProcess) -> None:
    _create(server)
    bob = _create(server, email="bob@example.com")
    assert server.request("PATCH", f"/users/{bob['id']}", {}).status == 422
    assert server.request("PATCH", f"/users/{bob['id']}", {"name": None}).status == 422
    assert server.request("PATCH", "/users/999999", {"name": "x"}).status == 404
    assert server.request("PATCH", f"/users/{bob['id']}", {"email": ADA["email"]}).status == 409


def test_delete_answers_204_once(server: ServerProcess) -> None:
    user = _create(server)
    gone = server.request("DELETE", f"/users/{user['id']}")
    assert (gone.status, gone.body) == (204, b"")
    assert server.request("DELETE", f"/users/{user['id']}").status == 404
    assert server.request("GET", f"/users/{user['id']}").status == 404


def test_list_pages_by_cursor_until_null(server: ServerProcess) -> None:
    ids = [_create(server, email=f"user{n}@example.com")["id"] for n in range(5)]
    seen, cursor, pages = [], 0, 0
    while cursor is not None:
        page = server.request("GET", f"/users?limit=2&cursor={cursor}").json
        seen += [user["id"] for user in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert (seen, pages) == (ids, 3)


def test_list_filters_by_address(server: ServerProcess) -> None:
    _create(server)
    bob = _create(server, email="bob+tag@example.com")
    assert server.request("GET", "/users?email=BOB%2Btag@example.com").json == {"items": [bob], "next_cursor": None}
    assert server.request("GET", "/users?email=nobody@example.com").json["items"] == []


def test_posts_of_a_user_are_paged_and_end_with_the_user(server: ServerProcess, add_posts: AddPosts) -> None:
    user = _create(server)
    target = f"/users/{user['id']}/posts"
    assert server.request("GET", target).json == {"items": [], "next_cursor": None}
    add_posts(user["id"], 3)
    first = server.request("GET", f"{target}?limit=2").json
    assert [post["title"] for post in first["items"]] == ["Post 0", "Post 1"]
    rest = server.request("GET", f"{target}?limit=2&cursor={first['next_cursor']}").json
    assert ([post["title"] for post in rest["items"]], rest["next_cursor"]) == (["Post 2"], None)
    server.request("DELETE", f"/users/{user['id']}")
    assert server.request("GET", target).status == 404


def test_text_of_any_language_survives(server: ServerProcess) -> None:
    name = 'Ἀδα 愛達 🎲 "quoted" \\ <b>'
    assert _create(server, name=name)["name"] == name


def test_hundred_code_points_fit_and_one_more_does_not(server: ServerProcess) -> None:
    assert _create(server, name="🎲" * 100)["name"] == "🎲" * 100
    assert server.request("POST", "/users", {**ADA, "name": "🎲" * 101}).status == 422
