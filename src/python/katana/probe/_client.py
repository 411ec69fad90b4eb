"""One request, one answer, over a connection of its own.

In: a `Request`. Out: an `Answer` with at most so much content. Never: waiting without end; a stream that goes on is
left after its first part.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final

from katana.probe._request import Request

_WITHIN: Final = 10.0
_MOST_BYTES: Final = 8 * 2**20
_STREAM_WITHIN: Final = 0.5


class NoAnswer(Exception):
    """There was none; the text says what happened instead."""


@dataclass(frozen=True)
class Answer:
    """A response. `fields` have lower-case names. `whole`: the content is complete."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes
    whole: bool = True

    def field(self, name: str) -> str | None:
        """The value of a field, None if there is none."""
        return next((value for each, value in self.fields if each == name), None)

    @property
    def media_type(self) -> str:
        """The media type, lower-case and without parameters; empty if there is none."""
        return (self.field("content-type") or "").partition(";")[0].strip().lower()


class Client:
    """Sends requests to one server."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self.sent = 0

    def send(self, request: Request, *, stream: bool = False) -> Answer:
        """The answer to a request. `stream`: it may go on for ever, and be late.

        Raises:
            NoAnswer: none came in time, or what came is no HTTP.
        """
        self.sent += 1
        connection = HTTPConnection(self._host, self._port, timeout=_STREAM_WITHIN if stream else _WITHIN)
        try:
            self._write(connection, request)
            response = connection.getresponse()
            fields = tuple((name.lower(), value) for name, value in response.getheaders())
            body, whole = _content(response, _STREAM_WITHIN if stream else _WITHIN)
            return Answer(response.status, fields, body, whole)
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        except (HTTPException, OSError) as error:
            raise NoAnswer(f"the connection failed: {type(error).__name__}") from None
        finally:
            connection.close()

    def _write(self, connection: HTTPConnection, request: Request) -> None:
        connection.putrequest(request.method, request.target, skip_accept_encoding=True)
        for name, value in request.fields:
            connection.putheader(name, value.encode("latin-1"))
        if request.announced is not None:
            connection.putheader("content-length", str(request.announced))
        elif request.body is not None:
            connection.putheader("content-length", str(len(request.body)))
        connection.endheaders()
        if request.body and request.announced is None:
            connection.send(request.body)


def _content(response: HTTPResponse, within: float) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size, until = 0, time.monotonic() + within
    try:
        while part := response.read1(65536):
            parts.append(part)
            size += len(part)
            if size > _MOST_BYTES or time.monotonic() > until:
                return b"".join(parts), False
    except TimeoutError:
        return b"".join(parts), False
    return b"".join(parts), True
