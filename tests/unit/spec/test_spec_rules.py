"""What the standard and Katana refuse, where it stands, all at once.

One table of documents and messages, which is long because the rules are many.
"""

from __future__ import annotations

import pytest

from katana.diagnostics import DiagnosticsError, render
from katana.spec.validation._unsupported import REFUSED

OK = '{"200": {description: ok}}'
OPERATION = f"{{responses: {OK}}}"
ID = "{name: id, in: path, required: true, schema: {type: string}}"


def operation(text: str) -> str:
    """A document with one operation; `text` starts on line 4, column 7."""
    return f"paths:\n  /a:\n    post:\n      {text}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("paths: {}\nfoo: 1\n", [("invalid-openapi", 2, 1)]),
        ("tags: []\n", [("invalid-openapi", -1, 1)]),
        (operation(f"responses: {OK}\n      respones: {OK}"), [("invalid-openapi", 5, 7)]),
        (operation('responses: {"200": {}}'), [("invalid-openapi", 4, 19)]),
        (operation(f"responses: {OK}\n      tags: x"), [("invalid-openapi", 5, 13)]),
        (
            operation(f"responses: {OK}\n      parameters: [{{name: 1, in: nowhere, schema: {{type: strin}}}}]"),
            [("invalid-openapi", 5, 27), ("invalid-openapi", 5, 34), ("invalid-openapi", 5, 58)],
        ),
    ],
)
def test_what_is_not_openapi_is_an_error_at_its_place(bench, text, found):
    assert bench.refused(text) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "not-openapi"),
        ("{info: {}}", "not-openapi"),
        ("openapi: 2.0.0", "unsupported-version"),
        ("openapi: 3.1", "unsupported-version"),
        ("openapi: 4.0.0", "unsupported-version"),
        ("openapi: [3]", "unsupported-version"),
        ("openapi: 3.1.x", "unsupported-version"),
        ('{"swagger": "2.0"}', "unsupported-version"),
    ],
)
def test_only_openapi_3_is_compiled(bench, text, code):
    path = bench.write(text, "openapi.yaml")
    from katana import spec  # noqa: PLC0415
    from katana.diagnostics import DiagnosticsError  # noqa: PLC0415

    with pytest.raises(DiagnosticsError) as caught:
        spec.compile(path)
    assert [found.code for found in caught.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            (
                f"paths:\n  /a: {{get: {{operationId: x, responses: {OK}}}}}\n"
                f"  /b: {{get: {{operationId: x, responses: {OK}}}}}\n"
            ),
            [("duplicate-operation-id", 3, 27)],
        ),
        (operation(f"operationId: ''\n      responses: {OK}"), [("bad-operation-id", 4, 20)]),
        (
            f"paths:\n  /u/{{id}}: {{parameters: [{ID}], get: {OPERATION}}}\n  /u/{{no}}: {{}}\n",
            [("ambiguous-path", 3, 3)],
        ),
        ("paths:\n  /caf%c3%a9/{a}.{b}: {}\n  /café/{c}.{d}: {}\n", [("ambiguous-path", 3, 3)]),
        ("paths:\n  /%7Eme: {}\n  /~me: {}\n", [("ambiguous-path", 3, 3)]),
        ("paths:\n  /a/{id: {}\n", [("bad-path", 2, 3)]),
        ("paths:\n  /a/{}: {}\n", [("bad-path", 2, 3)]),
        ("paths:\n  /a?b=c: {}\n", [("bad-path", 2, 3)]),
        ("paths:\n  /{a}{b}: {}\n", [("bad-path", 2, 3)]),
        ("paths:\n  /{a}/{a}: {}\n", [("bad-path", 2, 3)]),
        ("paths:\n  /a//b: {}\n", [("bad-path", 2, 3)]),
        ("paths:\n  /a/../b: {}\n", [("bad-path", 2, 3)]),
        ('paths:\n  "/a b": {}\n', [("bad-path", 2, 3)]),
        (f"paths:\n  /a/{{id}}:\n    get: {OPERATION}\n", [("undeclared-path-parameter", 3, 5)]),
        (f"paths:\n  /a:\n    parameters: [{ID}]\n    get: {OPERATION}\n", [("unknown-path-parameter", 3, 25)]),
        (
            operation(
                "parameters: [{name: q, in: query, schema: {}}, {name: q, in: query, schema: {}}]\n      responses: "
                + OK
            ),
            [("duplicate-parameter", 4, 7)],
        ),
        (
            operation(
                "parameters: [{name: X-A, in: header, schema: {}}, {name: x-a, in: header, schema: {}}]\n"
                "      responses: " + OK
            ),
            [("duplicate-parameter", 4, 7)],
        ),
        (
            operation('parameters: [{name: "a b", in: header, schema: {}}]\n      responses: ' + OK),
            [("bad-parameter-name", 4, 27)],
        ),
        (
            f"paths:\n  /a:\n    trace:\n      requestBody: {{content: {{text/plain: {{}}}}}}\n      responses: {OK}\n",
            [("body-not-allowed", 4, 7)],
        ),
        (operation("requestBody: {content: {}}\n      responses: " + OK), [("no-content", 4, 7)]),
        (operation("requestBody: {content: {json: {}}}\n      responses: " + OK), [("bad-media-type", 4, 31)]),
        (
            operation("requestBody: {content: {a/b: {}, A/B;c=d: {}}}\n      responses: " + OK),
            [("duplicate-media-type", 4, 40)],
        ),
        (
            'openapi: 3.0.3\ninfo: {title: T, version: "1"}\npaths:\n  /a:\n    get:\n      responses: {x-none: 1}\n',
            [("no-responses", 5, 5)],
        ),
        (
            operation('responses: {"200": {description: d, headers: {"a b": {schema: {}}}}}'),
            [("bad-header-name", 4, 53)],
        ),
        (operation(f"security: [{{nope: []}}]\n      responses: {OK}"), [("unknown-security-scheme", 4, 19)]),
    ],
)
def test_a_contract_that_cannot_be_served_is_refused(bench, text, found):
    assert bench.refused(text) == found


