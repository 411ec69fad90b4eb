"""Errors: one type per thing a caller can do something about."""

import pytest

from katana.runtime import Problem
from katana.runtime import sql as public
from katana.runtime.sql import (
    CheckViolation,
    DatabaseUnavailable,
    DataError,
    DeadlockDetected,
    ForeignKeyViolation,
    InvalidStatement,
    LockNotAvailable,
    NotNullViolation,
    QueryTimeout,
    RaisedException,
    ReadOnlyTransaction,
    SerializationFailure,
    SqlError,
    Statement,
    UniqueViolation,
)
from katana.runtime.sql._errors import error_class

SCHEMA = """
CREATE TABLE parent (id int CONSTRAINT parent_pk PRIMARY KEY);
CREATE TABLE child (
    id int CONSTRAINT child_once UNIQUE,
    parent int CONSTRAINT child_parent REFERENCES parent,
    age int CONSTRAINT child_age CHECK (age > 0),
    name text NOT NULL
);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1, 1, 'one');
"""

CASES = [
    ("INSERT INTO child VALUES (1, 1, 1, 'x')", UniqueViolation, "23505", ("child_once", "child", "")),
    ("INSERT INTO child VALUES (2, 9, 1, 'x')", ForeignKeyViolation, "23503", ("child_parent", "child", "")),
    ("INSERT INTO child VALUES (2, 1, 0, 'x')", CheckViolation, "23514", ("child_age", "child", "")),
    ("INSERT INTO child VALUES (2, 1, 1, NULL)", NotNullViolation, "23502", ("", "child", "name")),
    ("SELECT 1 / 0", DataError, "22012", ("", "", "")),
    ("SELECT 'x'::int", DataError, "22P02", ("", "", "")),
    ("SELECT nothing", InvalidStatement, "42703", ("", "", "")),
    ("SELEC 1", InvalidStatement, "42601", ("", "", "")),
    ("DO $$BEGIN RAISE 'own' USING HINT = 'try again'; END$$", RaisedException, "P0001", ("", "", "")),
    ("DO $$BEGIN RAISE SQLSTATE '40001'; END$$", SerializationFailure, "40001", ("", "", "")),
    ("DO $$BEGIN RAISE SQLSTATE '40P01'; END$$", DeadlockDetected, "40P01", ("", "", "")),
    ("DO $$BEGIN RAISE SQLSTATE '55P03'; END$$", LockNotAvailable, "55P03", ("", "", "")),
    ("DO $$BEGIN RAISE SQLSTATE '25006'; END$$", ReadOnlyTransaction, "25006", ("", "", "")),
    ("DO $$BEGIN RAISE SQLSTATE 'XX123'; END$$", SqlError, "XX123", ("", "", "")),
]


def test_each_failure_has_its_type_and_names_what_it_is_about(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            for statement in filter(str.strip, SCHEMA.split(";")):
                await fetch(db, statement)
            for text, expected, sqlstate, where in CASES:
                with pytest.raises(SqlError) as caught:
                    await db.execute(Statement("test.case", text))
                error = caught.value
                assert type(error) is expected, text
                assert (error.sqlstate, error.statement) == (sqlstate, "test.case")
                assert (error.constraint, error.table, error.column) == where
                assert str(error).startswith("test.case: ")
                assert error.message in str(error)
            assert error.detail == ""

    run(scenario())


def test_hint_and_detail_are_kept_apart_from_the_message(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            await fetch(db, "CREATE TABLE t (secret text UNIQUE)")
            await fetch(db, "INSERT INTO t VALUES ('hunter2')")
            with pytest.raises(UniqueViolation) as caught:
                await fetch(db, "INSERT INTO t VALUES ('hunter2')")
            assert "hunter2" in str(caught.value.detail)
            assert "hunter2" not in caught.value.message
            with pytest.raises(RaisedException) as raised:
                await fetch(db, "DO $$BEGIN RAISE 'own' USING HINT = 'try again'; END$$")
            assert (raised.value.message, raised.value.hint) == ("own", "try again")

    run(scenario())


def test_states_without_a_type_of_their_own_get_that_of_their_class():
    assert error_class("23ZZZ") is public.IntegrityError
    assert error_class("22ZZZ") is DataError
    assert error_class("23001") is public.RestrictViolation
    assert issubclass(public.RestrictViolation, ForeignKeyViolation)
    assert error_class("44000") is public.WithCheckOptionViolation
    assert error_class("53100") is public.DiskFull
    assert error_class("53200") is public.OutOfMemory
    assert error_class("53300") is public.TooManyConnections
    assert error_class("40ZZZ") is public.TransactionRollback
    assert error_class("53400") is public.InsufficientResources
    assert error_class("42501") is public.InsufficientPrivilege
    assert error_class("") is SqlError


def test_only_errors_with_an_answer_of_their_own_are_problems():
    problems = {
        name
        for name in public.__all__
        if isinstance(error := getattr(public, name), type)
        and issubclass(error, SqlError)
        and issubclass(error, Problem)
    }
    assert problems == {
        "DatabaseOverloaded",
        "DatabaseUnavailable",
        "DeadlockDetected",
        "DiskFull",
        "InsufficientResources",
        "InvalidCursor",
        "LockNotAvailable",
        "OutOfMemory",
        "PlanChanged",
        "QueryCanceled",
        "QueryTimeout",
        "ReadOnlyTransaction",
        "SerializationFailure",
        "TooManyConnections",
        "TransactionRollback",
        "UnstorableText",
    }
    assert QueryTimeout("slow").status == 504
    cancelled = error_class("57014")("canceling statement due to statement timeout", sqlstate="57014", detail="secret")
    assert isinstance(cancelled, Problem)
    assert (cancelled.status, cancelled.detail) == (504, None)
    assert QueryTimeout("slow").document() == {
        "type": "urn:problem:database.timeout",
        "title": "Gateway Timeout",
        "status": 504,
    }
    assert DatabaseUnavailable("gone", retry_after=-3).retry_after == 1


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "25006", "53100", "53300", "55P03"])
def test_a_failure_of_the_moment_is_503_without_the_words_of_the_server(sqlstate):
    error = error_class(sqlstate)("deadlock of 42 with 43", sqlstate=sqlstate, detail="Process 42 waits", hint="wait")
    assert isinstance(error, Problem)
    assert (error.status, error.detail, dict(error.fields)["retry-after"]) == (503, None, "1")
    assert (error.sqlstate, error.message, error.hint) == (sqlstate, "deadlock of 42 with 43", "wait")


@pytest.mark.parametrize("sqlstate", ["23505", "42601", "25P02", "XX000"])
def test_any_other_failure_is_no_problem_by_itself(sqlstate):
    assert not isinstance(error_class(sqlstate)("x", sqlstate=sqlstate), Problem)
