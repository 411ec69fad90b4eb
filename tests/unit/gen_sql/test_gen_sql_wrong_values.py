"""A value that does not fit its parameter is an error that names query and parameter, and nothing is sent."""

import datetime as dt
from decimal import Decimal

import pytest

from katana.runtime.sql import DataError, UnstorableText

SCHEMA = """
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TABLE users (
    id int PRIMARY KEY, name text NOT NULL, tags text[] NOT NULL, seen timestamptz NOT NULL, born date NOT NULL,
    rich boolean NOT NULL, height numeric NOT NULL, photo bytea NOT NULL, feeling mood, key uuid);
"""
QUERIES = """
-- name: find :many
-- nullable: key
SELECT id FROM users WHERE id = @id OR name = @name OR tags = @tags OR seen = @seen OR born = @born
    OR rich = @rich OR height = @height OR photo = @photo OR key = @key::uuid;
"""
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
FITTING = {
    "id": 1,
    "name": "Ada",
    "tags": ["a"],
    "seen": NOON,
    "born": NOON.date(),
    "rich": True,
    "height": Decimal("1.7"),
    "photo": b"",
    "key": None,
}
WRONG = (
    ("id", "1", "an int is needed, not str"),
    ("id", None, "an int is needed, not None, which takes `-- nullable:` in the query"),
    ("id", 1.5, "an int is needed, not float"),
    ("id", 2**31, "the value is out of range for integer: -2^31 to 2^31-1"),
    ("name", b"Ada", "a str is needed, not bytes"),
    ("name", "A\0", "the value is no text: it holds U+0000"),
    ("name", "\ud800", "the value is no text: it holds a lone surrogate"),
    ("tags", "abc", "a list is needed, not str"),
    ("tags", None, "a list is needed, not None, which takes `-- nullable:` in the query"),
    ("tags", {"a": 1}, "a list is needed, not dict"),
    ("tags", ["a", 1], "a str is needed, not int"),
    ("tags", ["a", "\0"], "the value is no text: it holds U+0000"),
    (
        "seen",
        NOON.replace(tzinfo=None),
        "the value is no timestamptz: it has no time zone; add one, such as datetime.UTC",
    ),
    ("seen", NOON.date(), "a datetime is needed, not date"),
    ("born", NOON, "a date is needed, not datetime"),
    ("born", "2026-03-01", "a date is needed, not str"),
    ("rich", "false", "a bool is needed, not str"),
    ("rich", 1, "a bool is needed, not int"),
    ("height", 1.7, "a Decimal is needed, not float"),
    ("height", Decimal("1e131072"), "the value is out of range for numeric: at most 131072 digits before the point"),
    ("photo", "text", "a bytes is needed, not str"),
)


@pytest.fixture(scope="module")
def run(build):
    return build(SCHEMA, QUERIES)


def test_the_error_names_query_and_parameter(run):
    async def scenario(repository, ctx):
        for parameter, value, message in WRONG:
            with pytest.raises(DataError) as caught:
                await repository.find(ctx, **{**FITTING, parameter: value})
            assert caught.value.statement == "users.find"
            assert caught.value.message == f"parameter `{parameter}`: {message}"
        assert await repository.find(ctx, **FITTING) == []

    run(scenario)


def test_a_text_that_cannot_be_stored_is_the_fault_of_the_request(run):
    async def scenario(repository, ctx):
        with pytest.raises(UnstorableText) as caught:
            await repository.find(ctx, **{**FITTING, "name": "\0"})
        assert caught.value.status == 422
        assert str(caught.value) == "users.find: parameter `name`: the value is no text: it holds U+0000 [22021]"

    run(scenario)


def test_a_value_that_other_parameters_have_too_is_told_apart(run):
    async def scenario(repository, ctx):
        with pytest.raises(DataError) as caught:
            await repository.find(ctx, **{**FITTING, "photo": "Ada"})
        assert str(caught.value) == "users.find: parameter `photo`: a bytes is needed, not str [22000]"

    run(scenario)


def test_a_program_without_its_source_names_the_query(run, monkeypatch):
    monkeypatch.setattr("linecache.getlines", lambda *_: [])

    async def scenario(repository, ctx):
        with pytest.raises(DataError) as caught:
            await repository.find(ctx, **{**FITTING, "id": "1"})
        assert str(caught.value) == "users.find: an int is needed, not str [22000]"

    run(scenario)
