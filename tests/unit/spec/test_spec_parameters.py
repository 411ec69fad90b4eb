"""Parameters by `content`, locations and methods of OpenAPI 3.2, in the IR."""

from __future__ import annotations

import pytest

OK = '{"200": {description: ok}}'
HEAD = "openapi: 3.2.0\ninfo: {title: T, version: '1'}\n"


def _document(parameters: str) -> str:
    return f"{HEAD}paths:\n  /a:\n    get:\n      parameters: [{parameters}]\n      responses: {OK}\n"


def test_content_and_allow_empty_value_are_carried(bench):
    parameters = (
        "{name: a, in: query, content: {Application/JSON; x=y: {schema: {type: integer}}}}, "
        "{name: b, in: header, content: {text/csv: {}}}, "
        "{name: c, in: query, allowEmptyValue: true, schema: {type: integer}}, "
        "{name: d, in: cookie, style: cookie, schema: {type: integer}}"
    )
    (operation,) = bench.compile(_document(parameters)).api.operations
    assert [(p.name, p.media_type, p.style, p.explode, p.allow_empty) for p in operation.parameters] == [
        ("a", "application/json", "", False, False),
        ("c", "", "form", True, True),
        ("b", "text/csv", "", False, False),
        ("d", "", "cookie", True, False),
    ]


def test_the_whole_query_is_one_parameter_alone(bench):
    form = "content: {application/x-www-form-urlencoded: {schema: {type: object}}}"
    (operation,) = bench.compile(_document(f"{{name: q, in: querystring, {form}}}")).api.operations
    assert (operation.parameters[0].location, operation.parameters[0].explode) == ("querystring", True)
    own = f"{{parameters: [{{name: q, in: querystring, {form}}}], responses: {OK}}}"
    both = f"{HEAD}paths:\n  /a:\n    parameters: [{{name: a, in: query, schema: {{}}}}]\n    get: {own}\n"
    assert [code for code, _, _ in bench.refused(both)] == ["shared-querystring"]


def test_operations_have_the_methods_of_3_2_and_those_of_ones_own(bench):
    text = (
        f"{HEAD}paths:\n  /a:\n    query: {{requestBody: {{content: {{text/plain: {{}}}}}}, responses: {OK}}}\n"
        f"    additionalOperations: {{COPY: {{responses: {OK}}}, UN-LOCK: {{responses: {OK}}}}}\n"
    )
    found = bench.compile(text).api.operations
    assert [(operation.method, operation.name) for operation in found] == [
        ("QUERY", "query_a"),
        ("COPY", "copy_a"),
        ("UN-LOCK", "un_lock_a"),
    ]


@pytest.mark.parametrize("method", ["copy", "CONNECT"])
def test_methods_of_ones_own_are_upper_case_tokens(bench, method):
    text = f"{HEAD}paths:\n  /a:\n    additionalOperations: {{{method}: {{responses: {OK}}}}}\n"
    assert bench.refused(text) == [("bad-method", 5, 28)]


def test_parameters_of_a_path_are_overridden_and_references_to_path_items_followed(bench):
    text = f"""{HEAD}paths:
  /a/{{id}}: {{$ref: "#/components/pathItems/Shared"}}
components:
  pathItems:
    Shared:
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: integer}}}}
        - {{name: page, in: query, schema: {{type: integer}}}}
      get: {{operationId: plain, responses: {OK}}}
      put:
        operationId: own
        parameters: [{{name: id, in: path, required: true, style: label, schema: {{type: string}}}}]
        responses: {OK}
"""
    plain, own = bench.compile(text).api.operations
    assert [(p.name, p.style) for p in plain.parameters] == [("id", "simple"), ("page", "form")]
    assert [(p.name, p.style) for p in own.parameters] == [("id", "label"), ("page", "form")]
