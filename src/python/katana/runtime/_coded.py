"""Calls of endpoints whose bodies may be in a content coding.

In: an endpoint that declares codings, and a request. Out: its reply. Never: an endpoint that declares none: it is
called directly and pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from katana.runtime._byte_stream import ByteStream
from katana.runtime._codings import ANY, CODINGS, IDENTITY
from katana.runtime._decoding import Decoder, decoded, decoding
from katana.runtime._encoding import encoded
from katana.runtime._problem_statuses import UnsupportedMediaType
from katana.runtime._reply import Reply, StreamReply

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx
    from katana.runtime._headers import Headers
    from katana.runtime._routing import Endpoint


def check_coding(coding: str | None, endpoint: Endpoint) -> None:
    """Raises UnsupportedMediaType for a body in a coding that is not declared (RFC 9110, 15.5.16)."""
    declared = endpoint.request_codings
    if coding is None if not declared else ANY in declared:
        return
    known = [name for name in declared if name in CODINGS or name == IDENTITY] or [IDENTITY]
    if (coding or IDENTITY) not in known:
        allowed = ", ".join(known)
        raise UnsupportedMediaType(
            "http.content_coding",
            detail=f"the content coding of the body is to be {' or '.join(known)}",
            fields=(("accept-encoding", allowed),),
        )


async def coded_call(endpoint: Endpoint, ctx: Ctx, coding: str | None, limit: int) -> Reply | StreamReply:
    """Decode the body, at most `limit` bytes, call the endpoint, encode the reply."""
    if coding in CODINGS and coding in endpoint.request_codings:
        decoder = Decoder(coding, limit)
        if endpoint.streams:
            ctx.stream = ByteStream(decoding(ctx.stream, decoder), None, _trailers_of(ctx.stream))
        elif ctx.body:
            ctx.body = await decoded(ctx.body, decoder)
    reply = await endpoint.call(ctx)
    codings = _codings_of(endpoint, reply) if type(reply) in (Reply, StreamReply) else ()
    return await encoded(reply, ctx.headers.get("accept-encoding"), codings) if codings else reply


def _trailers_of(stream: ByteStream) -> Callable[[], Headers]:
    """The decoder reads the body for the handler, to its end."""
    return lambda: stream.trailers


def _codings_of(endpoint: Endpoint, reply: Reply | StreamReply) -> tuple[str, ...]:
    status = 200 if reply.head.status == 304 else reply.head.status  # for which a 304 stands
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in endpoint.codings:
            return endpoint.codings[key]
    return ()
