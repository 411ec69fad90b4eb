"""Problems: error responses as typed values (RFC 9457).

In: a code such as `user.not_found` and members. Out: `Problem` and `problem_reply`. Never: tracebacks or other
internals in what a client sees. The classes for single statuses stand in `_problem_statuses.py`.

A `Problem` is an exception, so a handler may return it, which its return annotation then types, or raise it from
anywhere below. How a problem becomes a document:

1. `type` is `urn:problem:CODE`, the stable name a client should switch on (RFC 9457, 3.1.1); without a code it is
   `about:blank`. A code that is an absolute URI (it has a scheme) is taken as it is.
2. `title` is the phrase of the status unless given; `detail` and `instance` appear only when given.
3. Every other keyword is an extension member (3.2), encoded by msgspec: structs, enums, dates, UUIDs, Decimals work.
4. A 5xx carries `request_id`, which the log line of the failure has too. A request that overload turns away has
   no log line, and its 503 no `request_id`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Final

from msgspec import json

from katana.runtime._reply import Fields, Head, Reply, phrase

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx

MEDIA_TYPE: Final = "application/problem+json"
_RESERVED: Final = frozenset({"type", "status", "request_id"})
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_UNNAMED: Final = ('Unspecified realm="api"',)
"""The challenge of an operation whose contract names no security scheme."""
_heads: dict[int, Head] = {}


class Problem(Exception):
    """An error response. Subclasses fix the status; the base class takes any status from 400 to 599.

    Args:
        code: what went wrong, stable over time: dotted lower-case words, or an absolute URI.
        status: the HTTP status.
        title: short, the same for every occurrence. Default: the phrase of the status.
        detail: about this occurrence, written for the client's user.
        instance: URI reference of this occurrence.
        retry_after: seconds, becomes the field `retry-after`.
        fields: further response header fields.
        members: extension members; `type`, `status` and `request_id` are refused with ValueError.
    """

    status: int = 500
    _fixed: ClassVar[bool] = False

    def __init_subclass__(cls, *, status: int | None = None) -> None:
        """`class Teapot(Problem, status=418)` declares a problem of its own."""
        if status is not None:
            cls.status = _error_status(status)
            cls._fixed = True

    def __init__(
        self,
        code: str = "",
        /,
        *,
        status: int | None = None,
        title: str | None = None,
        detail: str | None = None,
        instance: str | None = None,
        retry_after: int | None = None,
        fields: Fields = (),
        **members: Any,
    ) -> None:
        super().__init__(code)
        if status is not None and status != self.status:
            if self._fixed:
                raise ValueError(f"{type(self).__name__} always has status {self.status}, not {status}")
            self.status = _error_status(status)
        if reserved := _RESERVED & members.keys():
            raise ValueError(f"a problem sets the member {min(reserved)!r} itself")
        self.code = code
        self.title = title
        self.detail = detail
        self.instance = instance
        self.fields = fields if retry_after is None else (*fields, ("retry-after", str(retry_after)))
        self.members = members

    @property
    def type_uri(self) -> str:
        """The member `type`."""
        if not self.code:
            return "about:blank"
        return self.code if _SCHEME.match(self.code) else f"urn:problem:{self.code}"

    def document(self, request_id: str | None = None) -> dict[str, Any]:
        """The members in the order they are sent; `request_id` is added to server errors."""
        document: dict[str, Any] = {
            "type": self.type_uri,
            "title": self.title if self.title is not None else phrase(self.status),
            "status": self.status,
        }
        if self.detail is not None:
            document["detail"] = self.detail
        if self.instance is not None:
            document["instance"] = self.instance
        document.update(self.members)
        if request_id is not None and self.status >= 500:
            document["request_id"] = request_id
        return document

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.status, self.code, self.detail) if part)


def problem_reply(ctx: Ctx | None, problem: Problem) -> Reply:
    """The response for a problem. `ctx` gives the request id; it is None when no request could be read.

    Raises TypeError when a member cannot be written as JSON.
    """
    head = _heads.get(problem.status)
    if head is None:
        head = _heads[problem.status] = Head(problem.status, MEDIA_TYPE)
    request_id = ctx.request_id if ctx is not None and problem.status >= 500 else None
    fields = problem.fields if problem.status != 401 else _with_challenge(ctx, problem.fields)
    return Reply(head, json.encode(problem.document(request_id)), fields)


def _with_challenge(ctx: Ctx | None, fields: Fields) -> Fields:
    """A 401 says how to authenticate (RFC 9110, 15.5.2), even when the handler that answers it did not."""
    if any(name.lower() == "www-authenticate" for name, _ in fields):
        return fields
    challenges = (ctx.challenges if ctx is not None else ()) or _UNNAMED
    return (*fields, *(("www-authenticate", challenge) for challenge in challenges))


def undeclared_response(operation: str, value: object) -> Exception:
    """The error for a handler that returned what its operation does not declare. Generated code raises it."""
    return TypeError(
        f"{operation} returned {type(value).__module__}.{type(value).__qualname__}, "
        "which is no response that the contract declares for it"
    )


def _error_status(status: int) -> int:
    if not 400 <= status <= 599:
        raise ValueError(f"a problem has a status from 400 to 599, not {status}")
    return status
