"""What a receiver answers, as values of the contract.

In: a `Received`. Out: values. Never: an answer that is not as declared: that is an `UnexpectedAnswer`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from katana.runtime._problem import Problem
from katana.runtime.generated import INVALID, CheckedShape
from katana.runtime.webhooks._errors import UnexpectedAnswer
from katana.runtime.webhooks._exchange import Received

_MALFORMED: tuple[type[Exception], ...] = (*INVALID, RecursionError)


def unexpected(received: Received, reason: str = "") -> UnexpectedAnswer:
    """The error for an answer that the contract does not declare."""
    return UnexpectedAnswer(
        reason or f"the receiver answers {received.status}, which the contract does not declare",
        message_id=received.message_id,
        attempts=received.attempts,
        status=received.status,
    )


def received_json[T](received: Received, shape: CheckedShape[T] | None) -> T:
    """The body, which the schema of `shape` accepts; None: any JSON.

    Raises:
        UnexpectedAnswer: it is not.
    """
    try:
        if shape is None:
            found: T = msgspec.json.decode(received.body)
            return found
        return shape.decode(received.body)
    except _MALFORMED:
        raise unexpected(received, "the body of the answer is not as declared") from None


def received_text(received: Received) -> str:
    """The body as UTF-8, broken characters replaced."""
    return received.body.decode("utf-8", "replace")


def received_header(received: Received, name: str, type_: Any) -> Any:
    """A header field as a value of a type; None when it is absent and may be.

    Raises:
        UnexpectedAnswer: it is not there, or no such value.
    """
    try:
        return msgspec.convert(received.headers.get(name), type_, strict=False)
    except msgspec.ValidationError:
        raise unexpected(received, f"the header {name} of the answer is not as declared") from None


def received_problem[P: Problem](received: Received, type_: type[P]) -> P:
    """The problem document of an answer (RFC 9457); what it lacks or has wrong counts as absent.

    Raises:
        UnexpectedAnswer: the status is none of an error.
    """
    if received.status < 400:
        raise unexpected(received, f"the receiver answers {received.status}, which is no problem")
    try:
        document = msgspec.json.decode(received.body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        document = {}
    code = document.pop("type", "")
    title, detail, instance = (_text(document.pop(name, None)) for name in ("title", "detail", "instance"))
    made = type_(
        code.removeprefix("urn:problem:") if isinstance(code, str) else "",
        status=None if type_.status == received.status else received.status,
        title=title,
        detail=detail,
        instance=instance,
    )
    made.members = {name: value for name, value in document.items() if name not in ("status", "request_id")}
    return made


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
