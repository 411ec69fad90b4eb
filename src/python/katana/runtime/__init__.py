"""The runtime of Katana services: what controllers, generated code and `main.py` import.

In: a `Service`. Out: a serving process, and the types that handlers see. Never: another package of Katana.
"""

from __future__ import annotations

from katana.runtime._byte_stream import ByteStream
from katana.runtime._client_certificate import ClientCertificate
from katana.runtime._conditional import entity_tag, http_date
from katana.runtime._config import Config
from katana.runtime._ctx import Ctx
from katana.runtime._events import ServerSentEvent
from katana.runtime._headers import Headers
from katana.runtime._limits import Limits
from katana.runtime._problem import Problem, problem_reply, undeclared_response
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
from katana.runtime._problems import Problems
from katana.runtime._query import Query
from katana.runtime._reply import Head, Idle, NoContent, Reply, StreamReply
from katana.runtime._routing import Endpoint, Resource, Router
from katana.runtime._serve import serve
from katana.runtime._server import Server
from katana.runtime._service import Service
from katana.runtime._trailers import Trailers
from katana.runtime._upload import Upload
from katana.runtime._version import VERSION

__all__ = [
    "VERSION",
    "BadGateway",
    "BadRequest",
    "ByteStream",
    "ClientCertificate",
    "Config",
    "Conflict",
    "ContentTooLarge",
    "Ctx",
    "Endpoint",
    "ExpectationFailed",
    "FailedDependency",
    "Forbidden",
    "GatewayTimeout",
    "Gone",
    "Head",
    "Headers",
    "HttpVersionNotSupported",
    "Idle",
    "InsufficientStorage",
    "InternalServerError",
    "LengthRequired",
    "Limits",
    "Locked",
    "MethodNotAllowed",
    "MethodNotImplemented",
    "MisdirectedRequest",
    "NoContent",
    "NotAcceptable",
    "NotFound",
    "PaymentRequired",
    "PreconditionFailed",
    "PreconditionRequired",
    "Problem",
    "Problems",
    "Query",
    "RangeNotSatisfiable",
    "Reply",
    "RequestHeaderFieldsTooLarge",
    "RequestTimeout",
    "Resource",
    "Router",
    "Server",
    "ServerSentEvent",
    "Service",
    "ServiceUnavailable",
    "StreamReply",
    "TooManyRequests",
    "Trailers",
    "Unauthorized",
    "UnavailableForLegalReasons",
    "UnprocessableContent",
    "UnsupportedMediaType",
    "UpgradeRequired",
    "Upload",
    "UriTooLong",
    "entity_tag",
    "http_date",
    "problem_reply",
    "serve",
    "undeclared_response",
]
