"""The JSON Schema of the `x-katana-*` extensions.

In: nothing. Out: a schema of an object that may have them, for the compiler, editors and linters. Never: behaviour.
Durations are a number of seconds or a text such as `250ms`, `5s`, `1m`, `2h`, `1d`; sizes a number of bytes or a text
such as `64KiB` or `10MB`.
"""

from __future__ import annotations

from typing import Any

Json = Any

_DURATION: Json = {
    "description": "seconds, or a number with one of the units ms, s, m, h, d",
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$"},
    ],
}
_SIZE: Json = {
    "description": "bytes, or a number with one of the units B, KB, KiB, MB, MiB, GB, GiB",
    "anyOf": [
        {"type": "integer", "exclusiveMinimum": 0},
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(B|KB|KiB|MB|MiB|GB|GiB)$"},
    ],
}
_JITTER: Json = {
    "description": "a duration, or a part of the time to live in percent",
    "anyOf": [*_DURATION["anyOf"], {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?%$"}],
}
_POSITIVE: Json = {"type": "integer", "minimum": 1}
_NAMES: Json = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "uniqueItems": True}


def _object(properties: Json, *required: str) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "minProperties": 1,
        "additionalProperties": False,
    }


EXTENSIONS: dict[str, Json] = {
    "x-katana-alloc": {"description": "memory policy of the request", "enum": ["arena", "pmr", "heap"]},
    "x-katana-json": {"description": "how JSON bodies are decoded", "enum": ["ondemand", "dom", "zero-copy"]},
    "x-katana-cache": {
        "description": "response cache",
        **_object(
            {
                "ttl": _DURATION,
                "jitter": _JITTER,
                "stale-while-revalidate": _DURATION,
                "stale-if-error": _DURATION,
                "keys": _NAMES,
                "vary": _NAMES,
                "invalidate_on": {
                    "type": "array",
                    "items": {"type": "string", "pattern": r"^(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS) /\S*$"},
                    "minItems": 1,
                    "uniqueItems": True,
                },
                "private": {"type": "boolean"},
            },
            "ttl",
        ),
    },
    "x-katana-idempotency": {
        "description": "replay-safe POST and PUT",
        **_object({"ttl": _DURATION, "key_from": {"type": "string", "minLength": 1}}, "ttl"),
    },
    "x-katana-rate-limit": {
        "description": "429 with Retry-After and RateLimit headers",
        **_object(
            {
                "requests": _POSITIVE,
                "window": _DURATION,
                "by": {"type": "string", "minLength": 1},
                "algorithm": {"enum": ["token-bucket", "sliding-window"]},
                "fail": {"enum": ["open", "closed"]},
            },
            "requests",
            "window",
        ),
    },
    "x-katana-deadline": {"description": "end-to-end deadline", **_DURATION},
    "x-katana-consistency": {
        "description": "which replica or cache may answer",
        "anyOf": [
            {"enum": ["strong", "bounded", "eventual"]},
            {"type": "string", "pattern": r"^bounded\([0-9]+(\.[0-9]+)?(ms|s|m|h|d)\)$"},
        ],
    },
    "x-katana-prefetch": {
        "description": "members of the response that one query loads for all of its objects, as `user.posts`",
        "type": "array",
        "items": {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$"},
        "minItems": 1,
        "uniqueItems": True,
    },
    "x-katana-limits": {
        "description": "limits of one operation",
        **_object({"body": _SIZE, "headers": _SIZE, "concurrency": _POSITIVE}),
    },
}
"""The schema of each extension, by name."""


def extensions_schema() -> dict[str, Json]:
    """A JSON Schema 2020-12 of an Operation Object's `x-katana-*` members; other members are not its business."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "x-katana-*: policies of an OpenAPI operation",
        "type": "object",
        "properties": EXTENSIONS,
        "propertyNames": {"anyOf": [{"enum": list(EXTENSIONS)}, {"not": {"pattern": "^x-katana-"}}]},
    }
