"""The expression that makes a reply out of an answer.

In: an answer, and the head that it is sent with. Out: `Reply(...)`, `StreamReply(...)` or a call that decides between
them. Never: which answer it is; `_replies` has found out.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._answers import Answer
from katana.gen.openapi._classes import Classes
from katana.gen.openapi._responses import header_names
from katana.gen.openapi._types import Types
from katana.gen.source import Doc, Group, Module, flat, literal

NAMES = frozenset(
    (
        "binary_reply",
        "conditional",
        "encode_json",
        "event_stream",
        "header_fields",
        "header_json",
        "header_object",
        "json_lines",
        "json_sequence",
        "ranged_head",
    )
)
"""Functions of `katana.runtime.generated` that an expression may call."""

_VALIDATORS = ("etag", "last-modified")
"""Headers that tell versions of a resource apart (RFC 9110, 8.8)."""


class Sending:
    """Spells replies in one module."""

    def __init__(self, types: Types, module: Module, spell_type: Annotations) -> None:
        self._types = types
        self._module = module
        self._spell = spell_type
        self._classes = Classes(types, spell_type)

    def reply(self, operation: ir.Operation, answer: Answer, head: Doc) -> Doc:
        """The reply for `result`; 304 in its place, where the contract tells versions apart and the client has it."""
        reply = self._reply(operation, answer, head)
        versions = any(header.name.lower() in _VALIDATORS for header in answer.headers)
        if versions and answer.response.status == "200" and operation.method == "GET" and answer.kind != "stream":
            return self._generated("conditional", "ctx", reply)
        return reply

    def _reply(self, operation: ir.Operation, answer: Answer, head: Doc) -> Doc:
        value = "result" if answer.form == "bare" else "result.body"
        fields = self._fields(answer) if answer.headers else None
        if answer.content is None:
            return self._call("Reply", head, *([("fields=", fields)] if fields else []))
        more: list[Doc] = [] if fields is None else [fields]
        if answer.kind == "stream" and answer.content.item is not None:
            chunks = self._chunks(operation, answer.content.media_type, answer.content.item, value)
            more += [f"idle={self._use('KEEP_ALIVE')}"] if _media.of_events(answer.content.media_type) else []
            return self._call("StreamReply", head, chunks, *more)
        if answer.kind == "bytes":
            return self._generated("binary_reply", head, value, "result.length", *more)
        text = answer.kind in ("text", "xml")
        body = f'{value}.encode("utf-8")' if text else self._generated("encode_json", value)
        return self._call("Reply", head, body, *more)

    def ranged_head(self, answer: Answer, status: Doc) -> Doc:
        """A head with the media type that the handler chose."""
        text = ["text=True"] if answer.kind in ("text", "xml") else []
        return self._generated("ranged_head", status, literal(answer.media_type), "result.media_type", *text)

    def _chunks(self, operation: ir.Operation, media_type: str, item: ir.Item, value: str) -> Doc:
        """The elements of a sequence as the bytes that are sent."""
        name = literal(operation.operation_id)
        if not _media.of_events(media_type):
            function = "json_lines" if _media.of_lines(media_type) else "json_sequence"
            return self._generated(function, value, name, self._classes.expression(item.type))
        events = item.events or (
            ir.Event(name="", type=item.type, schema=item.schema, checks=item.checks, text=item.text),
        )
        kinds = tuple(
            (f"{literal(one.name)}: ", "str" if one.text else self._classes.expression(one.type)) for one in events
        )
        texts = [literal(one.name) for one in events if one.text]
        text = [("text=", Group("(", tuple(texts), ")", lone=True))] if texts else []
        return self._generated("event_stream", value, name, Group("{", kinds, "}"), *text)

    def _fields(self, answer: Answer) -> Doc:
        """The header fields: a literal tuple when all are required text, else through `header_fields`."""
        attributes = header_names(answer)
        pairs = tuple(
            Group("(", (literal(header.name), self._field(header, f"result.{attributes[header.name]}")), ")")
            for header in answer.headers
        )
        if all(self._is_plain(header) for header in answer.headers):
            return Group("(", pairs, ")", lone=True)
        return Group(f"{self._use('header_fields')}(", pairs, ")")

    def _field(self, header: ir.Header, value: str) -> Doc:
        """The value of a header; what its type cannot tell `header_fields` is said here."""
        if _media.is_json(header.media_type):
            return self._generated("header_json", value)
        if "object" in self._types.kinds(header.type):
            return self._generated("header_object", value, *(["explode=True"] if header.explode else []))
        return value

    def _is_plain(self, header: ir.Header) -> bool:
        resolved = self._types.resolve(header.type)
        return (
            header.required
            and not _media.is_json(header.media_type)
            and header.name.lower() != "set-cookie"
            and isinstance(resolved, ir.StringType)
            and flat(self._spell.of(resolved)) == "str"
        )

    def _call(self, name: str, *arguments: Doc) -> Doc:
        return Group(f"{self._module.use('katana.runtime', name)}(", arguments, ")")

    def _generated(self, name: str, *arguments: Doc) -> Doc:
        return Group(f"{self._use(name)}(", arguments, ")")

    def _use(self, name: str) -> str:
        return self._module.use("katana.runtime.generated", name)