def test_an_operation_that_declares_no_responses_answers_204_with_a_warning(bench):
    compiled = bench.compile(operation("summary: x"))
    (warning,) = compiled.warnings
    assert (warning.code, warning.pointer) == ("undeclared-responses", "/paths/~1a/post")
    assert [response.status for response in compiled.api.operations[0].responses] == ["204"]


def test_without_responses_a_webhook_takes_any_success(bench):
    compiled = bench.compile("webhooks:\n  a:\n    post: {summary: x}\n")
    assert [warning.code for warning in compiled.warnings] == ["undeclared-responses"]
    assert [response.status for response in compiled.api.outgoing[0].operation.responses] == ["2XX"]


@pytest.mark.parametrize(
    ("version", "code", "kept"), [("3.0.3", "ignored-body", False), ("3.1.1", "body-without-meaning", True)]
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_the_body_of_a_get_counts_from_openapi_3_1_on(bench, method, version, code, kept):
    text = f'openapi: {version}\ninfo: {{title: T, version: "1"}}\npaths:\n  /a:\n    {method}:\n'
    compiled = bench.compile(f"{text}      requestBody: {{content: {{text/plain: {{}}}}}}\n      responses: {OK}\n")
    assert [warning.code for warning in compiled.warnings] == [code]
    assert (compiled.api.operations[0].body is not None) is kept


def test_openapi_3_0_requires_responses(bench):
    head = 'openapi: 3.0.3\ninfo: {title: T, version: "1"}\n'
    assert bench.refused(head + operation("summary: x")) == [("invalid-openapi", 5, 5)]


SCHEMES = "components:\n  securitySchemes:\n    s: "


@pytest.mark.parametrize(
    ("scheme", "found"),
    [
        ("{type: http, scheme: not a token}", [("bad-http-scheme", 4, 29)]),
        ('{type: apiKey, in: header, name: "X Key"}', [("bad-parameter-name", 4, 41)]),
    ],
)
def test_a_security_scheme_that_cannot_be_asked_for_is_refused(bench, scheme, found):
    assert bench.refused(f"paths: {{}}\n{SCHEMES}{scheme}\n") == found


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ("{type: http, scheme: digset}", "unknown-http-scheme"),
        ("{type: http, scheme: House}", "unknown-http-scheme"),
        ('{type: openIdConnect, openIdConnectUrl: "http://a/b"}', "insecure-url"),
    ],
)
def test_a_doubtful_security_scheme_is_a_warning(bench, scheme, code):
    compiled = bench.compile(f"paths: {{}}\n{SCHEMES}{scheme}\n")
    assert [found.code for found in compiled.warnings] == [code]


