"""Sending a message until it has arrived.

In: a request, typed by generated code. Out: the answer of the receiver. Never: another id in another attempt, or an
attempt after the deadline.

Rules:

1. No answer, and the statuses 408, 425, 429 and 5xx (RFC 9110, 15; RFC 8470), are worth another attempt.
2. There is another attempt when `Retry` allows one and it can begin before the deadline: that of the request that is
   being handled, or `Retry.total`, whichever comes first.
3. A receiver who gave an answer has the last word: when attempts end, an answer that the contract declares is returned.
4. Each attempt has its own timestamp and signature.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import time
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from katana.runtime._reply import field_line
from katana.runtime.webhooks._client import Client
from katana.runtime.webhooks._errors import DeliveryFailed, TargetRefused
from katana.runtime.webhooks._exchange import AttemptError, Exchange, Fields, Received, TargetError, Transport
from katana.runtime.webhooks._retry import Retry, retry_after, worth_retrying
from katana.runtime.webhooks._signing import Message, Signer, StandardSigner
from katana.runtime.webhooks._targets import Targets

if TYPE_CHECKING:
    from katana.runtime._config import Config
    from katana.runtime._ctx import Ctx

_log = logging.getLogger("katana.webhooks")
_SAFE: Final = "-._~"


class Delivery(Struct, frozen=True, kw_only=True):
    """What is special about one message.

    Args:
        id: the `webhook-id`, at most 128 visible characters without a dot; None: a random one. Give one to send a
            message again after a failure.
        signer: who signs; None: the sender's.
        retry: None: the sender's.
    """

    id: str | None = None
    signer: Signer | None = None
    retry: Retry | None = None


_USUAL: Final = Delivery()


class Outgoing(Struct, frozen=True, kw_only=True):
    """A request as generated code makes it. `declared` are the statuses of the contract; ranges are in hundreds."""

    method: str
    url: str
    query: Fields = ()
    fields: Fields = ()
    body: bytes = b""
    declared: Collection[int] = ()


class Sender:
    """Sends webhooks and callbacks. A service has one; generated `main.py` makes it.

    Args:
        signer: None: messages are signed with the service's `--webhook-secrets`, if it has any.
        retry: how long to go on.
        targets: None: the public internet by https, and what `--webhook-allow` says.
        transport: makes one attempt; None: aiohttp does.
        clock: of the event loop, in seconds; None: that of the running one.
        sleep: waits for some seconds.
        rand: a number from 0 up to 1.
    """

    def __init__(
        self,
        *,
        signer: Signer | None = None,
        retry: Retry | None = None,
        targets: Targets | None = None,
        transport: Transport | None = None,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._signer = signer
        self._own_signer = signer is not None
        self._retry = retry or Retry()
        self._client = Client(targets or Targets())
        self._own_targets = targets is not None
        self._transport = transport or self._client.attempt
        self._clock = clock
        self._sleep = sleep
        self._rand = rand

    def configure(self, config: Config) -> None:
        """Takes secrets and allowed targets from the service's configuration, unless they were given.

        Raises:
            ValueError: one of them is none.
        """
        if not self._own_signer:
            self._signer = StandardSigner(*config.webhook_secrets) if config.webhook_secrets else None
            if self._signer is None:
                _log.warning("messages are sent without a signature: there are no --webhook-secrets")
        if not self._own_targets:
            self._client.targets = Targets(config.webhook_allow)

    async def close(self) -> None:
        """Closes all connections; the server does that when it stops."""
        await self._client.close()

    async def send(self, ctx: Ctx | None, request: Outgoing, delivery: Delivery | None = None) -> Received:
        """The answer of the receiver.

        Args:
            ctx: whose deadline counts; None: there is no request that is being handled.
            request: what is sent.
            delivery: what is special about it; None: nothing.

        Raises:
            TargetRefused: requests may not go there.
            DeliveryFailed: no attempt was answered, or only with a status that is worth another attempt.
        """
        delivery = delivery or _USUAL
        message_id = _checked_id(delivery.id) if delivery.id is not None else f"msg_{os.urandom(16).hex()}"
        retry = delivery.retry or self._retry
        now = self._clock or asyncio.get_running_loop().time
        end = now() + retry.total
        if ctx is not None and ctx.deadline is not None:
            end = min(end, ctx.deadline)
        url = _with_query(request.url, request.query)
        reason, answer = "the deadline has passed", None
        tried = 0
        while tried < retry.attempts and (left := end - now()) > 0:
            exchange = self._signed(request, url, message_id, delivery.signer, min(left, retry.timeout))
            tried += 1
            try:
                answer = replace(await self._transport(exchange), message_id=message_id, attempts=tried)
            except TargetError as error:
                raise TargetRefused(str(error), message_id=message_id, attempts=tried) from None
            except AttemptError as error:
                reason, answer = str(error), None
            if answer is not None and not worth_retrying(answer.status):
                return answer
            after = retry_after(answer.headers.get("retry-after")) if answer is not None else 0.0
            wait = retry.wait(tried, after, rand=self._rand)
            if tried == retry.attempts or now() + wait >= end:
                break
            await self._sleep(wait)
        if answer is None:
            raise DeliveryFailed(reason, message_id=message_id, attempts=tried)
        if answer.status in request.declared:
            return answer
        reason = f"the receiver answers {answer.status}"
        raise DeliveryFailed(reason, message_id=message_id, attempts=tried, status=answer.status)

    def _signed(self, request: Outgoing, url: str, message_id: str, signer: Signer | None, timeout: float) -> Exchange:
        """One attempt."""
        stamp = int(time.time())
        fields = (*request.fields, ("webhook-id", message_id), ("webhook-timestamp", str(stamp)))
        signer = signer or self._signer
        if signer is not None:
            message = Message(id=message_id, timestamp=stamp, method=request.method, url=url, body=request.body)
            fields += signer.sign(message)
        for name, value in fields:
            field_line(name, value)  # refuses what would end a header and begin another
        return Exchange(method=request.method, url=url, fields=fields, body=request.body, timeout=timeout)


def _with_query(url: str, query: Fields) -> str:
    """The URL with more parameters behind those that it has."""
    if not query:
        return url
    pairs = "&".join(f"{quote(name, safe=_SAFE)}={quote(value, safe=_SAFE)}" for name, value in query)
    bare, mark, fragment = url.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{pairs}{mark}{fragment}"


def _checked_id(text: str) -> str:
    """An id that cannot be confused with what stands beside it in what is signed."""
    if not 1 <= len(text) <= 128 or "." in text or not all("!" <= character <= "~" for character in text):
        raise ValueError(f"not an id of a message: {text[:40]!r}")
    return text
