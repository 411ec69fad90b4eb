"""Is an answer what the contract promises?

In: an operation, a request of a kind, its answer, whether the controller was called. Out: sentences about what is
wrong, none if nothing is. Never: an opinion about what the contract leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from katana.probe._client import Answer
from katana.probe._contract import Operation

Kind = Literal["valid", "broken", "anonymous"]

PROTOCOL: Final = frozenset({400, 401, 404, 405, 406, 411, 413, 414, 415, 417, 422, 431})
"""What a server may say before an operation is reached, without the contract declaring it."""

_REFUSED: Final = frozenset({400, 411, 413, 415, 422})
_PROBLEM: Final = "application/problem+json"
_INTERNALS: Final = (b"Traceback (most recent call last)", b'File "/', b"/site-packages/", b"psycopg.")


def faults(operation: Operation, kind: Kind, answer: Answer, *, called: bool, streams: bool) -> Iterator[str]:
    """What is wrong with an answer.

    Args:
        operation: what was asked.
        kind: whether the request was as the contract wants it.
        answer: the response.
        called: whether a controller was.
        streams: the body is given to the controller while it is read, so that it is called before all is known.
    """
    status = answer.status
    if kind == "broken" and not 400 <= status <= 499:
        yield f"expected 4xx, because the request is not valid; got {status}"
        if status < 500:
            return
    if kind == "broken" and called and not streams:
        yield "expected that the controller is not called, because the request is not valid; it was"
    if kind == "anonymous" and (called or status not in (401, 403)):
        yield f"expected 401 or 403, because there are no credentials; got {status}"
    if kind == "anonymous" and status == 401 and answer.field("www-authenticate") is None:
        yield "expected `www-authenticate` beside 401; it is missing"
    if kind == "valid" and not called and status in _REFUSED:
        yield f"expected that the controller is called, because the request is valid; got {status}{_detail(answer)}"
    yield from _declared(operation, answer, called=called and not streams)
    if any(mark in answer.body for mark in _INTERNALS):
        yield "expected nothing about the inside of the service; the body shows a traceback or a path"


def _declared(operation: Operation, answer: Answer, *, called: bool) -> Iterator[str]:
    response = operation.response(answer.status)
    if response is None or (answer.status >= 500 and not _says_failures(operation)):
        protocol = answer.status in PROTOCOL or (answer.status == 403 and operation.security)
        if called or not protocol:
            declared = ", ".join(operation.responses) or "nothing"
            yield f"expected one of the declared statuses ({declared}); got {answer.status}{_detail(answer)}"
        elif answer.media_type != _PROBLEM:
            yield f"expected a problem ({_PROBLEM}); got {answer.media_type or 'no content type'}"
        return
    yield from _headers(operation, response, answer)
    yield from _content(operation, response, answer, called=called)


def _says_failures(operation: Operation) -> bool:
    """Whether a contract means failures of the server: `default` alone does not, it means what the service decides."""
    return any(status.startswith("5") for status in operation.responses)


def _headers(operation: Operation, response: Any, answer: Answer) -> Iterator[str]:
    for name, declared in (response.get("headers") or {}).items():
        header = operation.document.response.resolve(declared)
        if header.get("required") is True and name.lower() != "content-type" and answer.field(name.lower()) is None:
            yield f"expected the header `{name}` with {answer.status}; it is missing"


def _content(operation: Operation, response: Any, answer: Answer, *, called: bool) -> Iterator[str]:
    content = response.get("content") or {}
    if not content or answer.status in (204, 304):
        if answer.body and answer.media_type != _PROBLEM:
            yield f"expected no content with {answer.status}; got {len(answer.body)} bytes"
        return
    media = _media(content, answer.media_type)
    if media is None:
        # A problem is what the server itself answers; the contract cannot forbid it that.
        if called or answer.media_type != _PROBLEM:
            got = answer.media_type or "no content type"
            yield f"expected content of the type {' or '.join(content)} with {answer.status}; got {got}"
        return
    schema = operation.document.response.resolve(media).get("schema")
    is_json = answer.media_type == "application/json" or answer.media_type.endswith("+json")
    if schema is None or not is_json or not answer.whole:
        return
    try:
        value = msgspec.json.decode(answer.body)
    except msgspec.DecodeError as error:
        yield f"expected JSON with {answer.status}; {error}"
        return
    mistakes = operation.document.response.mistakes(schema, value)
    if mistakes:
        yield f"expected a body that fits the schema of {answer.status}; {'; '.join(mistakes)}"


def _media(content: dict[str, Any], media_type: str) -> Any | None:
    by_essence = {name.partition(";")[0].strip().lower(): media for name, media in content.items()}
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if name in by_essence:
            return by_essence[name]
    return None


def _detail(answer: Answer) -> str:
    """What a problem says about itself."""
    if answer.media_type != _PROBLEM:
        return ""
    try:
        problem = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return ""
    errors = problem.get("errors") if isinstance(problem, dict) else None
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        return f" ({first.get('in')} {first.get('pointer')}: {first.get('detail')})"
    return f" ({problem['detail']})" if isinstance(problem, dict) and problem.get("detail") else ""
