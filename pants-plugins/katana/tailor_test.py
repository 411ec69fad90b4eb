# mypy: disable-error-code="no-untyped-call, no-untyped-def"
"""Targets that `tailor` proposes."""

import pytest
from pants.core.goals.tailor import AllOwnedSources, PutativeTargets
from pants.engine.rules import QueryRule

from katana.openapi.tailor import PutativeOpenApiTargets, is_document
from katana.sql.tailor import PutativeSqlTargets, is_annotated
from katana.testing.repository import DOCUMENT, Repository


@pytest.fixture(scope="module")
def repository():
    made = Repository(
        queries=[
            QueryRule(PutativeTargets, [PutativeOpenApiTargets, AllOwnedSources]),
            QueryRule(PutativeTargets, [PutativeSqlTargets, AllOwnedSources]),
        ]
    )
    made.write("new/openapi/pets.yaml", "openapi: 3.1.0\ninfo: {}\n")
    made.write("new/openapi/orders.json", DOCUMENT)
    made.write("new/openapi/shapes.yaml", "User:\n  type: object\n")
    made.write("new/sql/schema/0001_a.up.sql", "CREATE TABLE a (id int8);\n")
    made.write("new/sql/orders/orders.sql", "-- name: get_order :one\nSELECT 1;\n")
    made.write("new/alone/queries.sql", "-- name: get_order :one\nSELECT 1;\n")
    return made


def proposals(repository, request, owned=()):
    found = repository.runner.request(
        PutativeTargets,
        [request(("new/openapi", "new/sql/orders", "new/sql/schema", "new/alone")), AllOwnedSources(owned)],
    )
    return {f"{target.path}:{target.name}": dict(target.kwargs) for target in found}


def test_whole_documents_are_proposed_and_fragments_are_not(repository):
    assert proposals(repository, PutativeOpenApiTargets) == {
        "new/openapi:orders": {"source": "orders.json"},
        "new/openapi:pets": {"source": "pets.yaml"},
    }


def test_an_owned_document_is_left_alone(repository):
    assert proposals(repository, PutativeOpenApiTargets, ["new/openapi/pets.yaml", "new/openapi/orders.json"]) == {}


def test_queries_are_proposed_with_the_schema_beside_them(repository):
    assert proposals(repository, PutativeSqlTargets) == {
        "new/sql:orders": {"schema": ("schema/*.sql",), "sources": ("orders/*.sql",)}
    }


def test_tailoring_can_be_turned_off(repository):
    repository.configure("--no-katana-tailor")
    try:
        assert proposals(repository, PutativeOpenApiTargets) == {}
        assert proposals(repository, PutativeSqlTargets) == {}
    finally:
        repository.configure()


@pytest.mark.parametrize(
    "text", ["openapi: 3.0.3\n", "# pets\nopenapi: '3.1.0'\n", '{"openapi": "3.1.0"}', '{\n  "openapi" : "3.2.0"\n}']
)
def test_a_document_says_what_it_is(text):
    assert is_document(text.encode())


@pytest.mark.parametrize("text", ["swagger: '2.0'\n", "User: {}\n", "# openapi: what?\n", "openapi: 4.0\n", ""])
def test_other_files_do_not(text):
    assert not is_document(text.encode())


@pytest.mark.parametrize(
    ("text", "annotated"),
    [("-- name: get_user :one\n", True), ("SELECT 1;\n", False), ("-- name of the table: users\n", False)],
)
def test_queries_are_told_by_their_annotation(text, annotated):
    assert is_annotated(text.encode()) is annotated
