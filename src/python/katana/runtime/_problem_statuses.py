"""One problem class for each registered error status.

In: the arguments of `Problem`. Out: types for return annotations. Never: behaviour of their own. A status that is
missing here is declared where it is needed: `class Teapot(Problem, status=418)`.
"""

from __future__ import annotations

from katana.runtime._problem import Problem


class BadRequest(Problem, status=400):
    """400: the request cannot be understood."""


class Unauthorized(Problem, status=401):
    """401: credentials are missing or wrong; give `www-authenticate` in `fields`."""


class PaymentRequired(Problem, status=402):
    """402: payment is needed."""


class Forbidden(Problem, status=403):
    """403: the caller is known and may not do this."""


class NotFound(Problem, status=404):
    """404: there is no such thing."""


class MethodNotAllowed(Problem, status=405):
    """405: the resource does not have the method."""


class NotAcceptable(Problem, status=406):
    """406: no representation that `accept` allows."""


class RequestTimeout(Problem, status=408):
    """408: the request did not arrive in time."""


class Conflict(Problem, status=409):
    """409: the state of the resource forbids it."""


class Gone(Problem, status=410):
    """410: it existed and will not come back."""


class LengthRequired(Problem, status=411):
    """411: a body needs a length."""


class PreconditionFailed(Problem, status=412):
    """412: a condition in the request's fields does not hold."""


class ContentTooLarge(Problem, status=413):
    """413: the body is larger than allowed."""


class UriTooLong(Problem, status=414):
    """414: the request target is longer than allowed."""


class UnsupportedMediaType(Problem, status=415):
    """415: the body's media type is not accepted here."""


class RangeNotSatisfiable(Problem, status=416):
    """416: no such range."""


class ExpectationFailed(Problem, status=417):
    """417: an expectation that is not `100-continue`."""


class MisdirectedRequest(Problem, status=421):
    """421: the authority is not served here."""


class UnprocessableContent(Problem, status=422):
    """422: understood, and wrong in content."""


class Locked(Problem, status=423):
    """423: the resource is locked."""


class FailedDependency(Problem, status=424):
    """424: another action that this one needs failed."""


class UpgradeRequired(Problem, status=426):
    """426: another protocol is needed."""


class PreconditionRequired(Problem, status=428):
    """428: the request must be conditional."""


class TooManyRequests(Problem, status=429):
    """429: the caller's budget is used up; give `retry_after`."""


class RequestHeaderFieldsTooLarge(Problem, status=431):
    """431: header fields are larger or more than allowed."""


class UnavailableForLegalReasons(Problem, status=451):
    """451: the law forbids it."""


class InternalServerError(Problem, status=500):
    """500: a failure of ours."""


class MethodNotImplemented(Problem, status=501):
    """501: the method or coding is unknown to the server."""


class BadGateway(Problem, status=502):
    """502: a server behind this one answered nonsense."""


class ServiceUnavailable(Problem, status=503):
    """503: not now; give `retry_after`."""


class GatewayTimeout(Problem, status=504):
    """504: a server behind this one, or the deadline, ran out of time."""


class HttpVersionNotSupported(Problem, status=505):
    """505: the HTTP version is not served."""


class InsufficientStorage(Problem, status=507):
    """507: there is no room for it."""
