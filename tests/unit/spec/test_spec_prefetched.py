"""`x-katana-prefetch` names members of what an operation answers with."""

import pytest

from katana.diagnostics import DiagnosticsError

DOCUMENT = """\
paths:
  /users:
    get:
      x-katana-prefetch: [%s]
      responses:
        '200':
          description: OK
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/UserCard'}}}}
components:
  schemas:
    UserCard:
      type: object
      properties:
        name: {type: string}
        posts: {type: array, items: {$ref: '#/components/schemas/Post'}}
        manager: {oneOf: [{$ref: '#/components/schemas/UserCard'}, {type: 'null'}]}
    Post:
      type: object
      properties: {lastComments: {type: array, items: {$ref: '#/components/schemas/Comment'}}}
    Comment: {type: object, properties: {body: {type: string}}}
    Elsewhere: {type: object, properties: {posts: {type: array, items: {$ref: '#/components/schemas/Post'}}}}
"""


@pytest.mark.parametrize(
    "names",
    ["UserCard.posts", "user_card.posts, user_card.manager", "user_card.posts.last_comments", "post.lastComments"],
)
def test_members_are_named_in_any_spelling_and_through_other_members(bench, names):
    compiled = bench.compile(DOCUMENT % names)
    assert compiled.warnings == ()
    assert compiled.api.operations[0].extensions["x-katana-prefetch"] == names.split(", ")


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        (
            "elsewhere.posts",
            "the operation answers with no object `elsewhere`",
            "write `UserCard.posts`",
        ),
        ("items.rows", "the operation answers with no object `items`", "there are `UserCard`, `Post`, `Comment`"),
        ("user_card.post", "`UserCard` has no member `post`", "did you mean `posts`?"),
        ("user_card.name", "`UserCard.name` holds no objects of one kind", "an array of them"),
        ("user_card.posts.body", "`Post` has no member `body`", "there are `lastComments`"),
    ],
)
def test_what_names_nothing_is_an_error_at_its_place(bench, name, message, hint):
    with pytest.raises(DiagnosticsError) as caught:
        bench.compile(DOCUMENT % f"user_card.posts, {name}")
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("unknown-prefetch", message)
    assert (found.line, found.column) == (6, 44)
    assert hint in found.hint
