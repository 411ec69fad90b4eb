"""References by name: `$id`, `$anchor`, `$self`, and `$dynamicRef` where the build can decide it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from katana import spec
from katana.diagnostics import DiagnosticsError

HEAD = 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\npaths: {}\ncomponents:\n  schemas:\n'


def types(compiled: spec.Compiled) -> dict[str, Any]:
    return {one.name: one.schema for one in compiled.api.types}


def valid(compiled: spec.Compiled, name: str, value: object) -> bool:
    schema = {"$defs": types(compiled), "$ref": f"#/$defs/{name}"}
    return jsonschema_rs.validator_for(schema).is_valid(value)


def test_a_schema_is_found_by_its_id_relative_to_the_schema_around_it(bench):
    compiled = bench.compile(
        HEAD
        + """    Tree:
      $id: https://example.com/schemas/tree
      type: object
      properties: {root: {$ref: node}, again: {$ref: '#/properties/root'}, size: {$ref: '#size'}}
      $defs: {Size: {$anchor: size, type: integer}}
    Node:
      $id: https://example.com/schemas/node
      type: object
      properties: {value: {type: string}, tree: {$ref: 'https://example.com/schemas/tree'}}
"""
    )
    properties = types(compiled)["Tree"]["properties"]
    assert properties["root"] == {"$ref": "#/$defs/Node"}
    assert properties["size"] == {"$ref": "#/$defs/Size"}
    assert types(compiled)["Node"]["properties"]["tree"] == {"$ref": "#/$defs/Tree"}
    assert compiled.warnings == ()


def test_an_anchor_belongs_to_the_schema_with_the_nearest_id(bench):
    compiled = bench.compile(
        HEAD
        + """    A: {$id: a, $anchor: here, type: string, maxLength: 1}
    B: {$id: b, type: array, items: {$ref: '#here'}, $defs: {X: {$anchor: here, type: integer}}}
    C: {$id: c, type: array, items: {$ref: 'a#here'}}
"""
    )
    assert valid(compiled, "B", [1])
    assert not valid(compiled, "B", ["a"])
    assert valid(compiled, "C", ["a"])
    assert not valid(compiled, "C", ["ab"])


def test_files_refer_to_each_other_by_their_ids(bench):
    bench.write("{$id: 'https://example.com/pet.json', type: object, properties: {o: {$ref: owner.json}}}", "pet.yaml")
    bench.write(
        "{$id: 'https://example.com/owner.json', type: object, properties: {p: {$ref: pet.json}}}", "owner.yaml"
    )
    compiled = bench.compile(HEAD + "    Pet: {$ref: pet.yaml}\n    Owner: {$ref: owner.yaml}\n")
    assert types(compiled)["Pet"]["properties"]["o"] == {"$ref": "#/$defs/Owner"}
    assert types(compiled)["Owner"]["properties"]["p"] == {"$ref": "#/$defs/Pet"}


def test_a_name_that_no_schema_has_is_looked_for_beside_the_file(bench):
    bench.write("{$id: 'https://example.com/schemas/pet.json', type: array, items: {$ref: tag.json}}", "pet.json5.yaml")
    bench.write('{"type": "string", "maxLength": 3}', "tag.json")
    compiled = bench.compile(HEAD + "    Pet: {$ref: pet.json5.yaml}\n")
    assert not valid(compiled, "Pet", ["long"])


def test_self_is_the_name_of_the_document(bench):
    text = HEAD.replace("3.1.0", "3.2.0").replace("paths:", "$self: https://example.com/api/openapi\npaths:")
    bench.write("type: array\nitems: {$ref: 'https://example.com/api/openapi#/components/schemas/Id'}\n", "ids.yaml")
    compiled = bench.compile(
        text + "    Id: {type: integer}\n    Ids: {$ref: ids.yaml}\n    Own: {$ref: openapi#/components/schemas/Id}\n"
    )
    assert valid(compiled, "Ids", [1])
    assert not valid(compiled, "Ids", ["a"])
    assert not valid(compiled, "Own", "a")


@pytest.mark.parametrize(
    ("schemas", "found"),
    [
        ("    A: {$id: a}\n    B: {$id: a}\n", ("duplicate-id", 7, 14)),
        ("    A: {$anchor: a}\n    B: {$anchor: a}\n", ("duplicate-anchor", 7, 18)),
        ("    A: {$id: 'a#b'}\n", ("bad-id", 6, 14)),
        ("    A: {$id: a, $ref: '#nowhere'}\n", ("ref-unresolved", 6, 23)),
        ("    A: {$ref: 'https://example.com/nowhere'}\n", ("ref-refused", 6, 15)),
        ("    A: {$ref: 'urn:example:nowhere'}\n", ("ref-refused", 6, 15)),
        ("    A: {$recursiveRef: '#'}\n", ("unsupported-keyword", 6, 9)),
        ("    A: {$dynamicRef: '#nowhere'}\n", ("ref-unresolved", 6, 22)),
        ("    A: {$dynamicRef: '#a', $ref: '#a', $anchor: a}\n", ("unsupported-dynamic-ref", 6, 9)),
    ],
)
def test_a_name_that_leads_nowhere_or_to_two_places_is_refused_at_its_place(bench, schemas, found):
    assert found in bench.refused(HEAD + schemas)


def test_what_looks_like_an_id_in_data_or_as_a_property_is_none(bench):
    compiled = bench.compile(
        HEAD
        + """    A:
      type: object
      properties: {$id: {type: string}, $anchor: {type: string}}
      example: {$id: a, $anchor: b}
    B: {const: {$id: a}}
