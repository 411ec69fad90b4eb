"""Errors that a statement has an answer for: problems that need no code in a controller (RFC 0011 of docs/rfcs)."""

import pytest
from msgspec import json

from katana.runtime import Conflict, Ctx, Problem, UnprocessableContent, problem_reply
from katana.runtime.sql import (
    Answer,
    CheckViolation,
    RaisedException,
    RowStream,
    SerializationFailure,
    SqlError,
    Statement,
    UniqueViolation,
    copy_from,
    pack_int4,
    run_batch,
)
from katana.runtime.sql._declared import declared

TAKEN = Answer(409, "child.taken", "Somebody has it.")
INSERT = Statement(
    "child.add",
    "INSERT INTO child VALUES ($1, $2)",
    (23, 23),
    answers={"child_once": TAKEN, "23514": Answer(422, "child.age"), "P0001": Answer(418, "child.teapot")},
)
COLUMNS = Statement("child.columns", "SELECT id, age FROM child LIMIT 0", (), (23, 23))
ONE, TWO = pack_int4(1), pack_int4(2)


@pytest.fixture
def family(run, opened, dsn, fetch):
    """Runs a scenario with a table in which child 1 exists."""

    def runner(scenario):
        async def main():
            async with opened(dsn, lanes=1) as db:
                await fetch(
                    db,
                    "CREATE TABLE child (id int CONSTRAINT child_once UNIQUE, age int CHECK (age > 0))",
                )
                await fetch(db, "INSERT INTO child VALUES (1, 1)")
                await scenario(db)

        run(main())

    return runner


def test_a_violation_is_the_problem_that_was_declared_and_the_error_that_it_was(family):
    async def scenario(db):
        with pytest.raises(UniqueViolation) as caught:
            await db.execute(INSERT, (ONE, TWO))
        error = caught.value
        assert isinstance(error, Conflict)
        assert (error.sqlstate, error.constraint, error.table, error.statement) == (
            "23505", "child_once", "child", "child.add",
        )  # fmt: skip
        assert (error.status, error.code, error.detail) == (409, "child.taken", "Somebody has it.")
        assert str(error).startswith("child.add: duplicate key")
        with pytest.raises(Conflict):  # caught by either side
            await db.execute(INSERT, (ONE, TWO))
        with pytest.raises(UnprocessableContent) as refused:
            await db.execute(INSERT, (TWO, pack_int4(-1)))
        assert isinstance(refused.value, CheckViolation)
        assert refused.value.detail is None

    family(scenario)


def test_the_client_sees_the_declared_words_and_none_of_the_server(family):
    async def scenario(db):
        with pytest.raises(Problem) as caught:
            await db.execute(INSERT, (ONE, TWO))
        ctx = Ctx(method="POST", path="/", db=db)
        reply = problem_reply(ctx, caught.value)
        assert reply.head.status == 409
        assert json.decode(reply.body) == {
            "type": "urn:problem:child.taken",
            "title": "Conflict",
            "status": 409,
            "detail": "Somebody has it.",
        }

    family(scenario)


def test_another_statement_and_another_error_have_no_answer(family):
    async def scenario(db):
        plain = Statement("child.plain", INSERT.sql, (23, 23))
        with pytest.raises(UniqueViolation) as caught:
            await db.execute(plain, (ONE, TWO))
        assert type(caught.value) is UniqueViolation
        with pytest.raises(SqlError) as other:
            await db.execute(Statement("x", "SELECT nothing", answers={"child_once": TAKEN}))
        assert not isinstance(other.value, Problem)

    family(scenario)


def test_every_way_to_send_a_statement_has_the_answers(family):
    async def scenario(db):
        with pytest.raises(Conflict):
            await run_batch(db, INSERT, [(TWO, TWO), (ONE, TWO)], tuple)
        copy = Statement("child.copy", "COPY child (id, age) FROM STDIN (FORMAT binary)", answers=INSERT.answers)
        with pytest.raises(Conflict) as caught:
            await copy_from(db, copy, COLUMNS, [(ONE, TWO)], tuple)
        assert isinstance(caught.value, UniqueViolation)
        stream = Statement(
            "child.stream", "SELECT 1 / (id - 1) FROM child", answers={"22012": Answer(422, "child.zero")}
        )
        with pytest.raises(UnprocessableContent):
            async for _ in RowStream(db, stream, (), lambda _result, _row: None, None):
                pass
        ctx = Ctx(method="POST", path="/", db=db)
        with pytest.raises(Conflict):
            async with db.transaction(ctx):
                await ctx.db.execute(INSERT, (ONE, TWO))

    family(scenario)


def test_an_error_that_is_a_problem_already_takes_the_status_that_was_declared():
    error = declared({"40001": Answer(409, "busy")}, SerializationFailure("lost", sqlstate="40001"))
    assert isinstance(error, SerializationFailure)
    assert (error.status, error.code) == (409, "busy")
    assert error.document() == {"type": "urn:problem:busy", "title": "Conflict", "status": 409}


def test_a_status_without_a_class_of_its_own_is_a_problem_too():
    error = declared(INSERT.answers, RaisedException("short and stout", sqlstate="P0001"))
    assert isinstance(error, RaisedException)
    assert isinstance(error, Problem)
    assert (error.status, str(error)) == (418, "short and stout [P0001]")
    assert type(declared(INSERT.answers, RaisedException("again", sqlstate="P0001"))) is type(error)


def test_the_constraint_is_asked_before_the_sqlstate():
    answers = {"23505": Answer(422, "any"), "child_once": TAKEN}
    error = declared(answers, UniqueViolation("x", sqlstate="23505", constraint="child_once"))
    assert isinstance(error, Problem)
    assert error.code == "child.taken"
    other = declared(answers, UniqueViolation("x", sqlstate="23505", constraint="other"))
    assert isinstance(other, Problem)
    assert other.code == "any"
