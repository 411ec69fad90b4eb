"""What an HTTP status is called in names of generated classes, and which problem class of the runtime it has.

In: a status as the IR writes it. Out: names. Never: the tables of `http.HTTPStatus`, which differ between interpreters.
"""

WORDS = {
    "200": "Ok",
    "201": "Created",
    "202": "Accepted",
    "203": "NonAuthoritativeInformation",
    "204": "NoContent",
    "205": "ResetContent",
    "206": "PartialContent",
    "207": "MultiStatus",
    "208": "AlreadyReported",
    "226": "ImUsed",
    "300": "MultipleChoices",
    "301": "MovedPermanently",
    "302": "Found",
    "303": "SeeOther",
    "304": "NotModified",
    "307": "TemporaryRedirect",
    "308": "PermanentRedirect",
}
"""Statuses that are no problems."""

PROBLEMS = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "402": "PaymentRequired",
    "403": "Forbidden",
    "404": "NotFound",
    "405": "MethodNotAllowed",
    "406": "NotAcceptable",
    "408": "RequestTimeout",
    "409": "Conflict",
    "410": "Gone",
    "411": "LengthRequired",
    "412": "PreconditionFailed",
    "413": "ContentTooLarge",
    "414": "UriTooLong",
    "415": "UnsupportedMediaType",
    "416": "RangeNotSatisfiable",
    "417": "ExpectationFailed",
    "421": "MisdirectedRequest",
    "422": "UnprocessableContent",
    "423": "Locked",
    "424": "FailedDependency",
    "426": "UpgradeRequired",
    "428": "PreconditionRequired",
    "429": "TooManyRequests",
    "431": "RequestHeaderFieldsTooLarge",
    "451": "UnavailableForLegalReasons",
    "500": "InternalServerError",
    "501": "MethodNotImplemented",
    "502": "BadGateway",
    "503": "ServiceUnavailable",
    "504": "GatewayTimeout",
    "505": "HttpVersionNotSupported",
    "507": "InsufficientStorage",
}
"""Problem classes of `katana.runtime` by status."""


def word(status: str) -> str:
    """The PascalCase word for a status: `Created`, `Status418`, `Default`, `Range4xx`."""
    if status == "default":
        return "Default"
    if status.endswith("XX"):
        return f"Range{status[0]}xx"
    return WORDS.get(status) or PROBLEMS.get(status) or f"Status{status}"


def fixed(status: str) -> int | None:
    """The code, None for a range or `default`."""
    return int(status) if status.isdecimal() else None
