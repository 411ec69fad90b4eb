"""Why something could not be sent.

In: facts of a delivery. Out: exceptions. Never: bodies or signatures in a text.
"""

from __future__ import annotations


class SendError(Exception):
    """A request that did not do what it was for. The text says why.

    Attributes:
        message_id: the `webhook-id`; sending again under the same id is safe.
        attempts: how often it was tried.
        status: the last answer, None when there was none.
    """

    def __init__(self, reason: str, *, message_id: str, attempts: int = 0, status: int | None = None) -> None:
        super().__init__(f"{reason} (message {message_id}, attempts: {attempts})")
        self.reason = reason
        self.message_id = message_id
        self.attempts = attempts
        self.status = status


class TargetRefused(SendError):
    """The URL leads where requests of this service may not go. Nothing was sent."""


class DeliveryFailed(SendError):
    """Every attempt failed, or there was no time for another one."""


class UnexpectedAnswer(SendError):
    """The receiver has answered, but not with anything that the contract declares."""
