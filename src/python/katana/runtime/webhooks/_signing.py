"""Signatures of messages, after the Standard Webhooks specification 1.0.0.

In: a message and secrets. Out: header fields; for a receiver, whether they are right. Never: a comparison that ends
early, or a message that is older than a few minutes (it could have been recorded and sent again).

What is signed is `ID.TIMESTAMP.BODY`, by HMAC-SHA256; `webhook-signature` has `v1,BASE64` once for each secret, so that
a receiver who knows the old or the new one is content while they change.
"""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
from hmac import compare_digest, digest
from typing import Final, Protocol

from msgspec import Struct

from katana.runtime.webhooks._exchange import Fields

_PREFIX: Final = "whsec_"
_SHORTEST: Final = 24
_LONGEST: Final = 64
_MOST_SIGNATURES: Final = 20


class InvalidSignature(Exception):
    """A message that is not from whom it should be. The text says why, and does not help to do better."""


class Message(Struct, frozen=True, kw_only=True):
    """What is signed: `timestamp` is in seconds since 1970, of this attempt; `id` is that of all attempts."""

    id: str
    timestamp: int
    method: str
    url: str
    body: bytes


class Signer(Protocol):
    """Says by header fields who sends."""

    def sign(self, message: Message, /) -> Fields:
        """Fields beside `webhook-id` and `webhook-timestamp`, for one attempt."""
        ...


class StandardSigner:
    """`webhook-signature` with a signature for each secret.

    Args:
        secrets: `whsec_` and 24 to 64 bytes in base64; the newest first.

    Raises:
        ValueError: there is no secret, or one is none; the text does not repeat it.
    """

    def __init__(self, *secrets: str) -> None:
        self._keys = _keys(secrets)

    def sign(self, message: Message, /) -> Fields:
        """The field."""
        content = _content(message.id, str(message.timestamp), message.body)
        return (("webhook-signature", " ".join(_signature(key, content) for key in self._keys)),)


def verify(
    secrets: Iterable[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    tolerance: float = 300.0,
    now: float | None = None,
) -> str:
    """For a receiver: the id of a message that was signed with one of the secrets. Remember ids for a while.

    Args:
        secrets: those that are shared with the sender.
        headers: by lower-case name.
        body: as it came, byte by byte.
        tolerance: seconds by which the message may be old, and clocks may differ.
        now: seconds since 1970; None: the clock says.

    Raises:
        InvalidSignature: it was not, or not recently.
        ValueError: there is no secret, or one is none.
    """
    keys = _keys(tuple(secrets))
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
    if not message_id or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise InvalidSignature("a field is missing")
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance:
        raise InvalidSignature("too old, or from the future")
    content = _content(message_id, timestamp, body)
    right = [_signature(key, content).encode() for key in keys]
    matches = [compare_digest(each.encode("utf-8", "surrogatepass"), one) for each in given for one in right]
    if not any(matches):
        raise InvalidSignature("no signature is right")
    return message_id


def _keys(secrets: tuple[str, ...]) -> list[bytes]:
    if not secrets:
        raise ValueError("a secret is needed")
    return [_key(secret, position) for position, secret in enumerate(secrets, 1)]


def _key(secret: str, position: int) -> bytes:
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True) if secret.startswith(_PREFIX) else b""
    except (Base64Error, ValueError):
        key = b""
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError(f"secret {position} is not `{_PREFIX}` and {_SHORTEST} to {_LONGEST} bytes in base64")
    return key


def _content(message_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{message_id}.{timestamp}.".encode("utf-8", "surrogatepass") + body


def _signature(key: bytes, content: bytes) -> str:
    return f"v1,{b64encode(digest(key, content, 'sha256')).decode()}"
