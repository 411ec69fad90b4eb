"""`ctx.problem`: problems by the name of their status.

In: a code and members, see `Problem`. Out: a problem, to be returned or raised. Never: anything sent by itself.
"""

from __future__ import annotations

from typing import Final

from katana.runtime._problem import Problem
from katana.runtime._problem_statuses import (
    BadGateway,
    BadRequest,
    Conflict,
    ContentTooLarge,
    ExpectationFailed,
    FailedDependency,
    Forbidden,
    GatewayTimeout,
    Gone,
    HttpVersionNotSupported,
    InsufficientStorage,
    InternalServerError,
    LengthRequired,
    Locked,
    MethodNotAllowed,
    MethodNotImplemented,
    MisdirectedRequest,
    NotAcceptable,
    NotFound,
    PaymentRequired,
    PreconditionFailed,
    PreconditionRequired,
    RangeNotSatisfiable,
    RequestHeaderFieldsTooLarge,
    RequestTimeout,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    UnavailableForLegalReasons,
    UnprocessableContent,
    UnsupportedMediaType,
    UpgradeRequired,
    UriTooLong,
)


class Problems:
    """`ctx.problem.not_found("user.not_found", id=7)` is a `NotFound`; `of` takes any status from 400 to 599."""

    __slots__ = ()

    of = Problem
    bad_request = BadRequest
    unauthorized = Unauthorized
    payment_required = PaymentRequired
    forbidden = Forbidden
    not_found = NotFound
    method_not_allowed = MethodNotAllowed
    not_acceptable = NotAcceptable
    request_timeout = RequestTimeout
    conflict = Conflict
    gone = Gone
    length_required = LengthRequired
    precondition_failed = PreconditionFailed
    content_too_large = ContentTooLarge
    uri_too_long = UriTooLong
    unsupported_media_type = UnsupportedMediaType
    range_not_satisfiable = RangeNotSatisfiable
    expectation_failed = ExpectationFailed
    misdirected_request = MisdirectedRequest
    unprocessable_content = UnprocessableContent
    locked = Locked
    failed_dependency = FailedDependency
    upgrade_required = UpgradeRequired
    precondition_required = PreconditionRequired
    too_many_requests = TooManyRequests
    request_header_fields_too_large = RequestHeaderFieldsTooLarge
    unavailable_for_legal_reasons = UnavailableForLegalReasons
    internal_server_error = InternalServerError
    method_not_implemented = MethodNotImplemented
    bad_gateway = BadGateway
    service_unavailable = ServiceUnavailable
    gateway_timeout = GatewayTimeout
    http_version_not_supported = HttpVersionNotSupported
    insufficient_storage = InsufficientStorage


PROBLEMS: Final = Problems()