@pytest.mark.parametrize("scheme", ["bearer", "BASIC", "digest", "Negotiate", "DPoP"])
def test_registered_http_schemes_are_known_in_any_case(bench, scheme):
    assert bench.compile(f"paths: {{}}\n{SCHEMES}{{type: http, scheme: {scheme}}}\n").warnings == ()


SCHEMA = "paths: {{}}\ncomponents:\n  schemas:\n    A: {}\n"


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ('{type: string, pattern: "("}', [("bad-pattern", 4, 32)]),
        ('{patternProperties: {"[": {}}, type: object}', [("bad-pattern", 4, 29)]),
        ("{enum: []}", [("empty-enum", 4, 9)]),
        ("{type: string, minLength: 3, maxLength: 2}", [("empty-range", 4, 5)]),
        ("{type: string, readOnly: true, writeOnly: true}", [("read-only-write-only", 4, 5)]),
        ("{allOf: [{$ref: '#/components/schemas/A'}]}", [("endless-schema", 4, 18)]),
        ("{$ref: '#/components/schemas/A'}", [("endless-schema", 4, 9)]),
        ("{anyOf: [{type: string}, {not: {$ref: '#/components/schemas/A'}}]}", [("endless-schema", 4, 40)]),
        ("{$dynamicRef: '#a', $dynamicAnchor: a}", [("endless-schema", 4, 9)]),
        ("{$recursiveRef: '#'}", [("unsupported-keyword", 4, 9)]),
        ("{dependencies: {}}", [("unsupported-keyword", 4, 9)]),
        ("{$schema: 'http://json-schema.org/draft-07/schema#'}", [("unsupported-dialect", 4, 9)]),
        (
            (
                "{type: object, properties: {d: {oneOf: [{$ref: '#/components/schemas/A'}], "
                "discriminator: {propertyName: k, mapping: {x: Nope}}}}}"
            ),
            [("ref-unresolved", 4, 129)],
        ),
    ],
)
def test_a_schema_that_cannot_be_decided_is_refused(bench, schema, found):
    found_now = bench.refused(SCHEMA.format(schema))
    assert [one for one in found_now if one[0] != "discriminator-mapping"] == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            operation("callbacks: {c: {nowhere: " + f"{{post: {OPERATION}}}" + "}}\n      responses: " + OK),
            "unknown-callback-url",
        ),
        (operation("parameters: [{name: accept, in: header, schema: {}}]\n      responses: " + OK), "ignored-header"),
        (
            (
                f"paths:\n  /a/{{id}}: {{parameters: [{ID}], get: {OPERATION}}}\n"
                f"  /{{id}}/b: {{parameters: [{ID}], get: {OPERATION}}}\n"
            ),
            "overlapping-paths",
        ),
        (SCHEMA.format("{properties: {a: {}}}"), "missing-type"),
        (SCHEMA.format("{minLenght: 1}"), "unknown-keyword"),
        (SCHEMA.format("{type: string, format: emial}"), "unknown-format"),
        (SCHEMA.format("{type: string, nullable: true}"), "unknown-keyword"),
        (SCHEMA.format("{enum: [a, a]}"), "duplicate-enum"),
        (SCHEMA.format("{type: object, discriminator: {propertyName: a}}"), "discriminator-alone"),
        (SCHEMA.format("{oneOf: [{type: object}], discriminator: {propertyName: a}}"), "discriminator-inline"),
        (
            "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
            + SCHEMA.format("{nullable: true, oneOf: [{type: string}]}"),
            "nullable-without-type",
        ),
        (
            "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
            + SCHEMA.format("{nullable: true, type: string, enum: [a]}"),
            "nullable-enum",
        ),
        (
            (
                "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"
                "components: {schemas: {A: {}, B: {$ref: '#/components/schemas/A', nullable: true}}}\n"
            ),
            "ref-siblings",
        ),
        (
            "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
            "paths: {/a: {delete: {requestBody: {content: {a/b: {}}}, responses: " + OK + "}}}\n",
            "body-without-meaning",
        ),
    ],
)
def test_what_is_hardly_meant_is_a_warning_and_an_error_when_strict(bench, text, code):
    assert [found.code for found in bench.compile(text).warnings] == [code]
    assert code in [found[0] for found in bench.refused(text, strict=True)]


