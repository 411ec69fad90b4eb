"""What is measured: requests by feature, each beside the one whose cost is taken off.

In: nothing. Out: `CASES`. Never: measuring.
"""

import json
from dataclasses import dataclass, field
from typing import Any

_JSON = (("content-type", "application/json"),)
_FORM = (("content-type", "application/x-www-form-urlencoded"),)
_MULTIPART = (("content-type", "multipart/form-data; boundary=XX"),)
_LINES = (("content-type", "application/jsonl"),)


@dataclass(frozen=True)
class Case:
    """One request of the operation `name`; its cost is shown `over` that of another case."""

    name: str
    over: str
    what: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wrong: bool = field(default=False, kw_only=True)


def _json(name: str, over: str, what: str, path: str, value: Any, *, wrong: bool = False) -> Case:
    body = json.dumps(value, separators=(",", ":")).encode()
    return Case(name, over, what, f"/body/{path}", headers=_JSON, body=body, wrong=wrong)


_TEXT = {"value": "some-1"}
_TEN = {"value": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}

CASES = (
    Case("nothing", "", "routing, an endpoint without inputs, 204", "/nothing"),
    Case("path_text", "nothing", "a path parameter, text", "/path-text/abc"),
    Case("path_integer", "nothing", "a path parameter, integer with a bound", "/path/42"),
    Case("query_absent", "nothing", "a query parameter that is absent, with a default", "/query/absent"),
    Case("query_integer", "nothing", "a query parameter, integer with bounds", "/query/integer", "n=42"),
    Case("query_five", "nothing", "five query parameters", "/query/five", "a=1&b=2&c=3&d=4&e=5"),
    Case("query_pattern", "nothing", "a query parameter with a pattern", "/query/pattern", "s=some-1"),
    Case("query_enum", "nothing", "a query parameter, enum", "/query/enum", "s=desc"),
    Case("query_array", "nothing", "five integers, `n=1&n=2...`", "/query/array", "n=1&n=2&n=3&n=4&n=5"),
    Case("query_delimited", "nothing", "five integers, `n=1,2...`", "/query/array-of-one-text", "n=1,2,3,4,5"),
    Case("query_object", "nothing", "an object of one integer, `deepObject`", "/query/object", "filter[value]=42"),
    Case("query_json", "nothing", "an object of one integer, as JSON", "/query/json", "filter=%7B%22value%22%3A42%7D"),
    Case("header_text", "nothing", "a header with a length", "/header", headers=(("x-tenant", "acme"),)),
    Case("cookie_text", "nothing", "a cookie", "/cookie", headers=(("cookie", "session=abc; theme=dark"),)),
    _json("body_plain", "nothing", "a JSON body: one text", "plain", _TEXT),
    _json("body_lengths", "body_plain", "... `minLength`, `maxLength`", "lengths", _TEXT),
    _json("body_pattern", "body_plain", "... `pattern`", "pattern", _TEXT),
    _json("body_email", "body_plain", "... `format: email`", "email", {"value": "ada@example.com"}),
    _json("body_uuid", "body_plain", "... `format: uuid`", "uuid", {"value": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}),
    _json("body_date_time", "body_plain", "... `format: date-time`", "date-time", {"value": "2026-01-02T03:04:05Z"}),
    _json("body_enum", "body_plain", "... `enum`", "enum", _TEXT),
    _json("body_nullable", "body_plain", "... that may be null", "nullable", _TEXT),
    _json("body_union", "body_plain", "... `anyOf` a text and an integer", "union", _TEXT),
    _json("body_optional", "body_plain", "... beside a member that may be absent", "optional", {**_TEXT, "other": "x"}),
    _json("body_closed", "body_plain", "... `additionalProperties: false`", "closed", _TEXT),
    _json("body_if", "body_plain", "... `if`, `then` (checked by the schema)", "if", _TEXT),
    _json("body_one_of", "body_plain", "... `oneOf` without discriminator", "one-of", _TEXT),
    _json("body_discriminator", "body_plain", "... a discriminator", "discriminator", {"kind": "cat", **_TEXT}),
    _json("body_integer", "nothing", "a JSON body: one integer", "numbers", {"value": 42}),
    _json("body_range", "body_integer", "... `minimum`, `maximum`", "range", {"value": 42}),
    _json("body_decimal", "body_integer", "... `format: decimal`", "decimal", {"value": 1.05}),
    _json("body_list", "nothing", "a JSON body: ten integers", "list", _TEN),
    _json("body_unique", "body_list", "... `uniqueItems`", "unique", _TEN),
    _json("body_contains", "body_list", "... `contains` (checked by the schema)", "contains", _TEN),
    _json("body_hundred", "nothing", "a JSON body: a hundred objects of one text", "hundred", [_TEXT] * 100),
    Case("body_form", "nothing", "a form of one text", "/body/form", headers=_FORM, body=b"value=some-1"),
    Case(
        "body_multipart",
        "nothing",
        "a multipart form of one text",
        "/body/multipart",
        headers=_MULTIPART,
        body=b'--XX\r\nContent-Disposition: form-data; name="value"\r\n\r\nsome-1\r\n--XX--\r\n',
    ),
    Case(
        "body_lines",
        "nothing",
        "a hundred JSON lines, each an object of one text",
        "/body/lines",
        headers=_LINES,
        body=b'{"value":"some-1"}\n' * 100,
    ),
    _json("body_wrong", "body_lengths", "a body that is wrong: 422 with its list", "wrong", {"value": ""}, wrong=True),
    Case("reply_object", "nothing", "a JSON response of five members", "/reply/object"),
    Case("reply_header", "reply_object", "... with a header", "/reply/header"),
    Case("reply_hundred", "nothing", "a JSON response: a hundred objects of five members", "/reply/hundred"),
    Case("reply_problem", "nothing", "a problem of the handler's", "/reply/problem"),
)
