"""The chunked transfer coding (RFC 9112, 7.1), decoded strictly.

In: bytes of a body. Out: its content, and the trailer fields behind it. Never: bare LF, blanks around sizes, signs,
`0x`, or chunk extensions that are no name and value (7.1.1), all of which have been used to smuggle requests.
Extensions are checked and dropped, and so are trailer fields that may not be any (RFC 9110, 6.5.1).
"""

from __future__ import annotations

import re
from typing import Final

from katana.runtime._limits import Limits
from katana.runtime._problem_statuses import BadRequest, ContentTooLarge, RequestHeaderFieldsTooLarge
from katana.runtime._trailers import allowed

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_QUOTED: Final = rb'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*+"'
# RFC 9112, 7.1.1. Its grammar suffers blanks around every part; after the size they are refused, as parsers disagree.
_EXTENSION: Final = rb";[\t ]*+%b(?:[\t ]*+=[\t ]*+(?:%b|%b))?+" % (_TOKEN, _TOKEN, _QUOTED)
_SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})((?:%b(?:[\t ]*+%b)*+)?+)" % (_EXTENSION, _EXTENSION))
_TRAILER: Final = re.compile(rb"(%b):([\t -~\x80-\xff]*)" % _TOKEN)
_MAX_SIZE_LINE: Final = 17


class ChunkedDecoder:
    """Collects the content of one body, whole in `body` or in pieces by `take`.

    States: `_remaining` > 0: inside a chunk; 0: at its closing CRLF; None: at a size line or, when `_last` is set, in
    the trailer section. `done` is set after the empty line that ends the body; then `trailers` are complete, pairs of
    a lower-case name and a value.
    """

    __slots__ = (
        "_extensions",
        "_last",
        "_limits",
        "_overhead",
        "_remaining",
        "_room",
        "_taken",
        "_trailer_bytes",
        "_trailer_lines",
        "body",
        "done",
        "trailers",
    )

    def __init__(self, limits: Limits, room: int) -> None:
        """`room` is the number of bytes that the content may have."""
        self.body = bytearray()
        self.done = False
        self._limits = limits
        self._room = room
        self._taken = 0
        self._remaining: int | None = None
        self._last = False
        self._extensions = 0
        self._overhead = 0
        self._trailer_lines = 0
        self._trailer_bytes = 0
        self.trailers: list[tuple[str, str]] = []

    @property
    def left(self) -> int:
        """Bytes of the present chunk that are still to come."""
        return self._remaining or 0

    def take(self) -> bytes:
        """The content since the last call."""
        piece = bytes(self.body)
        self._taken += len(piece)
        self.body.clear()
        return piece

    def decode(self, data: bytes, position: int) -> int:
        """Take what can be taken from `data[position:]`; return the position of the first byte not used.

        Raises BadRequest, ContentTooLarge or RequestHeaderFieldsTooLarge.
        """
        while not self.done:
            after = self._content(data, position) if self._remaining is not None else self._line(data, position)
            if after < 0:
                break
            position = after
        return position

    def _content(self, data: bytes, position: int) -> int:
        """Content of a chunk or the CRLF after it; -1: more bytes are needed."""
        if self._remaining:
            piece = data[position : position + self._remaining]
            self.body += piece
            self._remaining -= len(piece)
            return position + len(piece) if piece else -1
        closing = data[position : position + 2]
        if closing == b"\r\n":
            self._remaining = None
            return position + 2
        if closing in (b"", b"\r"):
            return -1
        raise _malformed("a chunk is longer than its size")

    def _line(self, data: bytes, position: int) -> int:
        """A size line or a trailer line; -1: more bytes are needed."""
        end = data.find(b"\r\n", position)
        limit = self._limits.head if self._last else self._limits.chunk_extensions + _MAX_SIZE_LINE
        if (len(data) if end < 0 else end) - position > limit:
            raise self._too_long()
        if end < 0:
            if b"\n" in data[position:]:
                raise _malformed("a line ends with LF alone")
            return -1
        if self._last:
            self._trailer(data[position:end])
        else:
            self._size(data[position:end])
        return end + 2

    def _size(self, line: bytes) -> None:
        match = _SIZE_LINE.fullmatch(line)
        if match is None:
            raise _malformed("a chunk size is not a hexadecimal number, or has malformed extensions")
        self._extensions += len(match[2])
        if self._extensions > self._limits.chunk_extensions:
            raise self._too_long()
        # Bytes in chunks of their own cost a hundred times what they cost in one.
        self._overhead += len(line) + 4
        if self._overhead > self._limits.chunk_overhead + self._taken + len(self.body):
            raise _malformed("the chunks are smaller than allowed")
        size = int(match[1], 16)
        if self._taken + len(self.body) + size > self._room:
            raise ContentTooLarge("http.body", detail=f"the body is larger than {self._room} bytes")
        if size:
            self._remaining = size
        else:
            self._last = True

    def _trailer(self, line: bytes) -> None:
        if not line:
            self.done = True
            return
        match = _TRAILER.fullmatch(line)
        if match is None:
            raise _malformed("a trailer field is malformed")
        self._trailer_lines += 1
        self._trailer_bytes += len(line) + 2
        if self._trailer_lines > self._limits.fields or self._trailer_bytes > self._limits.head:
            raise self._too_long()
        name = match[1].decode("ascii").lower()
        if allowed(name):
            self.trailers.append((name, match[2].strip(b" \t").decode("latin-1")))

    def _too_long(self) -> BadRequest | RequestHeaderFieldsTooLarge:
        if self._last:
            return RequestHeaderFieldsTooLarge("http.fields", detail="the trailer fields are larger than allowed")
        return _malformed("the chunk extensions are longer than allowed")


def _malformed(detail: str) -> BadRequest:
    return BadRequest("http.chunked", detail=detail)