def test_a_media_type_without_a_type_is_how_files_and_events_are_described(bench):
    assert bench.compile(SCHEMA.format("{contentMediaType: image/png}")).warnings == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("openapi: 3.2\ninfo: {title: T, version: '1'}\npaths: {}\n", "write `openapi: 3.2.0`"),
        (operation("responses: {2002: {description: x}}"), "a status has three digits"),
        (operation("security: [{kye: []}]\n      responses: " + OK), "did you mean `key`?"),
        (operation("responses: {200: {description: x, content: {a/b: {itemSchema: {}}}}}"), "it is of OpenAPI 3.2"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(bench, text, hint):
    if "kye" in text:
        text += "components: {securitySchemes: {key: {type: apiKey, in: header, name: X}}}\n"
    with pytest.raises(DiagnosticsError) as caught:
        bench.compile(text)
    assert any(hint in found.hint for found in caught.value.diagnostics)


UNSUPPORTED = {
    "jsonSchemaDialect": "jsonSchemaDialect: 'https://a.example'",
    "encoding": "components: {requestBodies: {B: {content: {multipart/mixed: {encoding: {a: {encoding: {}}}}}}}}",
    "itemSchema": "components: {requestBodies: {B: {content: {multipart/mixed: {itemSchema: {}}}}}}",
    "prefixEncoding": "components: {requestBodies: {B: {content: {multipart/mixed: {prefixEncoding: [{}]}}}}}",
    "itemEncoding": "components: {requestBodies: {B: {content: {multipart/mixed: {itemEncoding: {}}}}}}",
    "nested encoding": (
        "components: {requestBodies: {B: {content: {multipart/mixed: "
        "{encoding: {a: {encoding: {b: {}}}, d: {prefixEncoding: [{}], itemEncoding: {}}}}}}}}"
    ),
    "path siblings": "paths: {/a: {$ref: '#/components/pathItems/I', get: "
    + OPERATION
    + "}}\ncomponents: {pathItems: {I: {}}}",
}


@pytest.mark.parametrize("name", sorted(UNSUPPORTED))
def test_what_is_not_supported_has_a_code_a_place_and_advice(bench, name):
    head = "openapi: 3.2.0\ninfo: {title: T, version: '1'}\n"
    body = UNSUPPORTED[name] if "paths" in UNSUPPORTED[name] else UNSUPPORTED[name] + "\npaths: {}"
    found = bench.refused(head + body + "\n")
    assert found
    assert all(code.startswith("unsupported-") and line >= 3 and column > 0 for code, line, column in found)


def test_every_refused_construct_is_tried_above():
    tried = " ".join(UNSUPPORTED.values())
    assert all(construct.name in tried for construct in REFUSED if construct.kind != "schema")


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("x-katana-cash: {}", "unknown-extension"),
        ("x-katana-alloc: stack", "bad-extension"),
        ("x-katana-json: DOM", "bad-extension"),
        ("x-katana-deadline: 5 s", "bad-extension"),
        ("x-katana-deadline: 0", "bad-extension"),
        ("x-katana-consistency: bounded(5)", "bad-extension"),
        ("x-katana-prefetch: [posts]", "bad-extension"),
        ("x-katana-cache: {jitter: 1s}", "bad-extension"),
        ("x-katana-cache: {ttl: 1s, invalidate_on: [users]}", "bad-extension"),
        ("x-katana-rate-limit: {requests: 0, window: 1s}", "bad-extension"),
        ("x-katana-limits: {body: 1 MB}", "bad-extension"),
        ("x-katana-limits: {boddy: 1MB}", "bad-extension"),
        ("x-katana-idempotency: {}", "bad-extension"),
    ],
)
def test_a_bad_extension_is_an_error(bench, member, code):
    found = bench.refused(operation(f"{member}\n      responses: {OK}"))
    assert {one[0] for one in found} == {code}
    assert {one[1] for one in found} == {4}


