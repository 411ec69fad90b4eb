"""One run says everything that can be said, sorted by place."""

from __future__ import annotations

import pytest

from katana import ir, spec
from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen.openapi import refusals

RESPONSES = "responses: {'200': {description: d}}"


def test_rules_are_checked_although_a_schema_breaks_the_standard(bench):
    found = bench.refused(
        f"""paths:
  /a: {{get: {{operationId: same, {RESPONSES}}}}}
  /b: {{get: {{operationId: same, {RESPONSES}}}}}
components:
  schemas:
    A: {{type: strng}}
    B: {{enum: []}}
    C: {{minLength: a, maxLength: 1}}
"""
    )
    assert [code for code, _, _ in found] == [
        "duplicate-operation-id",
        "invalid-openapi",
        "empty-enum",
        "invalid-openapi",
    ]


def test_schemas_are_checked_although_an_operation_breaks_the_standard(bench):
    found = bench.refused(
        """paths: {/a: {get: {responses: {'200': {}}}}}
components: {schemas: {B: {enum: []}, C: {$recursiveRef: '#'}}}
"""
    )
    assert [code for code, _, _ in found] == ["invalid-openapi", "empty-enum", "unsupported-keyword"]


def test_what_the_generator_refuses_is_said_in_the_same_run_at_its_place(bench):
    path = bench.write(
        f"""openapi: 3.1.0
info: {{title: T, version: "1"}}
paths:
  /a:
    get:
      x-katana-cach: {{}}
      {RESPONSES.replace("200", "103")}
"""
    )
    with pytest.raises(DiagnosticsError) as caught:
        spec.compile(path, refusals=refusals)
    found = [(one.code, one.line, one.column, one.width) for one in caught.value.diagnostics]
    assert found == [("unknown-extension", 6, 7, 13), ("unsupported-status", 7, 19, 5)]


def test_a_refusal_without_a_place_is_shown_at_the_nearest_one(bench):
    def refuse(api: ir.Api) -> list[Diagnostic]:
        return [Diagnostic(file=api.source, code="unsupported-x", message="m", pointer="#/paths/nowhere")]

    with pytest.raises(DiagnosticsError) as caught:
        spec.compile(bench.write("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"), refusals=refuse)
    (found,) = caught.value.diagnostics
    assert (found.line, found.pointer) == (3, "/paths")


@pytest.mark.parametrize(
    "schema",
    [
        "{type: integer, default: x}",
        "{allOf: [{$ref: '#/components/schemas/Spec'}], default: {}}",
        "{type: object, properties: {a: {$ref: '#/components/schemas/Spec', default: 1}}}",
    ],
)
def test_a_default_that_its_own_schema_refuses_is_ignored_with_a_warning(bench, schema):
    spec_of = "Spec: {type: object, required: [image], properties: {image: {type: string}}}"
    text = f"paths: {{}}\ncomponents: {{schemas: {{{spec_of}, A: {schema}}}}}\n"
    compiled = bench.compile(text)
    assert [found.code for found in compiled.warnings] == ["bad-default"]
    assert b'"default"' not in ir.dump(compiled.api)
    assert [code for code, _, _ in bench.refused(text, strict=True)] == ["bad-default"]


def test_examples_beside_media_types_are_ignored_with_a_warning(bench):
    content = "{application/json: {schema: {type: integer}}, examples: {}}"
    compiled = bench.compile(
        f"paths: {{/a: {{get: {{responses: {{'200': {{description: d, content: {content}}}}}}}}}}}\n"
    )
    assert [found.code for found in compiled.warnings] == ["misplaced-examples"]
    (response,) = compiled.api.operations[0].responses
    assert [one.media_type for one in response.contents] == ["application/json"]


def test_the_content_of_a_response_that_has_none_is_ignored_with_a_warning(bench):
    content = "{application/json: {schema: {type: integer}}}"
    compiled = bench.compile(
        f"paths: {{/a: {{get: {{responses: {{'204': {{description: d, content: {content}}}}}}}}}}}\n"
    )
    assert [found.code for found in compiled.warnings] == ["ignored-content"]
    assert compiled.api.operations[0].responses[0].contents == ()
