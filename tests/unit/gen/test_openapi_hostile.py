"""Text of a contract never becomes code, wherever it stands."""

from __future__ import annotations

import ast
import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from katana import ir
from katana.diagnostics import DiagnosticsError
from katana.gen.openapi import generate
from katana.gen.source import SourceError

_PAYLOAD = "import os; os.environ['KATANA_PWNED'] = '1'"
_ENDINGS = [
    f'"""\n{_PAYLOAD}\n"""',
    f"'''\n{_PAYLOAD}\n'''",
    f'"\n{_PAYLOAD}\n"',
    f"'\n{_PAYLOAD}\n'",
    f'\\"""\n{_PAYLOAD}\n#',
    f'\\\\"""\n{_PAYLOAD}\n#',
    f"\r{_PAYLOAD}",
    f"\r\n{_PAYLOAD}",
    f"\u2028{_PAYLOAD}\u2029{_PAYLOAD}\x85{_PAYLOAD}",
    f"\x0b{_PAYLOAD}\x0c{_PAYLOAD}\x1c{_PAYLOAD}",
    "{os.environ.__setitem__('KATANA_PWNED', '1')}",
    "%(x)s {0} {x!r} $x",
    "\\",
    '"',
    "\\N{BULLET} \\x00 \\u0041",
    "\u202e\u2066 bidi",
    "nul \x00 escape \x1b[2J",
]


def _api(text: str) -> ir.Api:
    """An API that has `text` in every place that takes any text."""
    string = ir.StringType(pattern=None)
    schema = {"type": "string", "title": text, "enum": [text]}
    fields = (
        ir.Field(
            name=re.sub(r'["\\\x00-\x1f]', "", text),
            py_name="a",
            type=ir.EnumType(values=(text, 1, None)),
            required=True,
        ),
        ir.Field(name="b", py_name="b", type=string, default=text),
        ir.Field(name="c", py_name="c", type=ir.ArrayType(items=string), default=[text]),
        ir.Field(name="d", py_name="d", type=ir.IntegerType(format=text)),
        ir.Field(name="e", py_name="e", type=ir.NumberType(format=text)),
        ir.Field(name="f", py_name="f", type=ir.StringType(format=text)),
    )
    types = (
        ir.TypeDef(
            name="Thing",
            pointer=f"#/components/schemas/{text}",
            type=ir.ObjectType(fields=fields),
            schema={
                "type": "object",
                "required": [text],
                "properties": {text: {"enum": [text]}},
                "not": {"const": text},
            },
            checks=("not",),
        ),
    )
    parameters = (
        ir.Parameter(
            name=text, py_name="q", location="query", type=ir.EnumType(values=(text,)), schema=schema, pointer=text,
            style="form", explode=True, default=text,
        ),
    )  # fmt: skip
    problem = ir.Content(media_type="application/problem+json")
    operation = ir.Operation(
        operation_id=text,
        name="op",
        method="POST",
        path="/" + text.replace("{", "").replace("}", ""),
        tag=text,
        pointer=text,
        summary=text,
        parameters=parameters,
        body=ir.Body(
            pointer=text,
            required=True,
            contents=(
                ir.Content(
                    media_type="application/json", type=ir.RefType(name="Thing"), schema={"$ref": "#/$defs/Thing"}
                ),
            ),
        ),
        responses=(
            ir.Response(
                status="200",
                pointer=text,
                contents=(ir.Content(media_type="application/json", type=ir.EnumType(values=(text,)), schema=schema),),
            ),
            ir.Response(status="404", pointer=text, contents=(problem,)),
        ),
        security=({text: ()},),
    )
    return ir.Api(
        title=text,
        version=text,
        source=text,
        operations=(operation,),
        types=types,
        security_schemes={text: {"type": "apiKey", "in": "header", "name": text}},
    )


@pytest.mark.parametrize("text", _ENDINGS)
def test_text_that_tries_to_end_a_literal_stays_text(text):
    os.environ.pop("KATANA_PWNED", None)
    tree = generate(_api(text), "hostile_api")
    for path, module in tree.items():
        compiled = ast.parse(module)
        names = {node.id for node in ast.walk(compiled) if isinstance(node, ast.Name)}
        modules = {alias.name for node in ast.walk(compiled) if isinstance(node, ast.Import) for alias in node.names}
        assert not {"os", "_PAYLOAD"} & (names | modules), path
    assert "KATANA_PWNED" not in os.environ


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20) | st.text(st.sampled_from("\"'\\\n\r{}#%`()[]:;, \u2028\x00aé"), max_size=12))
def test_any_text_gives_the_same_syntax_as_harmless_text(text):
    def shape(value: str) -> dict[str, list[str]]:
        return {
            path: sorted(type(node).__name__ for node in ast.walk(ast.parse(module)) if isinstance(node, ast.stmt))
            for path, module in generate(_api(value), "hostile_api").items()
            if not path.endswith("dto.py")
        }

    assert shape(f"x{text}") == shape("harmless")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20) | st.text(st.sampled_from("\"'\\\n\r{}#%\u2028\x00aé"), max_size=12))
def test_literals_have_the_value_that_they_were_made_from(text):
    tree = generate(_api(f"x{text}"), "hostile_api")
    constants = {
        node.value
        for node in ast.walk(ast.parse(tree["hostile_api/dto.py"]))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert f"x{text}" in constants


@pytest.mark.parametrize("name", ["a b", "a;b", "class", "", "1a", "é", "a\n", "None", "__import__('os')"])
def test_a_name_that_is_no_identifier_is_refused_not_printed(name):
    field = ir.Field(name="x", py_name=name, type=ir.AnyType())
    types = (ir.TypeDef(name="T", pointer="#", type=ir.ObjectType(fields=(field,)), schema={}),)
    with pytest.raises(SourceError, match="not a Python identifier"):
        generate(ir.Api(title="t", version="1", source="s", operations=(), types=types), "x_api")


def test_hostile_patterns_cannot_take_time(build_body):
    package = build_body({"type": "string", "pattern": "^(a+)+$"})
    assert package.errors("POST", "/", "a" * 5000 + "b") == [("body", "", "must match the pattern ^(a+)+$")]
    with pytest.raises(DiagnosticsError, match="cannot be matched in linear time"):
        build_body({"type": "string", "pattern": "(?=a)b"})
