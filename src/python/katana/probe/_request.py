"""Requests as values.

In: an operation, the values of its parameters, a body. Out: `Request`, and the command line that repeats it. Never:
sockets.
"""

from __future__ import annotations

import gzip
import json
import shlex
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from katana.probe._contract import Operation, Parameter

ORIGIN: Final = "http://127.0.0.1:8080"
"""Where `./pants run` serves; the port of a probe is nobody's business, and would differ in every run."""

_BOUNDARY: Final = "katana-probe-boundary"
_MOST_SHOWN: Final = 2000
_LINES: Final = frozenset({"application/jsonl", "application/x-ndjson", "application/json-lines"})
_SEQUENCES: Final = frozenset({"application/json-seq", "text/event-stream"})
_MAIN: Final = {"*": "application"}
_BETWEEN: Final = {"form": ",", "simple": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


class NotWritten(Exception):
    """A value cannot be written in the style that a parameter or a body has."""


@dataclass(frozen=True)
class Request:
    """One request. `announced` is the content length to send instead of the true one, and no content."""

    method: str
    target: str
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    announced: int | None = None

    def curl(self) -> str:
        """The command that sends it to a service that runs where `./pants run` puts it."""
        words = ["curl", "-i", "--head"] if self.method == "HEAD" else ["curl", "-i", "-X", self.method]
        words.append(ORIGIN + self.target)
        fields = list(self.fields)
        if self.announced is not None:
            fields.append(("content-length", str(self.announced)))
        for name, value in fields:
            words += ["-H", f"{name}: {value}"]
        if self.body is not None:
            words += ["--data-binary", self._shown_body()]
        return shlex.join(words)

    def _shown_body(self) -> str:
        try:
            text = (self.body or b"").decode()
        except UnicodeDecodeError:
            return f"({len(self.body or b'')} bytes)"
        if any(letter < " " and letter not in "\t\r\n" for letter in text):
            return f"({len(self.body or b'')} bytes)"
        return text if len(text) <= _MOST_SHOWN else f"{text[:200]}... ({len(self.body or b'')} bytes)"


@dataclass(frozen=True)
class Content:
    """A request body as it is sent."""

    media_type: str
    body: bytes


def build(
    operation: Operation,
    given: Mapping[Parameter, Any],
    content: Content | None,
    fields: tuple[tuple[str, str], ...] = (),
    query: tuple[tuple[str, str], ...] = (),
) -> Request:
    """The request with the given parameters; `fields` and `query` are added, such as credentials.

    Raises:
        NotWritten: a value does not fit the style of its parameter.
    """
    path, pairs, sent, cookies = literal(operation.template), [], [*fields], []
    for parameter, value in given.items():
        texts = written(parameter, value)
        match parameter.location:
            case "path":
                if not texts[0][1]:
                    raise NotWritten  # another path
                path = path.replace(literal(f"{{{parameter.name}}}"), texts[0][1])
            case "query" | "querystring":
                pairs += [f"{quote(name, safe='[]')}={text}" if name else text for name, text in texts]
            case "header":
                sent += [(name, _field(text)) for name, text in texts]
            case "cookie":
                cookies += [f"{name}={text}" for name, text in texts]
    pairs += [urlencode([pair]) for pair in query]
    if cookies:
        own = [value for name, value in sent if name == "cookie"]
        sent = [each for each in sent if each[0] != "cookie"] + [("cookie", "; ".join([*own, *cookies]))]
    if content is not None:
        sent.append(("content-type", content.media_type))
    target = f"{path}?{'&'.join(pairs)}" if pairs else path
    coding = next((value for name, value in sent if name.lower() == "content-encoding"), "identity")
    return Request(operation.method, target, tuple(sent), None if content is None else _coded(content.body, coding))


def literal(template: str) -> str:
    """A template of a path as it stands in a request: what may not stand there is percent-encoded (RFC 3986, 3.3)."""
    return quote(template, safe="/{}!$&'()*+,;=:@~")


def _coded(body: bytes, coding: str) -> bytes:
    """A body in a content coding (RFC 9110, 8.4.1).

    Raises:
        NotWritten: in this one it cannot be.
    """
    match coding.lower():
        case "identity":
            return body
        case "gzip":
            return gzip.compress(body, mtime=0)
        case "deflate":
            return zlib.compress(body)
    raise NotWritten


def written(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """Names and texts of a parameter's value, as they stand in the request.

    Raises:
        NotWritten: it cannot be.
    """
    raw = parameter.location == "header"
    if parameter.media_type:
        text = json.dumps(value, ensure_ascii=False) if "json" in parameter.media_type else _text(value)
        return [("" if parameter.location == "querystring" else parameter.name, text if raw else quote(text, safe=""))]
    if isinstance(value, dict):
        if parameter.style != "deepObject":
            raise NotWritten
        return [(f"{parameter.name}[{name}]", quote(_text(each), safe="")) for name, each in value.items()]
    if parameter.style not in _BETWEEN:
        raise NotWritten
    if not isinstance(value, list):
        return [(parameter.name, _text(value) if raw else quote(_text(value), safe=""))]
    texts = [_text(each) if raw else quote(_text(each), safe="") for each in value]
    if not all(texts):
        raise NotWritten
    if parameter.style == "form" and parameter.explode:
        return [(parameter.name, text) for text in texts]
    if not texts:
        raise NotWritten
    return [(parameter.name, _BETWEEN[parameter.style].join(texts))]


def content_of(media_type: str, value: Any) -> Content:
    """A value as the content of a request.

    Raises:
        NotWritten: there is no way to write it in this media type.
    """
    essence = media_type.partition(";")[0].strip().lower()
    named = media_type.replace("*", "vnd.katana" if "+" in essence else "json")
    if essence in ("application/json", "application/*") or essence.endswith("+json"):
        return Content(named, _json(value))
    if essence in _LINES:
        return Content(media_type, _json(value) + b"\n")
    if essence == "application/x-www-form-urlencoded" and isinstance(value, dict):
        return Content(media_type, "&".join(_form(value)).encode())
    if essence == "multipart/form-data" and isinstance(value, dict):
        return Content(f"{essence}; boundary={_BOUNDARY}", b"".join(_parts(value)))
    if essence.startswith("multipart/") or essence in _SEQUENCES:
        raise NotWritten
    if not isinstance(value, str):
        if essence == "*/*":
            return Content("application/json", _json(value))
        raise NotWritten
    main, _, sub = essence.partition("/")
    return Content(
        media_type if "*" not in essence else f"{_MAIN.get(main, main)}/{sub.replace('*', 'x-katana')}", value.encode()
    )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _form(value: dict[str, Any]) -> list[str]:
    pairs = []
    for name, each in value.items():
        if isinstance(each, dict) or each is None:
            raise NotWritten
        pairs += [(name, item) for item in each] if isinstance(each, list) else [(name, each)]
    return [urlencode([(name, _text(each))]) for name, each in pairs]


def _parts(value: dict[str, Any]) -> Iterator[bytes]:
    for name, each in value.items():
        for item in each if isinstance(each, list) else [each]:
            if isinstance(item, dict | list) or item is None or '"' in name:
                raise NotWritten
            head = f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n'
            yield f"{head}{_text(item)}\r\n".encode()
    yield f"--{_BOUNDARY}--\r\n".encode()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list) or value is None:
        raise NotWritten
    return str(value)


def _field(text: str) -> str:
    """A text as the value of a header: what cannot stand there cannot be sent (RFC 9110, 5.5)."""
    if not text.isascii() or not text.isprintable() or text.strip() != text or not text:
        raise NotWritten
    return text