"""
    )
    assert set(types(compiled)["A"]["properties"]) == {"$id", "$anchor"}


GENERIC = """    List:
      $id: list
      type: array
      items: {$dynamicRef: '#item'}
      $defs: {any: {$dynamicAnchor: item}}
    Numbers:
      $id: numbers
      $ref: list
      $defs: {number: {$dynamicAnchor: item, type: number}}
    Words:
      $id: words
      $ref: list
      $defs: {word: {$dynamicAnchor: item, type: string}}
    Both:
      type: object
      properties: {numbers: {$ref: numbers}, words: {$ref: words}, anything: {$ref: list}}
"""


def test_a_generic_container_is_one_type_for_each_use(bench):
    compiled = bench.compile(HEAD + GENERIC)
    assert valid(compiled, "Both", {"numbers": [1], "words": ["a"], "anything": [1, "a"]})
    assert not valid(compiled, "Both", {"numbers": ["a"]})
    assert not valid(compiled, "Both", {"words": [1]})
    assert not valid(compiled, "Numbers", ["a"])
    assert valid(compiled, "List", [1, "a"])
    assert {"List", "Numbers", "Words", "ListOfNumber", "ListOfWord"} <= set(types(compiled))


TREE = """    Tree:
      $id: tree
      $dynamicAnchor: node
      type: object
      properties: {data: true, children: {type: array, items: {$dynamicRef: '#node'}}}
    StrictTree:
      $id: strict-tree
      $dynamicAnchor: node
      $ref: tree
      unevaluatedProperties: false
"""


def test_an_extended_tree_is_extended_at_every_level(bench):
    compiled = bench.compile(HEAD + TREE)
    misspelled = {"children": [{"daat": 1}]}
    assert valid(compiled, "Tree", misspelled)
    assert not valid(compiled, "StrictTree", misspelled)
    assert valid(compiled, "StrictTree", {"children": [{"data": 1, "children": []}]})


def test_a_dynamic_reference_to_a_plain_anchor_is_a_reference(bench):
    compiled = bench.compile(
        HEAD
        + """    List: {$id: list, items: {$dynamicRef: '#item'}, $defs: {a: {$anchor: item, type: string}}}
    Numbers: {$id: numbers, $ref: list, $defs: {number: {$dynamicAnchor: item, type: number}}}
