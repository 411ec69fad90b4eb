"""Equal meaning is equal IR: what may change in a document without a new build."""

from __future__ import annotations

import pytest

from katana import ir, spec

BASE = """openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /a:
    post:
      operationId: post
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}
      responses: {"200": {description: ok}}
components:
  schemas:
    A: {type: object, required: [x, y], properties: {x: {type: integer, minimum: 1}, y: {enum: [p, q]}}}
"""

REWRITTEN = """openapi: '3.1.1'  # a comment
info:
  version: "1"
  title: "T"
  description: new
  contact: {email: a@b.example}
servers: [{url: /v1}]
tags: [{name: x}]
externalDocs: {url: https://docs.example}
paths:
  /a:
    description: new
    post:
      description: new
      responses:
        '200':
          description: other words
      requestBody:
        description: new
        content:
          application/json:
            examples: {one: {value: {x: 1}}}
            schema:
              $ref: '#/components/schemas/A'
              description: beside the reference
      operationId: post
components:
  schemas:
    A:
      description: new
      title: A title
      properties:
        x: {minimum: 1.0, type: [integer], description: new, examples: [1], $comment: c}
        y: {description: new, enum: [p, q]}
      required: ["y", x]
      x-anything: 1
      minProperties: 0
      type: object
  examples: {unused: {value: 1}}
"""


def test_words_order_and_spelling_do_not_change_the_ir(bench):
    assert ir.dump(bench.compile(BASE).api) == ir.dump(bench.compile(REWRITTEN).api)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minimum: 1", "minimum: 2"),
        ("[x, y]", "[x]"),
        ("[p, q]", "[q, p]"),
        ("operationId: post", "operationId: send"),
        ("operationId: post", "operationId: post\n      summary: New."),
        ("/a:", "/b:"),
        ('"200"', '"201"'),
    ],
)
def test_a_change_of_meaning_changes_the_ir(bench, old, new):
    assert ir.digest(bench.compile(BASE).api) != ir.digest(bench.compile(BASE.replace(old, new)).api)


def test_json_and_yaml_of_one_document_are_one_ir(bench):
    document = spec.load(bench.write(BASE)).document
    assert ir.dump(bench.compile(BASE).api) == ir.dump(bench.compile(document).api)
