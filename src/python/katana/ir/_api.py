"""The IR of an HTTP API: operations with their parameters, bodies and responses.

In: nothing. Out: frozen structs that the OpenAPI front end fills and every generator reads. Never: `$ref`, YAML,
line numbers, descriptions: an edit of the document that changes no meaning yields the same bytes of IR.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from katana.ir._types import Json, Type, TypeDef

Location = Literal["path", "query", "header", "cookie"]
Method = Literal["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]


class Parameter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One input outside the body.

    `schema` is as in `TypeDef`; `style` and `explode` are filled in from the standard's defaults; `default` is UNSET
    when there is none. An optional parameter without default is None when absent.
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
    default: Json | UnsetType = UNSET
    checks: tuple[str, ...] = ()


class Content(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One media type of a body: lower-case, without parameters. `type` is None when the document gives no schema."""

    media_type: str
    type: Type | None = None
    schema: Json = None
    checks: tuple[str, ...] = ()


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request body."""

    pointer: str
    contents: tuple[Content, ...]
    required: bool = False


class Header(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A response header. `name` keeps the document's spelling; `py_name` is the attribute."""

    name: str
    py_name: str
    type: Type
    schema: Json
    required: bool = False


class Response(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A declared response. `status` is a code (`"200"`), a range (`"4XX"`) or `"default"`."""

    status: str
    pointer: str
    headers: tuple[Header, ...] = ()
    contents: tuple[Content, ...] = ()


class Operation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One method of one path.

    `operation_id` is the document's (or made of method and path when it has none); `name` the snake_case Python
    method, unique in the API; `tag` the first tag or `"default"`. `path` is the template as written. Parameters
    stand in the order: path (template order), query, header, cookie (document order). `extensions` holds the
    `x-katana-*` members.
    """

    operation_id: str
    name: str
    method: Method
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


class Api(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="ir", tag="katana.api/1"):
    """An HTTP API. Operations in document order, types sorted by name, `source` the root document's file name."""

    title: str
    version: str
    source: str
    operations: tuple[Operation, ...]
    types: tuple[TypeDef, ...] = ()
    security_schemes: dict[str, Json] = {}
