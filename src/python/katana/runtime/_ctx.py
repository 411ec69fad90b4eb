"""The request as a handler sees it.

In: what the connection read and the router decided. Out: `Ctx`. Never: a response, and never work that the handler did
not ask for: query, cookies and the request id are made at first use.
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from msgspec import UNSET, Struct

from katana.runtime._byte_stream import ByteStream
from katana.runtime._client_certificate import ClientCertificate
from katana.runtime._conditional import precondition, range_holds
from katana.runtime._cookies import parse_cookies
from katana.runtime._headers import NO_HEADERS, Headers
from katana.runtime._limits import LIMITS, Limits
from katana.runtime._media import essence, preferred
from katana.runtime._problem_statuses import BadRequest, NotAcceptable
from katana.runtime._problems import PROBLEMS, Problems
from katana.runtime._query import EMPTY_QUERY, Query
from katana.runtime._trailers import Trailers

if TYPE_CHECKING:
    from katana.runtime.sql import Database, Isolation, Transaction

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._\-]{1,128}")
_NO_STREAM: Final = ByteStream.of()


class Ctx(Struct, eq=False, kw_only=True):
    """One request. It lives until the last byte of the response.

    Attributes:
        method: as it was sent; methods are case-sensitive.
        path: begins with `/`, percent-encoded, without query and dot segments.
        args: the path's arguments in template order, percent-decoded.
        raw_args: the same as they stand in `path`.
        headers: every request header field.
        body: the whole body, empty when there is none.
        document: the body as a plain JSON value, for operations that decode it that way (`x-katana-json: dom`); UNSET
            for others, and when there is no body.
        stream: the body as it arrives, for operations that read it that way; for others it is empty.
        limits: those for a body that is read as it arrives.
        db: the service's database; it raises RuntimeError when used in a service that has none.
        deadline: `loop.time()` in seconds at which the request is cancelled; None: no deadline.
        principal: who is calling, set by security hooks; None: unknown.
        challenges: what the operation asks for, in the form of `www-authenticate`; every 401 carries it.
        client_certificate: what the client has shown, where an operation asks for it; None: nothing that can be
            trusted.
        reply_trailers: what `send_trailers` has announced; None: nothing.
        problem: makes problems: `ctx.problem.not_found("user.not_found", id=id)`.
    """

    problem: ClassVar[Problems] = PROBLEMS

    method: str
    path: str
    args: tuple[str, ...] = ()
    raw_args: tuple[str, ...] = ()
    query_string: str = ""
    headers: Headers = NO_HEADERS
    body: bytes = b""
    document: Any = UNSET
    stream: ByteStream = _NO_STREAM
    limits: Limits = LIMITS
    db: Database
    deadline: float | None = None
    principal: Any = None
    challenges: tuple[str, ...] = ()
    client_certificate: ClientCertificate | None = None
    reply_trailers: Trailers | None = None
    _query: Query | None = None
    _request_id: str | None = None

    def tx(
        self, isolation: Isolation | None = None, *, read_only: bool = False, deferrable: bool = False
    ) -> Transaction:
        """A database transaction: `async with ctx.tx(): ...`; every repository called inside takes part in it.

        It commits at the end of the block and rolls back if the block raises or is cancelled. Inside another one it is
        a savepoint. `await ctx.tx("serializable").run(work)` tries again when the transaction lost against others.
        """
        return self.db.transaction(self, isolation, read_only=read_only, deferrable=deferrable)

    def query(self) -> Query:
        """The query parameters. Raises BadRequest for broken encoding and for too many parameters."""
        if self._query is None:
            try:
                self._query = Query(self.query_string) if self.query_string else EMPTY_QUERY
            except ValueError as error:
                raise BadRequest("http.query", detail=str(error)) from None
        return self._query

    def header(self, name: str) -> str | None:
        """A request header field, several lines joined with `, `; None when absent. Any case."""
        return self.headers.get(name)

    def cookies(self) -> dict[str, str]:
        """The request's cookies; of two with one name the first."""
        return parse_cookies(self.headers.get("cookie"))

    @property
    def trailers(self) -> Headers:
        """The trailer fields of the request: what its sender knew only after the body, such as a digest of it.

        They are never merged with `headers`, and those that frame, route, authenticate or describe the content are left
        out (RFC 9110, 6.5.1).

        Raises RuntimeError while an operation that streams its body has not read that to its end.
        """
        return self.stream.trailers

    def send_trailers(self, *names: str) -> Trailers:
        """Announces trailer fields of a streaming response; their values may be set until its last chunk.

        They reach clients that have asked for them (`te: trailers`, RFC 9110, 10.1.4), in responses that are sent in
        chunks. To be called before the first chunk. Raises ValueError for names that cannot be trailer fields.
        """
        self.reply_trailers = Trailers(*names)
        return self.reply_trailers

    @property
    def content_type(self) -> str | None:
        """The media type of the body, lower-case and without parameters; None when the request names none."""
        value = self.headers.get("content-type")
        return None if value is None else essence(value)

    def preferred(self, *media_types: str) -> str:
        """The one of `media_types` that the field `accept` likes best, the first of equals (RFC 9110, 12.5.1).

        Raises NotAcceptable when it allows none of them.
        """
        accept = self.headers.get("accept")
        best = media_types[0] if accept is None else preferred(accept, media_types)
        if best is None:
            raise NotAcceptable("http.accept", detail=f"there are {', '.join(media_types)}")
        return best

    def precondition(
        self, *, etag: str | None = None, last_modified: datetime | None = None, required: bool = False
    ) -> None:
        """Lets a request that changes something go on only under its own conditions (RFC 9110, 13.1).

        Args:
            etag: of what is there now, see `entity_tag`; None: it has none.
            last_modified: when that changed last, with a timezone; None: that is not known. Neither of the two: nothing
                is there.
            required: the request has to say which version it changes, by what can be compared.

        Raises PreconditionFailed (412), and PreconditionRequired (428) for a request that says nothing. TypeError and
        ValueError: what is given is no entity-tag, or no moment.
        """
        precondition(self, etag, last_modified, required=required)

    def range_holds(self, *, etag: str | None = None, last_modified: datetime | None = None) -> bool:
        """Whether to answer a GET with the part that `range` asks for, or with everything (RFC 9110, 13.1.5).

        For handlers that serve parts (206) themselves. False without `range`, and where `if-range` names another
        version than the one that is there, or one by a weak validator.
        """
        return range_holds(self, etag, last_modified)

    @property
    def request_id(self) -> str:
        """The field `x-request-id` if it is 1 to 128 of `A-Za-z0-9._-`, else 32 random hexadecimal digits."""
        if self._request_id is None:
            given = self.headers.get("x-request-id")
            self._request_id = given if given and _REQUEST_ID.fullmatch(given) else os.urandom(16).hex()
        return self._request_id
