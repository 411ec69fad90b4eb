"""The end of a chunked response that has trailer fields (RFC 9112, 7.1.2).

In: what a request says about trailer fields, and those of its response. Out: bytes. Never: a field that was not checked
when it was set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from katana.runtime._media import weighted
from katana.runtime._reply import field_line

if TYPE_CHECKING:
    from katana.runtime._trailers import Trailers
    from katana.runtime.http1._head import Fields


def wants_trailers(fields: Fields) -> bool:
    """Whether the field `te` has the member `trailers` (RFC 9110, 10.1.4)."""
    value = fields.headers.get("te")
    return value is not None and any(name == "trailers" and weight > 0 for name, weight in weighted(value))


def last_chunk(trailers: Trailers) -> bytes:
    """The last chunk, the trailer section and the empty line behind it."""
    return b"".join((b"0\r\n", *(field_line(name, value) for name, value in trailers.fields), b"\r\n"))