"""
    )
    assert valid(compiled, "Numbers", ["a"])
    assert not valid(compiled, "Numbers", [1])


def test_what_does_not_ask_for_a_dynamic_anchor_stays_one_type(bench):
    compiled = bench.compile(
        HEAD + GENERIC + "    User: {type: object, properties: {n: {$ref: numbers}}}\n"
        "    Users: {$id: users, type: array, items: {$ref: '#/$defs/U'}, "
        "$defs: {U: {type: object, properties: {a: {}}}, x: {$dynamicAnchor: item, type: boolean}}}\n"
    )
    assert [name for name in types(compiled) if name.startswith("U")] == ["U", "User", "Users"]


def test_a_dynamic_reference_below_another_schema_with_its_anchor_is_refused(bench):
    inner = "{$id: inner, type: array, items: {$dynamicRef: '#x'}, $defs: {d: {$dynamicAnchor: x}}}"
    outer = f"{{$id: outer, properties: {{a: {inner}}}, $defs: {{d: {{$dynamicAnchor: x, type: string}}}}}}"
    found = bench.refused(HEAD + f"    A: {outer}\n")
    assert [code for code, _, _ in found] == ["unsupported-dynamic-ref"]


def test_the_bindings_of_dynamic_anchors_are_bounded(bench):
    names = [f"n{i}" for i in range(12)]
    asks = ", ".join(f"{{$dynamicRef: '#{name}'}}" for name in names)
    anchors = ", ".join(f"d{name}: {{$dynamicAnchor: {name}}}" for name in names)
    text = f"    Base: {{$id: base, anyOf: [{asks}], $defs: {{{anchors}}}}}\n"
    for name in names:  # each chooses whether it binds its name, so there are 2^12 ways to the base
        number = int(name[1:])
        following = "base" if number == 11 else f"s{number + 1}"
        text += (
            f"    S{number}: {{$id: s{number}, type: object, properties: {{p: {{$ref: {following}}}, "
            f"q: {{$ref: t{number}}}}}}}\n"
            f"    T{number}: {{$id: t{number}, type: object, properties: {{p: {{$ref: {following}}}}}, "
            f"$defs: {{d: {{$dynamicAnchor: {name}, type: string}}}}}}\n"
        )
    assert {code for code, _, _ in bench.refused(HEAD + text)} == {"unsupported-dynamic-ref"}


def test_a_bundle_of_schemas_with_names_needs_no_names(bench):
    bench.write("{$id: 'https://example.com/tag', $anchor: t, type: string, maxLength: 3}", "tag.yaml")
    path = bench.write(
        HEAD + "    Pet: {$id: 'https://example.com/pet', type: array, items: {$ref: 'tag#t'}}\n"
        "    Tag: {$ref: tag.yaml}\n    Pets: {type: array, items: {$ref: 'https://example.com/pet'}}\n"
    )
    bundled = spec.bundle(path)
    assert "$id" not in bundled["components"]["schemas"]["Pet"]
    again = spec.compile(bench.write(bundled, "bundled.json"))
    assert types(again) == types(spec.compile(path))


def test_a_bundle_does_not_lose_what_a_dynamic_reference_means(bench):
    path = bench.write(HEAD + GENERIC)
    with pytest.raises(DiagnosticsError) as caught:
        spec.bundle(path)
    assert {found.code for found in caught.value.diagnostics} == {"unsupported-dynamic-ref"}


def test_files_that_are_referred_to_by_path_are_known_by_their_names_everywhere(bench):
    bench.write("{$id: 'urn:example:tag', type: string, maxLength: 3}", "tag.yaml")
    path: Path = bench.write(HEAD + "    A: {$ref: 'urn:example:tag'}\n    B: {$ref: tag.yaml}\n")
    compiled = spec.compile(path)
    assert not valid(compiled, "A", "long")


def test_a_media_type_may_be_a_component(bench):
    compiled = bench.compile(
        """openapi: 3.2.0
info: {title: T, version: "1"}
paths:
  /a:
    get:
      responses:
        "200": {description: d, content: {application/json: {$ref: '#/components/mediaTypes/Pet'}}}
components:
  mediaTypes: {Pet: {schema: {$ref: '#/components/schemas/Pet'}}}
  schemas: {Pet: {type: object, properties: {name: {type: string}}}}
"""
    )
    (content,) = compiled.api.operations[0].responses[0].contents
    assert content.schema == {"$ref": "#/$defs/Pet"}


def test_a_path_that_refers_may_be_documented_and_nothing_more(bench):
    shared = "openapi: 3.2.0\ninfo: {title: T, version: '1'}\n"
    shared += "components: {pathItems: {I: {get: {responses: {'200': {description: d}}}}}}\n"
    item = "paths: {/a: {$ref: '#/components/pathItems/I', BESIDE}}\n"
    compiled = bench.compile(shared + item.replace("BESIDE", "summary: s, servers: []"))
    assert [operation.path for operation in compiled.api.operations] == ["/a"]
    found = bench.refused(shared + item.replace("BESIDE", "parameters: []"))
    assert [code for code, _, _ in found] == ["unsupported-path-item-siblings"]
