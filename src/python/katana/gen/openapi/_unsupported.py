"""What the IR can say and the emitter has no code for yet, as data.

In: nothing. Out: `UNSUPPORTED`, by code. Never: the search for these constructs, which is `_survey`'s.
"""

from typing import NamedTuple


class Unsupported(NamedTuple):
    """A message, in which `{what}` stands for the construct found, and what to write instead."""

    message: str
    hint: str


UNSUPPORTED: dict[str, Unsupported] = {
    "unsupported-content-schema": Unsupported(
        "a schema other than of a string for {what}",
        "describe text as `type: string`, binary content with lengths at most, or either without a schema",
    ),
    "unsupported-form": Unsupported(
        "{what} of a form", "use an object with declared members; objects in it as JSON or of the style `deepObject`"
    ),
    "unsupported-member-name": Unsupported(
        "the member {what}, whose name JSON can only spell with a backslash",
        "declare it by `additionalProperties`, or use a name without quotes, backslashes and control characters",
    ),
    "unsupported-outgoing-body": Unsupported(
        "requests of the type {what} that the service sends", "use `application/json` or a type of text"
    ),
    "unsupported-outgoing-parameter": Unsupported(
        "the parameter {what} of a request that the service sends",
        "use a scalar or an array of scalars, of the style `form` or `simple`, in the query or a header",
    ),
    "unsupported-outgoing-response": Unsupported(
        "answers {what} to what the service sends", "use JSON, text or a binary type, and headers with scalars"
    ),
    "unsupported-parameter": Unsupported(
        "the parameter {what}",
        "use scalars, or arrays or objects of scalars in a style for them, or describe it by `content` as JSON",
    ),
    "unsupported-pattern": Unsupported(
        "the pattern {what}, which cannot be matched in linear time", "write it without look-around and back-references"
    ),
    "unsupported-request-media-type": Unsupported(
        "request bodies of the type {what}",
        "use JSON, a form (`multipart/form-data` or URL-encoded), text or a binary type",
    ),
    "unsupported-request-media-types": Unsupported("a request body with media types, {what}", "declare one media type"),
    "unsupported-response-header": Unsupported(
        "the response header {what}",
        "leave it out if it frames the message; describe nested values by `content: {application/json: ...}`",
    ),
    "unsupported-response-media-type": Unsupported(
        "responses of the type {what}",
        "use `application/json`, `text/plain` or a binary type",
    ),
    "unsupported-status": Unsupported(
        "the response {what}", "declare final statuses from 200 to 599, and no content for 204, 205 and 304"
    ),
    "unsupported-union": Unsupported(
        "a union of {what}", "use a discriminator over fewer variants, or an object without further members"
    ),
}
"""Codes, messages and hints; every message reads `not supported: ...`."""
