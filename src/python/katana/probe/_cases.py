"""The requests that one operation is asked with.

In: an operation, what is known about resources, credentials. Out: `Case`s, valid ones first. Never: more than
`most` of them, so that a contract of any size ends in time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from katana.probe._contract import Operation, Parameter, given
from katana.probe._credentials import Pairs
from katana.probe._request import Content, NotWritten, Request, build, content_of, written
from katana.probe._values import Impossible, Values
from katana.probe._variants import Variants
from katana.probe._verdict import Kind

MOST: Final = 200
_HALF: Final = MOST // 2


@dataclass(frozen=True)
class Case:
    """One request; `what` says what is special about it."""

    what: str
    kind: Kind
    request: Request


class Unreachable(Exception):
    """No valid request can be made; the text says what is missing."""


class Cases:
    """Makes the cases of one operation.

    Args:
        operation: what is asked.
        values: of the view of requests.
        arguments: parameters of the path that are known to lead somewhere.
        credentials: fields and query parameters to send; None: there are none, though they are needed.
        limit: bytes that a body may have.
    """

    def __init__(
        self,
        operation: Operation,
        values: Values,
        arguments: Mapping[str, str],
        credentials: tuple[Pairs, Pairs] | None,
        limit: int,
    ) -> None:
        self._operation = operation
        self._values = values
        self._variants = Variants(values)
        self._view = values.view
        self._arguments = arguments
        self._fields, self._query = credentials or ((), ())
        self._limit = limit

    def valid(self) -> Iterator[Case]:
        """Requests that the contract allows: as its examples, with as little as possible, at every edge.

        Raises:
            Unreachable: none can be made.
        """
        content = self._content()
        whole = list(self._case("valid", "valid", self._parameters(full=True), content))
        yield from whole or [Case("valid", "valid", self._request(self._parameters(full=False), content))]
        yield from islice(self._edges(), _HALF)

    def broken(self) -> Iterator[Case]:
        """Requests that the contract forbids.

        Raises:
            Unreachable: not even one valid request to break can be made.
        """
        parameters, content = self._parameters(full=False), self._content(fresh=True)
        yield from islice(self._mistakes(parameters, content), _HALF)
        if content is not None:
            yield from self._broken_contents(parameters, content)

    def anonymous(self) -> Iterator[Case]:
        """A request that is valid but for its credentials."""
        request = build(self._operation, self._parameters(full=False), self._content(fresh=True))
        yield Case("without credentials", "anonymous", request)

    def _edges(self) -> Iterator[Case]:
        fewest = self._parameters(full=False)
        yield from self._case("with as little as possible", "valid", fewest, self._content(fresh=True, full=False))
        for parameter in self._operation.parameters:
            if parameter.location == "path" and parameter.name in self._arguments:
                continue
            base = self._value(parameter)
            for what, value in self._variants.edges(parameter.schema, base) if base is not None else ():
                if _unambiguous(parameter, value):
                    changed = {**fewest, parameter: value}
                    yield from self._case(f"{_place(parameter)} is {what}", "valid", changed, self._content(fresh=True))
        for media_type, schema, base in self._schemas():
            for what, _ in self._variants.edges(schema, base):
                content = _content(media_type, self._again(schema, what))
                if content is not None:
                    yield from self._case(f"in the body, {what}", "valid", fewest, content)

    def _again(self, schema: Any, what: str) -> Any:
        """The same edge of a new value, so that what has to be unique is."""
        found = self._variants.edges(schema, self._values.fresh(schema))
        return next((value for each, value in found if each == what), None)

    def _mistakes(self, parameters: dict[Parameter, Any], content: Content | None) -> Iterator[Case]:
        for parameter in self._operation.parameters:
            if parameter.required and parameter.location != "path":
                rest = {each: value for each, value in parameters.items() if each is not parameter}
                yield from self._case(f"{_place(parameter)} is left out", "broken", rest, content)
            for raw in ("katana", "-1", "1.5", "99999999999999999999", "k" * 300):
                if _refuses(self._values, parameter, raw):
                    changed = {**parameters, replace(parameter, style=_plain(parameter), media_type=""): raw}
                    changed.pop(parameter, None)
                    yield from self._case(f"{_place(parameter)} is {raw[:20]!r}", "broken", changed, content)
        for media_type, schema, base in self._schemas():
            if "json" not in media_type:
                continue
            for what, value in self._variants.mistakes(schema, base):
                wrong = _content(media_type, value)
                if wrong is not None:
                    yield from self._case(f"in the body, {what}", "broken", parameters, wrong)

    def _broken_contents(self, parameters: dict[Parameter, Any], content: Content) -> Iterator[Case]:
        if self._operation.body_required:
            yield from self._case("without a body", "broken", parameters, None)
        if not any("*" in media_type for media_type in self._operation.bodies):
            other = Content("application/x-katana", content.body)
            yield from self._case("with a media type that is not declared", "broken", parameters, other)
        if "json" in content.media_type.partition(";")[0]:
            yield from self._case("malformed", "broken", parameters, Content(content.media_type, b'{"a": '))
            yield from self._case("not UTF-8", "broken", parameters, Content(content.media_type, b'"\xff\xfe"'))
        for case in self._case("too large", "broken", parameters, content):
            yield replace(case, request=replace(case.request, body=None, announced=self._limit + 1))

    def _case(
        self, what: str, kind: Kind, parameters: Mapping[Parameter, Any], content: Content | None
    ) -> Iterator[Case]:
        try:
            yield Case(what, kind, build(self._operation, parameters, content, self._fields, self._query))
        except NotWritten:
            return

    def _request(self, parameters: Mapping[Parameter, Any], content: Content | None) -> Request:
        try:
            return build(self._operation, parameters, content, self._fields, self._query)
        except NotWritten:
            raise Unreachable("a value cannot be written as the contract wants it; write a test of your own") from None

    def _parameters(self, *, full: bool) -> dict[Parameter, Any]:
        """Those that are required, and with `full` all."""
        found = {}
        for parameter in self._operation.parameters:
            known = parameter.location == "path" and parameter.name in self._arguments
            value = self._arguments[parameter.name] if known else None
            if not known and (full or parameter.required):
                value = self._value(parameter)
            if value is not None:
                found[parameter] = value
        return found

    def _value(self, parameter: Parameter) -> Any:
        """A value that can be written; None for an optional parameter that has none.

        Raises:
            Unreachable: it is needed, and there is none.
        """
        try:
            value = self._values.best(parameter.schema, parameter.examples)
            written(parameter, value)
        except (Impossible, NotWritten):
            if parameter.required:
                raise Unreachable(f"the {_place(parameter)} cannot be made up; give an example") from None
            return None
        return value

    def _content(self, *, fresh: bool = False, full: bool = True) -> Content | None:
        """A body in the first media type that can be made; None for an operation that has none.

        Raises:
            Unreachable: a body is needed, and none can be made.
        """
        for media_type, media in self._media():
            schema = media.get("schema", media.get("itemSchema", {}))
            examples = () if fresh else tuple(given(self._view, media))
            try:
                value = self._values.fresh(schema, full=full) if fresh else self._values.best(schema, examples)
            except Impossible:
                continue
            content = _content(media_type, value)
            if content is not None:
                return content
        if self._operation.body_required:
            raise Unreachable("the body cannot be made up; give an example, or write a test of your own")
        return None

    def _media(self) -> list[tuple[str, Any]]:
        """The bodies that are tried, the most specific first: a range stands for what has no entry of its own.

        What an Encoding Object asks for is not made up.
        """
        found = [(name, media) for name, media in self._operation.bodies.items() if not media.get("encoding")]
        return sorted(found, key=lambda each: each[0].count("*"))

    def _schemas(self) -> Iterator[tuple[str, Any, Any]]:
        """The bodies that can be varied: media type, schema, a value of it."""
        for media_type, media in self._media():
            schema = media.get("schema", media.get("itemSchema"))
            if schema is None:
                continue
            try:
                yield media_type, schema, self._values.fresh(schema)
            except Impossible:
                continue


def _content(media_type: str, value: Any) -> Content | None:
    """A value as the content of a request, None where it cannot be written."""
    try:
        return content_of(media_type, value)
    except NotWritten:
        return None


def _place(parameter: Parameter) -> str:
    return f"{parameter.location} parameter `{parameter.name}`"


def _plain(parameter: Parameter) -> str:
    return parameter.style if parameter.style in ("form", "simple") else "form"


def _unambiguous(parameter: Parameter, value: Any) -> bool:
    """Whether a value survives being a text: null and what is empty do not, nor does NUL in a path (always 400)."""
    if isinstance(value, dict) or value is None or value in ("", []):
        return False
    return parameter.location != "path" or "\0" not in str(value)


def _refuses(values: Values, parameter: Parameter, raw: str) -> bool:
    """Whether no reading of a text as a value of the parameter is valid."""
    flat = values.flat(parameter.schema)
    types = flat.get("type")
    if parameter.media_type or types in ("array", "object") or isinstance(types, list) or not types:
        return False
    readings: list[Any] = [raw]
    for convert in (int, float):
        try:
            readings.append(convert(raw))
        except ValueError:
            continue
    return not any(values.view.is_valid(parameter.schema, reading) for reading in readings)
