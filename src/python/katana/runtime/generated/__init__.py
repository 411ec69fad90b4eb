"""What only generated HTTP code links to: decoders, schema tables, the slow path.

In: a request and tables that the generator wrote. Out: typed values, or one problem that lists all mistakes. Never:
routing, sockets, or anything a person would import.

Theory of operation. An endpoint tries straight-line code first: it may refuse more than the contract does, never
less. Whatever goes wrong there is one of `INVALID`, and `recover` then asks the canonical JSON Schemas, which alone
decide; so the two paths cannot disagree about what is valid, only about how fast they find out.
"""

from katana.runtime._conditional import conditional
from katana.runtime.generated._bodies import BodyChoice, TextInput, sized, utf8_text
from katana.runtime.generated._choices import choice, tagged
from katana.runtime.generated._decimals import ExactDecimal, Limits
from katana.runtime.generated._encode import encode_json
from katana.runtime.generated._forms import FormInput
from katana.runtime.generated._inputs import BodyInput, Inputs, parameter
from katana.runtime.generated._lists import (
    chosen,
    cookie,
    distinct,
    listed,
    listed_in_path,
    repeated,
    separated,
    to_date,
    to_datetime,
    to_uuid,
)
from katana.runtime.generated._members import Member
from katana.runtime.generated._parameters import ContentInput, Input, Members
from katana.runtime.generated._recover import MAX_ERRORS, recover
from katana.runtime.generated._rejected import INVALID, REJECTED, Rejected
from katana.runtime.generated._replies import binary_reply, ranged_head
from katana.runtime.generated._response_headers import header_fields, header_json, header_object
from katana.runtime.generated._scalars import boolean, checked, integer, number, single, string
from katana.runtime.generated._schemas import MAX_DEPTH, Pattern, Schemas
from katana.runtime.generated._security import (
    Refusals,
    basic_credentials,
    bearer_token,
    cookie_key,
    header_key,
    http_credentials,
    query_key,
    unauthenticated,
)
from katana.runtime.generated._shapes import CheckedShape, DocumentShape, Shape
from katana.runtime.generated._streams import KEEP_ALIVE, event_stream, json_lines, json_sequence
from katana.runtime.generated._values import (
    INT32_MAX,
    INT32_MIN,
    INT64_MAX,
    INT64_MIN,
    Int32,
    Int64,
    default,
)

__all__ = (
    "INT32_MAX",
    "INT32_MIN",
    "INT64_MAX",
    "INT64_MIN",
    "INVALID",
    "KEEP_ALIVE",
    "MAX_DEPTH",
    "MAX_ERRORS",
    "REJECTED",
    "BodyChoice",
    "BodyInput",
    "CheckedShape",
    "ContentInput",
    "DocumentShape",
    "ExactDecimal",
    "FormInput",
    "Input",
    "Inputs",
    "Int32",
    "Int64",
    "Limits",
    "Member",
    "Members",
    "Pattern",
    "Refusals",
    "Rejected",
    "Schemas",
    "Shape",
    "TextInput",
    "basic_credentials",
    "bearer_token",
    "binary_reply",
    "boolean",
    "checked",
    "choice",
    "chosen",
    "conditional",
    "cookie",
    "cookie_key",
    "default",
    "distinct",
    "encode_json",
    "event_stream",
    "header_fields",
    "header_json",
    "header_key",
    "header_object",
    "http_credentials",
    "integer",
    "json_lines",
    "json_sequence",
    "listed",
    "listed_in_path",
    "number",
    "parameter",
    "query_key",
    "ranged_head",
    "recover",
    "repeated",
    "separated",
    "single",
    "sized",
    "string",
    "tagged",
    "to_date",
    "to_datetime",
    "to_uuid",
    "unauthenticated",
    "utf8_text",
)
