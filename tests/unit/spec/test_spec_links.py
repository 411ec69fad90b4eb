"""Links of responses: where they lead, and what is wrong with them."""

from __future__ import annotations

import pytest

from katana import ir

LINKED = """
paths:
  /users/{{id}}:
    get:
      operationId: getUser
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
        - {{name: view, in: query, schema: {{type: string}}}}
      responses:
        "200": {{description: ok, links: {{next: {link}}}}}
"""


def links_of(bench, link):
    (operation,) = bench.compile(LINKED.format(link=link)).api.operations
    return operation.responses[0].links


@pytest.mark.parametrize("target", ["operationId: getUser", 'operationRef: "#/paths/~1users~1%7Bid%7D/get"'])
def test_a_link_names_an_operation_of_the_ir(bench, target):
    (link,) = links_of(bench, f"{{{target}, parameters: {{path.id: $response.body#/id, view: all}}, requestBody: [1]}}")
    assert link == ir.Link(
        name="next",
        operation="get_user",
        parameters={"path.id": "$response.body#/id", "view": "all"},
        request_body=[1],
    )


def test_a_link_may_stand_in_components(bench):
    (operation,) = bench.compile(
        LINKED.format(link='{$ref: "#/components/links/L"}') + "components: {links: {L: {operationId: getUser}}}\n"
    ).api.operations
    assert operation.responses[0].links == (ir.Link(name="next", operation="get_user"),)


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("{operationId: getUsr}", "unknown-operation"),
        ('{operationRef: "#/paths/~1nowhere/get"}', "ref-unresolved"),
        ("{operationId: getUser, parameters: {idd: a}}", "unknown-link-parameter"),
        ("{operationId: getUser, parameters: {query.id: a}}", "unknown-link-parameter"),
        ("{operationId: getUser, parameters: {id: $response.bdy}}", "bad-runtime-expression"),
        ('{operationId: getUser, parameters: {id: "x{$request.path}"}}', "bad-runtime-expression"),
        ("{operationId: getUser, requestBody: $request.body#id}", "bad-runtime-expression"),
    ],
)
def test_a_link_that_cannot_be_followed_is_an_error(bench, link, code):
    ((found, line, _),) = bench.refused(LINKED.format(link=link))
    assert (found, line) == (code, 10)


@pytest.mark.parametrize("reference", ["https://example.com/api.yaml#/paths/~1/get", "#/paths"])
def test_a_link_to_another_document_is_left_out_with_a_warning(bench, reference):
    link = f'{{operationRef: "{reference}", parameters: {{id: a}}}}'
    assert links_of(bench, link) == ()
    ((code, _, _),) = bench.refused(LINKED.format(link=link), strict=True)
    assert code == "foreign-link"


@pytest.mark.parametrize(
    "text",
    [
        "$url",
        "$method",
        "$statusCode",
        "$request.header.accept",
        "$request.query.a b",
        "$request.path.id",
        "$request.body",
        "$response.body#/a~1b/0",
        "$response.header.Server",
        "plain text",
        "https://x/{$request.path.id}?a={$response.body#/a}",
    ],
)
def test_every_runtime_expression_of_the_standard_is_read(bench, text):
    (link,) = links_of(bench, f'{{operationId: getUser, parameters: {{id: "{text}"}}}}')
    assert link.parameters == {"id": text}
