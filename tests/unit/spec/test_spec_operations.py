"""Operations, parameters, bodies and responses in the IR."""

from __future__ import annotations

from katana import ir

OK = '{"200": {description: ok}}'


def test_an_operation_has_a_python_name_a_tag_and_its_place(bench):
    api = bench.compile(
        f"""
paths:
  /users/{{userId}}:
    get:
      operationId: getUser
      tags: [people, other]
      summary: One user.
      description: Long text.
      deprecated: true
      parameters: [{{name: userId, in: path, required: true, schema: {{type: string}}}}]
      responses: {OK}
    delete:
      parameters: [{{name: userId, in: path, required: true, schema: {{type: string}}}}]
      responses: {OK}
"""
    ).api
    first, second = api.operations
    assert (first.operation_id, first.name, first.method, first.path) == (
        "getUser",
        "get_user",
        "GET",
        "/users/{userId}",
    )
    assert (first.tag, first.summary, first.deprecated) == ("people", "One user.", True)
    assert first.pointer == "#/paths/~1users~1{userId}/get"
    assert (second.operation_id, second.name, second.tag) == ("delete_users_user_id", "delete_users_user_id", "default")
    assert (api.title, api.version, api.source) == ("T", "1", "openapi.yaml")


def test_method_names_are_unique_and_hide_no_annotation(bench):
    paths = "".join(
        f"  /{index}: {{get: {{operationId: {name}, responses: {OK}}}}}\n"
        for index, name in enumerate(["getUser", "get_user", "list", "import"])
    )
    names = [operation.name for operation in bench.compile("paths:\n" + paths).api.operations]
    assert names == ["get_user_2", "get_user", "list_", "import_"]


def test_parameters_stand_in_the_order_of_the_interface(bench):
    (operation,) = bench.compile(
        f"""
paths:
  /a/{{x}}/b/{{y}}:
    parameters:
      - {{name: y, in: path, required: true, schema: {{type: integer}}}}
      - {{name: limit, in: query, schema: {{type: integer, default: 3}}}}
    get:
      parameters:
        - {{name: token, in: cookie, schema: {{type: string}}}}
        - {{name: X-Trace, in: header, schema: {{type: string}}}}
        - {{name: limit, in: query, required: true, schema: {{type: integer, default: 3}}}}
        - {{name: x, in: path, required: true, schema: {{type: string}}}}
        - {{name: ids, in: query, style: pipeDelimited, explode: false, schema: {{type: array, items: {{}}}}}}
        - {{name: Accept, in: header, schema: {{type: string}}}}
      responses: {OK}
"""
    ).api.operations
    assert [(p.name, p.location, p.style, p.explode, p.required) for p in operation.parameters] == [
        ("x", "path", "simple", False, True),
        ("y", "path", "simple", False, True),
        ("limit", "query", "form", True, True),
        ("ids", "query", "pipeDelimited", False, False),
        ("X-Trace", "header", "simple", False, False),
        ("token", "cookie", "form", True, False),
    ]
    assert operation.parameters[4].py_name == "x_trace"
    assert operation.parameters[1].pointer == "#/paths/~1a~1{x}~1b~1{y}/parameters/0"


def test_an_optional_parameter_has_its_default_and_a_safe_name(bench):
    (operation,) = bench.compile(
        f"""
paths:
  /a:
    get:
      parameters:
        - {{name: type, in: query, schema: {{type: string, enum: [a, b], default: a}}}}
        - {{name: body, in: query, schema: {{type: string}}}}
        - {{name: "x[]", in: query, schema: {{$ref: "#/components/schemas/Limit"}}}}
      responses: {OK}
components: {{schemas: {{Limit: {{type: integer, default: 9}}}}}}
"""
    ).api.operations
    first, second, third = operation.parameters
    assert (first.py_name, first.type, first.default) == ("type_", ir.RefType(name="GetAType"), "a")
    assert second.py_name == "body_"
    assert (third.py_name, third.default) == ("x", 9)


def test_bodies_and_responses_are_named_after_the_operation_or_after_themselves(bench):
    api = bench.compile(
        """
paths:
  /a:
    post:
      operationId: createThing
      requestBody:
        required: true
        content:
          Application/JSON; charset=utf-8: {schema: {type: object, properties: {a: {type: string}}}}
          application/octet-stream: {}
      responses:
        "201":
          description: made
          headers: {Location: {required: true, schema: {type: string}}, Content-Type: {schema: {type: string}}}
          content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}
        4XX: {$ref: "#/components/responses/failed"}
        default: {description: none}
components:
  responses:
    failed: {description: f, content: {application/problem+json: {schema: {type: object, properties: {t: {}}}}}}
"""
    ).api
    (operation,) = api.operations
    assert operation.body is not None
    assert operation.body.required
    assert [(c.media_type, c.type) for c in operation.body.contents] == [
        ("application/json", ir.RefType(name="CreateThingRequest")),
        ("application/octet-stream", None),
    ]
    assert [(r.status, [c.type for c in r.contents]) for r in operation.responses] == [
        ("201", [ir.RefType(name="CreateThingResponse")]),
        ("4XX", [ir.RefType(name="FailedResponse")]),
        ("default", []),
    ]
    assert [(h.name, h.py_name, h.required) for h in operation.responses[0].headers] == [("Location", "location", True)]
    assert operation.responses[1].pointer == "#/components/responses/failed"


def test_security_is_carried_as_declared(bench):
    api = bench.compile(
        f"""
security: [{{key: []}}]
paths:
  /a: {{get: {{operationId: a, responses: {OK}}}}}
  /b: {{get: {{operationId: b, responses: {OK}, security: []}}}}
  /c: {{get: {{operationId: c, responses: {OK}, security: [{{}}, {{oauth: [read], key: []}}]}}}}
components:
  securitySchemes:
    key: {{type: apiKey, in: header, name: X-Key, description: text}}
    oauth:
      type: oauth2
      flows: {{clientCredentials: {{tokenUrl: "https://x.example/t", scopes: {{read: May read, admin: All}}}}}}
"""
    ).api
    assert [operation.security for operation in api.operations] == [
        ({"key": ()},),
        (),
        ({}, {"oauth": ("read",), "key": ()}),
    ]
    assert api.security_schemes == {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "oauth": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "https://x.example/t", "scopes": ["admin", "read"]}},
        },
    }


def test_policies_are_carried(bench):
    (operation,) = bench.compile(
        f"""
paths:
  /a:
    get:
      x-katana-deadline: 250ms
      x-katana-cache: {{ttl: 5s, jitter: 10%, keys: [limit]}}
      x-other: {{}}
      responses: {OK}
"""
    ).api.operations
    assert operation.extensions == {
        "x-katana-deadline": "250ms",
        "x-katana-cache": {"ttl": "5s", "jitter": "10%", "keys": ["limit"]},
    }


def test_what_the_ir_holds_survives_its_own_bytes(bench):
    api = bench.compile(
        """
paths:
  /a:
    get:
      responses: {"200": {description: d, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}}
components:
  schemas:
    A: {type: object, properties: {"\\"": {const: "\\u2028"}, n: {enum: [18446744073709551616, 1.5]}}}
"""
    ).api
    assert ir.load(ir.dump(api)) == api
