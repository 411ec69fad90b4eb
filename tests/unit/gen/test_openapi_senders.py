"""Generated senders: typed requests to a real receiver, typed answers from it."""

from __future__ import annotations

import ast
import asyncio
import json
from typing import Any, cast

import pytest

from katana.diagnostics import DiagnosticsError
from katana.gen.openapi._unsupported import UNSUPPORTED
from katana.runtime import Ctx, Gone, Headers, NoContent, Problem
from katana.runtime.webhooks import DeliveryFailed, Retry, Sender, TargetRefused, Targets, UnexpectedAnswer
from unit.runtime_webhooks.webhook_receiver import answer, receiving

PET = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "tag": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    },
}
SCHEMAS = {"components": {"schemas": {"Pet": PET}}}
REFERENCE = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
BODY = {"required": True, "content": REFERENCE}
NONE = {"204": {"description": ""}}


def webhook(**operation):
    return {**SCHEMAS, "webhooks": {"petBorn": {"post": {"responses": NONE, **operation}}}}


def callback(expression, **owner):
    send = {"operationId": "tell", "requestBody": BODY, "responses": NONE}
    operation = {
        "operationId": "start",
        "responses": NONE,
        "callbacks": {"done": {expression: {"post": send}}},
        **owner,
    }
    return {**SCHEMAS, "paths": {"/jobs/{id}": {"post": operation}}}


async def _no_sleep(_seconds: float) -> None: ...


@pytest.fixture
def call(build):
    """Sends by the first class of a package; what the receiver got, and what came of the answer."""

    def make(document, method, *arguments, answers=(), **options):
        package = build(document)
        senders = package.module("senders")
        cls = next(
            v
            for k, v in vars(senders).items()
            if k.endswith(("Webhooks", "Callbacks")) and v.__module__ == senders.__name__
        )

        async def run():
            sender = Sender(targets=Targets(["127.0.0.1"]), retry=Retry(attempts=2), sleep=_no_sleep)
            async with receiving() as receiver:
                receiver.script = list(answers)
                try:
                    values = [a(package) if callable(a) else a for a in arguments]
                    got = await getattr(cls(sender), method)(None, *values, url=receiver.url, **options)
                finally:
                    await sender.close()
                return receiver.requests[-1], got

        return asyncio.run(run())

    return make


def pet(**members):
    return lambda package: package.module("dto").Pet(**members)


def test_a_webhook_sends_its_body_as_json(call):
    request, got = call(webhook(requestBody=BODY), "pet_born", pet(name="Rex", tag=7))
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    assert json.loads(request.body) == {"name": "Rex", "tag": 7}
    assert got == NoContent()