@pytest.mark.parametrize(
    "member",
    [
        "x-katana-alloc: pmr",
        "x-katana-json: zero-copy",
        "x-katana-cache: {ttl: 1.5, vary: [Accept-Language], invalidate_on: ['POST /users'], private: true}",
        "x-katana-idempotency: {ttl: 1d, key_from: header.Idempotency-Key}",
        "x-katana-rate-limit: {requests: 10, window: 1m, by: ip, algorithm: sliding-window}",
        "x-katana-deadline: 250ms",
        "x-katana-consistency: bounded(5s)",
        "x-katana-limits: {body: 64KiB, headers: 8192, concurrency: 4}",
    ],
)
def test_a_good_extension_is_no_error(bench, member):
    found = bench.compile(operation(f"{member}\n      responses: {OK}"))
    assert {warning.code for warning in found.warnings} <= {"policy-without-effect"}


@pytest.mark.parametrize(
    "text",
    [
        "x-katana-alloc: heap\npaths: {}\n",
        "paths:\n  x-katana-alloc: heap\n",
        "paths:\n  /a:\n    x-katana-json: dom\n",
        SCHEMA.format("{x-katana-json: dom}"),
    ],
)
def test_an_extension_anywhere_else_is_an_error_because_it_would_do_nothing(bench, text):
    assert [code for code, _, _ in bench.refused(text)] == ["misplaced-extension"]


def test_a_property_may_be_called_like_an_extension(bench):
    bench.compile(SCHEMA.format("{type: object, properties: {x-katana-foo: {}}, example: {x-katana-bar: 1}}"))


def test_ten_thousand_paths_are_compared_in_bounded_time(bench):
    paths = "".join(f"  /a{i}/{{x}}/c: {{}}\n  /{{x}}/b{i}/c: {{}}\n" for i in range(1500))
    compiled = bench.compile("paths:\n" + paths)
    assert len(compiled.warnings) == 100


def test_a_diagnostic_shows_the_line_with_an_arrow(bench, monkeypatch):
    monkeypatch.chdir(bench.folder)
    from pathlib import Path  # noqa: PLC0415

    from katana import spec  # noqa: PLC0415
    from katana.diagnostics import DiagnosticsError  # noqa: PLC0415

    bench.write("openapi: 3.1.0\ninfo: {title: T, version: 1}\npaths: {}\n")
    with pytest.raises(DiagnosticsError) as caught:
        spec.compile(Path("openapi.yaml"))
    assert render(caught.value.diagnostics, lambda file: Path(file).read_text("utf-8")) == (
        "openapi.yaml:2:27: error: has to be a string, not 1 [invalid-openapi]\n"
        "  2 | info: {title: T, version: 1}\n"
        "    |                           ^\n"
        "  at /info/version\n"
        "  help: put it in quotes\n"
    )
