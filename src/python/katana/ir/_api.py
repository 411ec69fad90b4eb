"""The IR of an HTTP API: operations with their parameters, bodies and responses.

In: nothing. Out: frozen structs that the OpenAPI front end fills and every generator reads. Never: `$ref`, YAML,
line numbers, descriptions: an edit of the document that changes no meaning yields the same bytes of IR.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from katana.ir._types import Json, Type, TypeDef

Location = Literal["path", "query", "querystring", "header", "cookie"]


class Parameter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One input outside the body.

    `schema` is as in `TypeDef`; `style` and `explode` are filled in from the standard's defaults; `default` is UNSET
    when there is none. An optional parameter without default is None when absent. `media_type` is that of a parameter
    described by `content`, whose `style` is empty. The location `querystring` is the whole query (OAS 3.2); it is
    described by `content`. With `allow_empty`, an empty text stands for a parameter that is not used.
    """

    name: str
    py_name: str
    location: Location
    type: Type
    schema: Json
    pointer: str
    style: str
    explode: bool
    required: bool = False
    allow_reserved: bool = False
    allow_empty: bool = False
    media_type: str = ""
    default: Json | UnsetType = UNSET
    checks: tuple[str, ...] = ()


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of Server-Sent Event: those whose field `event` is `name`; empty: any.

    `type`, `schema` and `checks` are about its data, which is JSON, or the text itself if `text` holds. An event
    without data has a `NullType`.
    """

    name: str
    type: Type
    schema: Json
    checks: tuple[str, ...] = ()
    text: bool = False


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One element of a sequence of values that is read and written one by one.

    Of Server-Sent Events it is the data: JSON, or the text itself if `text` holds. `events` are the kinds of events
    when the document tells them apart by name; `type` and `schema` then cover them all, and each has a `text` of its
    own.
    """

    type: Type
    schema: Json
    checks: tuple[str, ...] = ()
    text: bool = False
    events: tuple[Event, ...] = ()


class Encoding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one member of a form or multipart body is written (OAS, Encoding Object).

    `name` is the member. `media_types` are those allowed for a part, lower-case, ranges included; empty: the
    standard's default for the member's type. A member with a `style` is written like a query parameter instead.
    `headers` are those of the part, without `Content-Type`.
    """

    name: str
    media_types: tuple[str, ...] = ()
    style: str = ""
    explode: bool = False
    allow_reserved: bool = False
    headers: tuple[Header, ...] = ()


class Content(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One media type of a body: lower-case, without parameters. `type` is None when the document gives no schema.

    `item` describes the elements of a sequential media type (Server-Sent Events, JSON lines, JSON text sequences): the
    document's `itemSchema`, or what its `schema` says about elements; `type` is None then. `encodings` are those
    of a form, by member.
    """

    media_type: str
    type: Type | None = None
    schema: Json = None
    checks: tuple[str, ...] = ()
    item: Item | None = None
    encodings: tuple[Encoding, ...] = ()


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request body."""

    pointer: str
    contents: tuple[Content, ...]
    required: bool = False


class Header(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A header of a response or of a part. `name` keeps the document's spelling; `py_name` is the attribute.

    The style of headers is always `simple`. `media_type` is that of a header described by `content`.
    """

    name: str
    py_name: str
    type: Type
    schema: Json
    required: bool = False
    explode: bool = False
    media_type: str = ""
    checks: tuple[str, ...] = ()


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a response says about a next operation (OAS, Link Object).

    `operation` is the `name` of an `Operation` of this API; `parameters` maps names to constants or runtime
    expressions; `request_body` is UNSET when there is none.
    """

    name: str
    operation: str
    parameters: dict[str, Json] = {}
    request_body: Json | UnsetType = UNSET


class Response(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A declared response. `status` is a code (`"200"`), a range (`"4XX"`) or `"default"`."""

    status: str
    pointer: str
    headers: tuple[Header, ...] = ()
    contents: tuple[Content, ...] = ()
    links: tuple[Link, ...] = ()


class Operation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One method of one path. `method` is an upper-case token (RFC 9110, 9.1): those of HTTP, QUERY, or one's own.

    `operation_id` is the document's (or made of method and path when it has none); `name` the snake_case Python
    method, unique in the API; `tag` the first tag or `"default"`. `path` is the template as written. Parameters
    stand in the order: path (template order), query, header, cookie (document order). `extensions` holds the
    `x-katana-*` members.
    """

    operation_id: str
    name: str
    method: str
    path: str
    tag: str
    pointer: str
    responses: tuple[Response, ...]
    summary: str = ""
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    security: tuple[dict[str, tuple[str, ...]], ...] = ()
    extensions: dict[str, Json] = {}


class Outgoing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request that the service sends: a webhook, or a callback of an operation.

    `name` is the key in the document. `operation` describes the request; its `path` is empty. A callback has the name
    of the operation that it belongs to in `of`, and the runtime expression of its URL in `expression`.
    """

    name: str
    operation: Operation
    of: str = ""
    expression: str = ""


class Api(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="ir", tag="katana.api/1"):
    """An HTTP API. Operations in document order, types sorted by name, `source` the root document's file name.

    `outgoing` are webhooks in document order, then callbacks in the order of their operations.
    """

    title: str
    version: str
    source: str
    operations: tuple[Operation, ...]
    types: tuple[TypeDef, ...] = ()
    security_schemes: dict[str, Json] = {}
    outgoing: tuple[Outgoing, ...] = ()
