# mypy: disable-error-code="no-untyped-call, no-untyped-def"
import pytest

from katana.openapi.references import referred_files


@pytest.mark.parametrize(
    "text",
    [
        "schema:\n  $ref: shapes/user.yaml#/User\n",
        "oneOf:\n  - $ref: shapes/user.yaml#/User\n",
        "schema: {$ref: shapes/user.yaml}\n",
        "schema: { '$ref': 'shapes/user.yaml#/User' }\n",
        '{"allOf": [{"$ref": "shapes/user.yaml#/User"}]}',
        '{"$ref":\n"shapes/user.yaml"}',
        "$ref: ./shapes/../shapes/user.yaml # the person\n",
        "$ref: shapes%2Fuser.yaml\n",
    ],
)
def test_a_reference_is_found_wherever_it_stands(text):
    assert referred_files("openapi/users.yaml", text.encode()) == ("openapi/shapes/user.yaml",)


def test_a_reference_may_leave_the_directory_upwards():
    assert referred_files("src/openapi/users.yaml", b"$ref: ../shared/problem.yaml") == ("src/shared/problem.yaml",)


def test_references_are_sorted_and_named_once():
    text = b"a: {$ref: b.yaml#/x}\nb: {$ref: a.yaml}\nc: {$ref: b.yaml#/y}\n"
    assert referred_files("users.yaml", text) == ("a.yaml", "b.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "$ref: '#/components/schemas/User'",
        "$ref: https://example.com/user.yaml",
        "$ref: /etc/passwd",
        "$ref: ../../outside.yaml",
        "$ref: users.yaml#/components",
        "$ref: '**/*.yaml'",
        "$ref: '!users.yaml'",
        "$ref:",
        "ref: other.yaml",
    ],
)
def test_what_leads_to_no_other_file_of_the_repository_is_no_input(text):
    assert referred_files("openapi/users.yaml", text.encode()) == ()


def test_bytes_that_are_no_text_are_no_error():
    assert referred_files("users.yaml", b"\xff\xfe$ref: \xff.yaml") == ("\ufffd.yaml",)
