"""Webhooks and callbacks: what reaches the IR, and what is wrong with them."""

from __future__ import annotations

import pytest

OK = {"200": {"description": "ok"}}
BODY = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
HEAD = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "components": {"schemas": {"Pet": PET}}}


def webhooks(**hooks):
    return {**HEAD, "webhooks": hooks}


def callback(key, item=None, **owner):
    item = item or {"post": {"requestBody": BODY, "responses": OK}}
    operation = {"operationId": "subscribe", "responses": OK, "callbacks": {"onEvent": {key: item}}, **owner}
    return {**HEAD, "paths": {"/subs/{id}": {"parameters": [ID], "post": operation}}}


ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def test_webhooks_are_outgoing_operations(bench):
    item = {"post": {"operationId": "petBorn", "requestBody": BODY, "responses": OK}, "parameters": []}
    api = bench.compile(webhooks(newPet=item)).api
    (outgoing,) = api.outgoing
    assert (outgoing.name, outgoing.of, outgoing.expression) == ("newPet", "", "")
    assert (outgoing.operation.name, outgoing.operation.method, outgoing.operation.path) == ("pet_born", "POST", "")
    assert outgoing.operation.body.contents[0].type.name == "Pet"
    assert api.operations == ()


def test_a_request_without_id_is_called_after_its_key(bench):
    one = {"responses": OK}
    api = bench.compile(webhooks(**{"new pet": {"post": one}, "gone": {"post": one, "delete": one}})).api
    assert [each.operation.name for each in api.outgoing] == ["new_pet", "post_gone", "delete_gone"]


def test_names_of_what_is_sent_leave_those_of_operations_alone(bench):
    document = {
        **webhooks(get_pet={"post": {"responses": OK}}),
        "paths": {"/p": {"get": {"operationId": "getPet", "responses": OK}}},
    }
    api = bench.compile(document).api
    assert [each.name for each in api.operations] == ["get_pet"]
    assert [each.operation.name for each in api.outgoing] == ["get_pet_"]


def test_callbacks_belong_to_their_operation(bench):
    document = callback("{$request.body#/url}", requestBody=BODY)
    (outgoing,) = bench.compile(document).api.outgoing
    assert (outgoing.name, outgoing.of, outgoing.expression) == ("onEvent", "subscribe", "{$request.body#/url}")


def test_callbacks_and_path_items_may_be_components(bench):
    document = callback("x")
    operation = document["paths"]["/subs/{id}"]["post"]
    operation["callbacks"] = {"onEvent": {"$ref": "#/components/callbacks/Event"}}
    document["paths"]["/other"] = {"post": {**operation, "operationId": "other"}}
    document["components"] = {
        "schemas": {"Pet": PET},
        "callbacks": {"Event": {"{$request.header.X-Url}": {"$ref": "#/components/pathItems/Send"}}},
        "pathItems": {"Send": {"post": {"operationId": "sendIt", "requestBody": BODY, "responses": OK}}},
    }
    found = bench.compile(document).api.outgoing
    assert [(each.of, each.operation.name) for each in found] == [("subscribe", "send_it"), ("other", "send_it_2")]


def test_security_of_the_document_is_not_that_of_the_receiver(bench):
    document = {**webhooks(a={"post": {"responses": OK}}), "security": [{"key": []}]}
    document["components"] = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "k"}}}
    assert bench.compile(document).api.outgoing[0].operation.security == ()


@pytest.mark.parametrize(
    "key",
    [
        "{$request.body#/a~1b/~0}",
        "{$request.body}",
        "$request.query.url",
        "https://{$request.header.Host}/x?id={$request.path.id}&m={$method}",
        "{$response.body#/url}",
        "{$response.header.Location}",
        "{$url}/{$statusCode}",
    ],
)
def test_runtime_expressions_of_the_standard_are_accepted(bench, key):
    query = {"name": "url", "in": "query", "schema": {"type": "string"}}
    assert bench.compile(callback(key, requestBody=BODY, parameters=[query])).warnings == ()


@pytest.mark.parametrize(
    "key",
    [
        "{$request.body#url}",
        "{$request.body#/~2}",
        "{$request.boddy#/url}",
        "{$request.header.a b}",
        "{$request.path.nope}",
        "{request.body#/url}",
        "{}",
        "{$url",
        "https://x/{$url}}",
        "$request",
    ],
)
def test_an_expression_that_cannot_be_evaluated_is_refused_at_its_key(bench, key):
    found = bench.refused(callback(key))
    assert {code for code, _, _ in found} == {"bad-callback"}


def test_what_is_sent_follows_the_rules_of_operations(bench):
    twice = {"operationId": "a", "responses": OK}
    assert [code for code, _, _ in bench.refused(webhooks(x={"post": twice}, y={"post": twice}))] == [
        "duplicate-operation-id"
    ]
    assert [code for code, _, _ in bench.refused(webhooks(x={"post": {"parameters": [ID], "responses": OK}}))] == [
        "unknown-path-parameter"
    ]
    schema = {"type": "integer", "minimum": 2, "maximum": 1}
    bad = {"content": {"application/json": {"schema": schema}}}
    assert [code for code, _, _ in bench.refused(webhooks(x={"post": {"requestBody": bad, "responses": OK}}))] == [
        "empty-range"
    ]


@pytest.mark.parametrize("key", ["{$request.query.nope}", "{$request.body#/url}"])
def test_a_source_that_the_request_does_not_declare_is_a_warning(bench, key):
    assert [found.code for found in bench.compile(callback(key)).warnings] == ["undeclared-callback-source"]
