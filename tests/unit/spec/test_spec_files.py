"""Documents of several files: references, bundles, places."""

from __future__ import annotations

from pathlib import Path

import pytest

from katana import ir, spec
from katana.diagnostics import DiagnosticsError

ROOT = """openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /users/{id}: {$ref: "paths/users.yaml#/one"}
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: array, items: {$ref: "../common/pet.yaml"}}}}
        default: {$ref: "../common/responses.json#/Problem"}
components:
  schemas:
    User:
      type: object
      description: A person.
      properties: {pet: {$ref: "../common/pet.yaml"}, tag: {$ref: "../common/pet.yaml#tag"}}
    Pet: {$ref: "../common/pet.yaml"}
"""
USERS = """one:
  parameters: [{name: id, in: path, required: true, schema: {$ref: "#/defs/Id"}}]
  get:
    operationId: getUser
    responses:
      "200": {description: u, content: {application/json: {schema: {$ref: "../root.yaml#/components/schemas/User"}}}}
defs: {Id: {type: integer, minimum: 1}}
"""
PET = """type: object
properties:
  owner: {$ref: "../specs/root.yaml#/components/schemas/User"}
  parent: {$ref: "#"}
  default: {$ref: "#/$defs/Tag"}
$defs: {Tag: {$anchor: tag, type: string, maxLength: 3}}
"""
RESPONSES = (
    '{"Problem": {"description": "p", "content": {"application/problem+json": {"schema": {"$ref": "pet.yaml"}}}}}'
)


@pytest.fixture
def root(bench) -> Path:
    bench.write(USERS, "specs/paths/users.yaml")
    bench.write(PET, "common/pet.yaml")
    bench.write(RESPONSES, "common/responses.json")
    return bench.write(ROOT, "specs/root.yaml")


def test_schemas_of_other_files_get_names_and_pointers(root):
    compiled = spec.compile(root)
    assert {one.name: one.pointer for one in compiled.api.types} == {
        "Id": "paths/users.yaml#/defs/Id",
        "Pet": "../common/pet.yaml#",
        "Tag": "../common/pet.yaml#/$defs/Tag",
        "User": "#/components/schemas/User",
    }
    assert [operation.name for operation in compiled.api.operations] == ["get_user", "list_pets"]
    assert compiled.warnings == ()


@pytest.mark.parametrize("folder", ["", "specs", "specs/paths"])
def test_the_ir_does_not_depend_on_where_the_command_runs(root, monkeypatch, folder):
    expected = ir.dump(spec.compile(root).api)
    start = root.parent.parent / folder
    monkeypatch.chdir(start)
    assert ir.dump(spec.compile(Path(root).relative_to(start, walk_up=True)).api) == expected


def test_referenced_files_are_listed_as_the_user_would_name_them(root, monkeypatch):
    monkeypatch.chdir(root.parent.parent)
    assert spec.referenced_files(Path("specs/root.yaml")) == (
        "common/pet.yaml",
        "common/responses.json",
        "specs/paths/users.yaml",
    )


def test_a_bundle_is_one_document_with_the_same_meaning(root, bench):
    bundled = spec.bundle(root)
    assert bundled["components"]["schemas"]["User"]["description"] == "A person."
    assert bundled["components"]["schemas"]["Pet"]["properties"]["parent"] == {"$ref": "#/components/schemas/Pet"}
    again = spec.compile(bench.write(bundled, "bundled.json"))
    assert spec.referenced_files(bench.folder / "bundled.json") == ()
    original = spec.compile(root)
    assert {one.name: one.schema for one in again.api.types} == {one.name: one.schema for one in original.api.types}
    assert [operation.name for operation in again.api.operations] == ["get_user", "list_pets"]


def test_a_bundle_moves_mappings_and_keeps_names_apart(bench):
    bench.write("{type: object, required: [k], properties: {k: {const: cat}}}", "cat.yaml")
    bench.write("X: {type: object, properties: {x: {}}}", "other.yaml")
    root = bench.write(
        """openapi: 3.1.0
info: {title: T, version: "1"}
paths: {}
components:
  schemas:
    X: {type: string}
    Y: {$ref: "other.yaml#/X", description: beside}
    Pet:
      oneOf: [{$ref: cat.yaml}]
      discriminator: {propertyName: k, mapping: {cat: cat.yaml}}
"""
    )
    schemas = spec.bundle(root)["components"]["schemas"]
    assert schemas["Y"]["$ref"] == "#/components/schemas/X_2"
    assert schemas["Pet"]["discriminator"]["mapping"] == {"cat": "#/components/schemas/cat"}