def test_parameters_are_sent_in_the_query_and_in_headers(call):
    parameters = [
        {"name": "X-Event", "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "many", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
        {"name": "joined", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "url", "in": "query", "schema": {"type": "boolean"}},
        {"name": "absent", "in": "query", "schema": {"type": "string"}},
        {"name": "webhook-id", "in": "header", "required": True, "schema": {"type": "string"}},
    ]
    options = {"x_event": "born", "many": [1, 2], "joined": ["a", "b&"], "url_": True}
    request, _ = call(webhook(parameters=parameters), "pet_born", **options)
    assert request.target == "/hook?many=1&many=2&joined=a%2Cb%26&url=true"
    assert request.headers["x-event"] == "born"
    assert request.headers["webhook-id"].startswith("msg_")


def test_answers_are_typed_by_their_status(call):
    headers = {"X-N": {"required": True, "schema": {"type": "integer"}}, "X-M": {"schema": {"type": "integer"}}}
    responses = {
        "200": {"description": "", "content": REFERENCE},
        "201": {
            "description": "",
            "content": REFERENCE,
            "headers": headers,
        },
        "410": {"description": "", "content": {"application/problem+json": {}}},
        "4XX": {"description": "", "content": {"text/plain": {}}},
    }
    document = webhook(responses=responses)
    _, got = call(document, "pet_born", answers=[answer(200, b'{"name": "Rex"}')])
    assert (type(got).__name__, got.name) == ("Pet", "Rex")
    _, got = call(document, "pet_born", answers=[answer(201, b'{"name": "Rex"}', x_n="5")])
    assert (type(got).__name__, got.body.name, got.x_n, got.x_m) == ("PetBornCreated", "Rex", 5, None)
    gone = {"type": "urn:problem:hook.gone", "detail": "no", "more": 1, "status": 410, "title": 7}
    _, got = call(document, "pet_born", answers=[answer(410, json.dumps(gone).encode())])
    assert (type(got), got.code, got.detail, got.members, got.title) == (Gone, "hook.gone", "no", {"more": 1}, None)
    _, got = call(document, "pet_born", answers=[answer(410, b"<html>")])
    assert (type(got), got.code) == (Gone, "")
    _, got = call(document, "pet_born", answers=[answer(418, b"tea")])
    assert (type(got).__name__, got.status, got.body) == ("PetBornRange4xx", 418, "tea")


@pytest.mark.parametrize(
    "given",
    [
        answer(200, b'{"name": "too long"}', x_n="5"),
        answer(200, b'{"name": "Rex", "tag": 1.5}', x_n="5"),
        answer(200, b"no json", x_n="5"),
        answer(200, b'{"name": "Rex"}'),
        answer(200, b'{"name": "Rex"}', x_n="five"),
        answer(204),
        answer(302, location="http://127.0.0.1/"),
        answer(404),
    ],
)
def test_an_answer_that_is_not_declared_is_an_error(call, given):
    headers = {"X-N": {"required": True, "schema": {"type": "integer"}}}
    document = webhook(responses={"200": {"description": "", "content": REFERENCE, "headers": headers}})
    with pytest.raises(UnexpectedAnswer) as caught:
        call(document, "pet_born", answers=[given])
    assert caught.value.attempts == 1


def test_an_answer_that_asks_for_another_attempt_gets_one_and_counts_when_it_is_declared(call):
    _, got = call(webhook(responses={**NONE, "503": {"description": ""}}), "pet_born", answers=[answer(503)] * 2)
    assert type(got).__name__ == "PetBornServiceUnavailable"
    _, got = call(webhook(responses={**NONE, "5XX": {"description": ""}}), "pet_born", answers=[answer(500)] * 2)
    assert got.status == 500
    _, got = call(webhook(responses={"default": {"description": ""}}), "pet_born", answers=[answer(429)] * 2)
    assert got.status == 429
    with pytest.raises(DeliveryFailed):
        call(webhook(), "pet_born", answers=[answer(503)] * 2)


def test_a_default_problem_is_no_success(call):
    document = webhook(responses={"default": {"description": "", "content": {"application/problem+json": {}}}})
    _, got = call(document, "pet_born", answers=[answer(404, b"{}")])
    assert (type(got), got.status) == (Problem, 404)
    with pytest.raises(UnexpectedAnswer):
        call(document, "pet_born", answers=[answer(200)])


def _ctx(body=b"{}", query="", path=(), **headers):
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Ctx(
        method="POST", path="/", query_string=query, args=path, headers=Headers(fields), body=body, db=cast(Any, None)
    )


ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
TO = {"name": "to", "in": "query", "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("expression", "ctx", "url"),
    [
        ("{$request.body#/a/0/b~1c.d}", _ctx(b'{"a": [{"b/c.d": "https://x/y?z=1"}]}'), "https://x/y?z=1"),
        ("$request.query.to", _ctx(query="to=https%3A%2F%2Fx"), "https://x"),
        ("{$request.header.X-To}/done", _ctx(x_to="https://x"), "https://x/done"),
        ("https://x/{$request.path.id}?m={$method}", _ctx(path=("a/../b@c",)), "https://x/a%2F..%2Fb%40c?m=POST"),
        ("https://x/{$request.body#/n}", _ctx(b'{"n": 5}'), "https://x/5"),
    ],
)
def test_a_callback_goes_where_the_request_says(build, expression, ctx, url):
    document = callback(expression, requestBody={"content": {"application/json": {}}}, parameters=[ID, TO])
    assert build(document).module("senders").StartCallbacks.tell_url(ctx) == url


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b'{"url": null}', b'{"url": {}}', b'{"url": ""}', b"[" * 9999])
def test_a_request_that_does_not_say_where_to_is_an_error(build, body):
    senders = build(callback("{$request.body#/url}", requestBody=BODY, parameters=[ID])).module("senders")
    with pytest.raises(TargetRefused, match="has no"):
        senders.StartCallbacks.tell_url(_ctx(body))


def test_a_callback_whose_url_comes_later_is_given_it(call):
    document = callback("{$response.body#/url}", parameters=[ID])
    request, got = call(document, "tell", pet(name="Rex"))
    assert (json.loads(request.body), got) == ({"name": "Rex"}, NoContent())


def test_a_contract_without_anything_to_send_has_a_module_that_imports_nothing(build):
    package = build({"paths": {}})
    assert "import" not in package.tree[f"{package.name}/senders.py"]


@pytest.mark.parametrize(
    ("code", "operation"),
    [
        (
            "unsupported-outgoing-body",
            {"requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object"}}}}},
        ),
        ("unsupported-outgoing-body", {"requestBody": {"content": {"image/*": {}}}}),
        (
            "unsupported-outgoing-parameter",
            {"parameters": [{"name": "a", "in": "query", "schema": {"type": "object"}}]},
        ),
        (
            "unsupported-outgoing-parameter",
            {"parameters": [{"name": "a", "in": "cookie", "schema": {"type": "string"}}]},
        ),
        (
            "unsupported-outgoing-response",
            {"responses": {"200": {"description": "", "content": {"text/event-stream": {}}}}},
        ),
        (
            "unsupported-outgoing-response",
            {"responses": {"200": {"description": "", "headers": {"X": {"schema": {"type": "array"}}}}}},
        ),
    ],
)
def test_what_cannot_be_sent_is_refused(build, code, operation):
    assert code in UNSUPPORTED
    with pytest.raises(DiagnosticsError) as caught:
        build(webhook(**operation))
    assert [found.code for found in caught.value.diagnostics] == [code]


HOSTILE = ['x"""\nimport os  # ', "a\\", "\u202egnp", "class", "__init__", "", "{}", "\x00"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_of_requests_are_only_names(build, text):
    send = {"summary": text, "requestBody": BODY, "responses": NONE}
    webhooks = {text: {"post": send, "put": {**send, "operationId": "x" + text}}}
    package = build({**SCHEMAS, "webhooks": webhooks})
    tree = ast.parse(package.tree[f"{package.name}/senders.py"])
    imports = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))
    assert all(name and name.startswith(("katana.", package.name)) for name in imports)
    assert package.module("senders")


def test_a_hostile_expression_is_only_text(build):
    key = '{$request.body#/"""+exit()+\'}'
    package = build(callback(key, requestBody=BODY, parameters=[ID]))
    assert (
        package.module("senders").StartCallbacks.tell_url(_ctx(b'{"\\"\\"\\"+exit()+\\u0027": "https://x"}'))
        == "https://x"
    )
