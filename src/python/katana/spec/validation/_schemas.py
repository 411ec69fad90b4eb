"""Katana's rules for Schema Objects.

In: the node of a schema, valid by the standard. Out: findings. Never: types. Errors are what no validator could run;
warnings are what is legal and hardly ever meant.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import Any

import jsonschema_rs

from katana.spec.model import Findings, Node, keywords

Json = Any

_KNOWN = (
    keywords.VALUES
    | keywords.ANNOTATIONS
    | frozenset((*keywords.ONE, *keywords.LIST, *keywords.MAP, *keywords.CARRIED, "$ref", "$dynamicRef"))
)
_REFUSED_ELSEWHERE = frozenset(
    (
        "$recursiveRef",
        "$recursiveAnchor",
        "$vocabulary",
        "dependencies",
        "additionalItems",
    )
)
_CONDITIONAL = frozenset(("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "contains"))
_GIVES_TYPE = ("type", "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "enum", "const", "not")
_FORMATS = frozenset(
    """
    base64url binary byte char commonmark date date-time decimal decimal128 double double-int duration email float html
    hostname http-date idn-email idn-hostname int8 int16 int32 int64 ipv4 ipv6 iri iri-reference json-pointer
    media-range password regex relative-json-pointer time time-local date-time-local uint8 uint16 uint32 uint64 uri
    uri-reference uri-template uuid
    """.split()  # noqa: SIM905 - a table of words
)
"""The formats of JSON Schema 2020-12 and of OpenAPI's format registry."""
_COUNT = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_BOUNDS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
    ("minContains", "maxContains"),
)


def check_schema(node: Node, version: str, findings: Findings) -> None:
    """All rules for one schema; its subschemas are nodes of their own."""
    if not isinstance(node.value, dict):
        return
    if version == "3.0":
        _check_3_0(node, findings)
        if "$ref" in node.value:
            return
    else:
        _check_unknown(node, findings)
    _check_pattern(node, findings)
    _check_format(node, findings)
    _check_enum(node, findings)
    _check_bounds(node, findings)
    _check_missing_type(node, findings)
    if node.flag("readOnly") and node.flag("writeOnly"):
        findings.error(node, "read-only-write-only", "a value cannot be both readOnly and writeOnly", key=True)
    discriminator = node.get("discriminator")
    if discriminator is not None and "oneOf" not in node.value and "anyOf" not in node.value:
        findings.warning(
            discriminator,
            "discriminator-alone",
            "a discriminator without `oneOf` or `anyOf` has no effect",
            hint="list the types it tells apart in `oneOf`",
            key=True,
        )


def _check_3_0(node: Node, findings: Findings) -> None:
    """What 3.0 says and means differently from what most people think."""
    value: dict[str, Json] = node.value
    if "$ref" in value:
        siblings = keywords.ASSERTIONS.intersection(value) - {"$ref"}
        if siblings or "nullable" in value:
            findings.warning(
                node,
                "ref-siblings",
                "OpenAPI 3.0 ignores everything beside `$ref`",
                hint="put the reference into `allOf`, or write OpenAPI 3.1",
                key=True,
            )
        return
    if value.get("nullable") is not True:
        return
    nullable = node.get("nullable")
    if nullable is not None and "type" not in value:
        findings.warning(
            nullable,
            "nullable-without-type",
            "`nullable` has no effect without `type` beside it (OpenAPI 3.0.3)",
            hint="add `type`, or add a variant that is null",
            key=True,
        )
    elif nullable is not None and None not in value.get("enum", (None,)):
        findings.warning(
            nullable,
            "nullable-enum",
            "null is not allowed here, because `enum` does not list it (OpenAPI 3.0.3)",
            hint="add `null` to `enum`",
            key=True,
        )


def _check_unknown(node: Node, findings: Findings) -> None:
    for key, member in node.members():
        if key in _KNOWN or key in _REFUSED_ELSEWHERE or key.startswith("x-"):
            continue
        if key == "nullable":
            hint = "write `type: [..., 'null']`"
        else:
            close = difflib.get_close_matches(key[:80], _KNOWN, n=1, cutoff=0.7)
            hint = f"did you mean `{close[0]}`?" if close else "names of one's own start with `x-`"
        findings.warning(
            member, "unknown-keyword", f"`{_cut(key)}` means nothing in JSON Schema 2020-12", hint=hint, key=True
        )


def _check_pattern(node: Node, findings: Findings) -> None:
    members = [node.get("pattern")]
    patterned = node.get("patternProperties")
    names = [child for _, child in patterned.members()] if patterned is not None else []
    for member, text in [*((one, one.value) for one in members if one is not None), *((one, one.key) for one in names)]:
        if isinstance(text, str) and not _compiles(text):
            large = _compiles(_COUNT.sub("{2}", text))
            findings.error(
                member,
                "bad-pattern",
                f"{'takes too much memory' if large else 'not a regular expression of ECMA-262'}: {_cut(text)}",
                hint="bound lengths by `maxLength` and `maxItems`" if large else "",
                key=member.key != "pattern",
            )


def _check_format(node: Node, findings: Findings) -> None:
    """Any format is legal, and an unknown one checks nothing: one that is nearly a known one is a slip."""
    format_ = node.get("format")
    if format_ is None or not isinstance(format_.value, str) or format_.value in _FORMATS:
        return
    close = difflib.get_close_matches(format_.value[:40], _FORMATS, n=1, cutoff=0.75)
    if close:
        findings.warning(
            format_,
            "unknown-format",
            f"the format `{_cut(format_.value)}` is not known, so every value passes",
            hint=f"did you mean `{close[0]}`?",
        )


@cache
def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except ValueError:
        return False
    return True


def _check_enum(node: Node, findings: Findings) -> None:
    enum = node.get("enum")
    if enum is None:
        return
    if not enum.value:
        findings.error(enum, "empty-enum", "an `enum` without values allows nothing", key=True)
    elif len({keywords.spelled(value) for value in enum.value}) != len(enum.value):
        findings.warning(enum, "duplicate-enum", "a value of this `enum` is given twice", key=True)


def _check_bounds(node: Node, findings: Findings) -> None:
    value: dict[str, Json] = node.value
    for low, high in _BOUNDS:
        if low in value and high in value and value[low] > value[high]:
            findings.error(node, "empty-range", f"`{low}` is greater than `{high}`: nothing is allowed", key=True)


def _check_missing_type(node: Node, findings: Findings) -> None:
    value: dict[str, Json] = node.value
    if any(key in value for key in _GIVES_TYPE) or _is_condition(node):
        return
    for name in ("object", "array", "string", "number"):
        # `contentMediaType` alone is how files are described (OpenAPI 3.1, "Working with Binary Data").
        used = next((key for key in keywords.BY_TYPE[name] if key in value and key in keywords.ASSERTIONS), None)
        if used is not None:
            findings.warning(
                node,
                "missing-type",
                f"without `type`, `{used}` lets every value pass that is not of type {name}",
                hint=f"add `type: {name}`",
                key=True,
            )
            return


def _is_condition(node: Node) -> bool:
    """Whether the schema only adds to one that may have the type."""
    return any(one is not None and one.key in _CONDITIONAL for one in (node, node.parent))


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