def test_pointers_are_located_in_every_file(root, monkeypatch):
    monkeypatch.chdir(root.parent)
    loaded = spec.load(Path("root.yaml"))
    assert loaded.locate("#/components/schemas/User/properties/pet") == ("root.yaml", 18, 20)
    assert loaded.locate("/paths/~1pets/get") == ("root.yaml", 6, 5)
    assert loaded.locate("../common/pet.yaml#/properties/owner") == ("../common/pet.yaml", 3, 3)
    assert spec.locate(Path("root.yaml"), "#/nowhere") == ("root.yaml", 1, 1)
    with pytest.raises(ValueError, match="starts with"):
        loaded.locate("nowhere")


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("https://example.com/a.yaml", "ref-refused"),
        ("//example.com/a.yaml", "ref-refused"),
        ("file:///etc/passwd", "ref-refused"),
        ("/etc/passwd", "ref-refused"),
        ("C:\\\\a.yaml", "ref-refused"),
        ("a\\\\b.yaml", "ref-refused"),
        ("a%00b.yaml", "ref-refused"),
        ("missing.yaml#/A", "ref-unresolved"),
        ("..", "ref-unresolved"),
        ("#/components/schemas/Missing", "ref-unresolved"),
        ("#missing", "ref-unresolved"),
        ("#/components/parameters/P", "ref-kind"),
        ("other.yaml#/NotASchema", "invalid-openapi"),
        ("other.yaml#/List/01", "ref-unresolved"),
        ("broken.yaml", "yaml-syntax"),
    ],
)
def test_a_reference_that_leads_nowhere_good_is_an_error_at_the_reference(bench, reference, code):
    bench.write("NotASchema: 12\nList: [{}, {}]\n", "other.yaml")
    bench.write("a: [", "broken.yaml")
    found = bench.refused(
        f"""paths: {{}}
components:
  parameters: {{P: {{name: p, in: query, schema: {{}}}}}}
  schemas:
    A:
      $ref: "{reference}"
"""
    )
    assert found[0][0] == code
    if code.startswith("ref"):
        assert found == [(code, 6, 13)]


def test_the_same_broken_reference_is_reported_at_each_place(bench):
    schemas = "".join(f"    A{i}: {{$ref: '#/nowhere'}}\n" for i in range(3))
    assert [line for _, line, _ in bench.refused("paths: {}\ncomponents:\n  schemas:\n" + schemas)] == [4, 5, 6]


def test_a_parameter_that_refers_to_itself_is_a_cycle(bench):
    found = bench.refused(
        """paths: {}
components:
  parameters:
    A: {$ref: "#/components/parameters/B"}
    B: {$ref: "#/components/parameters/A"}
"""
    )
    assert {code for code, _, _ in found} == {"ref-cycle"}


def test_every_file_that_cannot_be_read_is_named_once(bench):
    bench.write("a: 1\na: 2\n", "dup.yaml")
    path = bench.write(
        'openapi: 3.1.0\ninfo: {title: T, version: "1"}\npaths: {}\n'
        "components: {schemas: {A: {$ref: dup.yaml}, B: {$ref: dup.yaml}, C: {$ref: no.yaml}}}\n"
    )
    with pytest.raises(DiagnosticsError) as caught:
        spec.compile(path)
    assert [(Path(found.file).name, found.code) for found in caught.value.diagnostics] == [
        ("dup.yaml", "duplicate-key"),
        ("openapi.yaml", "ref-unresolved"),
    ]


def test_a_bundle_of_a_path_that_contains_itself_is_refused(bench):
    bench.write(
        'get: {responses: {"200": {description: d}}, callbacks: {c: {"{$url}": {$ref: item.yaml}}}}\n', "item.yaml"
    )
    path = bench.write('openapi: 3.1.0\ninfo: {title: T, version: "1"}\npaths: {/a: {$ref: item.yaml}}\n')
    with pytest.raises(DiagnosticsError) as caught:
        spec.bundle(path)
    assert caught.value.diagnostics[0].code == "endless-path"
