"""Deliveries over real sockets: what arrives, how often, and what a sender makes of the answers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import Any, cast

import pytest

from katana.runtime import Config, Ctx, Server, Service
from katana.runtime.webhooks import (
    Delivery,
    DeliveryFailed,
    Retry,
    Sender,
    StandardSigner,
    TargetRefused,
    Targets,
    verify,
)
from katana.runtime.webhooks._sender import Outgoing
from unit.runtime_webhooks.webhook_receiver import answer, receiving

HERE = Targets(["127.0.0.1"])
SECRET = "whsec_" + b64encode(b"k" * 32).decode()
OLD = "whsec_" + b64encode(b"o" * 24).decode()


class Waits:
    """A clock that waits move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


async def send(receiver, *, ctx=None, delivery=None, url=None, declared=(), retry=None, waits=None, **options) -> Any:
    waits = waits or Waits()
    sender = Sender(targets=HERE, retry=retry or Retry(), clock=waits, sleep=waits.sleep, rand=lambda: 1.0, **options)
    request = Outgoing(
        method="POST",
        url=url or receiver.url,
        query=(("a b", "c&d"),),
        fields=(("content-type", "application/json"),),
        body=b'{"n":1}',
        declared=declared,
    )
    try:
        return await sender.send(ctx, request, delivery or Delivery())
    finally:
        await sender.close()


def test_a_message_arrives_as_it_was_meant():
    async def check() -> None:
        async with receiving() as receiver:
            receiver.script = [answer(200, b"thanks", x_more="1")]
            got = await send(receiver)
            assert (got.status, got.body, got.headers.get("x-more")) == (200, b"thanks", "1")
            (request,) = receiver.requests
            assert (request.method, request.target, request.body) == ("POST", "/hook?a%20b=c%26d", b'{"n":1}')
            assert request.headers["content-type"] == "application/json"
            assert request.headers["webhook-id"].startswith("msg_")
            assert "webhook-signature" not in request.headers

    asyncio.run(check())


def test_signatures_are_those_of_the_standard_one_for_each_secret():
    async def check() -> None:
        async with receiving() as receiver:
            await send(receiver, signer=StandardSigner(SECRET, OLD))
            (request,) = receiver.requests
            content = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
            expected = [
                "v1," + b64encode(hmac.new(b64decode(s[6:]), content, hashlib.sha256).digest()).decode()
                for s in (SECRET, OLD)
            ]
            assert request.headers["webhook-signature"] == " ".join(expected)
            for secret in (SECRET, OLD):
                assert verify([secret], request.headers, request.body) == request.headers["webhook-id"]

    asyncio.run(check())


@pytest.mark.parametrize(
    "failure", [answer(500), answer(408), answer(425), answer(429), answer(503), "reset", b"nonsense\r\n\r\n"]
)
def test_what_may_pass_is_tried_again_under_the_same_id(failure):
    async def check() -> None:
        async with receiving() as receiver:
            receiver.script = [failure, failure]
            waits = Waits()
            assert (await send(receiver, waits=waits)).status == 204
            assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
            assert (len(receiver.requests), waits.waits) == (3, [0.5, 1.0])

    asyncio.run(check())


def test_a_receiver_that_is_silent_is_given_up_and_tried_again():
    async def check() -> None:
        async with receiving() as receiver:
            receiver.script = ["silence"]
            assert (await send(receiver, retry=Retry(timeout=0.05))).status == 204
            assert len(receiver.requests) == 2

    asyncio.run(check())


@pytest.mark.parametrize("status", [200, 301, 307, 400, 401, 404, 410, 422])
def test_a_receiver_who_has_decided_is_not_asked_again(status):
    async def check() -> None:
        async with receiving() as receiver:
            receiver.script = [answer(status, location=receiver.url)]
            assert (await send(receiver)).status == status
            assert len(receiver.requests) == 1, "redirects are not followed"

    asyncio.run(check())


def test_attempts_end():
    async def check() -> None:
        async with receiving() as receiver:
            receiver.script = [answer(503)] * 9
            with pytest.raises(DeliveryFailed, match="answers 503") as caught:
                await send(receiver, retry=Retry(attempts=3))
            assert (caught.value.attempts, caught.value.status) == (3, 503)
            assert caught.value.message_id == receiver.requests[0].headers["webhook-id"]
            receiver.requests.clear()
            assert (await send(receiver, retry=Retry(attempts=2), declared=(503,))).status == 503
            assert len(receiver.requests) == 2

    asyncio.run(check())


def test_nobody_there_is_a_failure():
    async def check() -> None:
        async with receiving() as receiver:
            url = receiver.url
        with pytest.raises(DeliveryFailed) as caught:
            await send(receiver, url=url, retry=Retry(attempts=2))
        assert (caught.value.attempts, caught.value.status) == (2, None)

    asyncio.run(check())


def test_the_receiver_may_ask_for_more_time():
    async def check() -> None:
        async with receiving() as receiver:
            receiver.script = [answer(503, retry_after="7")]
            waits = Waits()
            await send(receiver, waits=waits)
            assert waits.waits == [7.0]
            receiver.script = [answer(429, retry_after="3600")]
            with pytest.raises(DeliveryFailed, match="429"):
                await send(receiver, waits=Waits())

    asyncio.run(check())


def test_there_is_no_attempt_after_the_deadline_of_the_request():
    async def check() -> None:
        async with receiving() as receiver:
            ctx = Ctx(method="GET", path="/", db=cast(Any, None), deadline=1.0)
            receiver.script = [answer(503)] * 9
            waits = Waits()
            with pytest.raises(DeliveryFailed):
                await send(receiver, ctx=ctx, waits=waits)
            assert waits.waits == [0.5]
            waits.now = 2.0
            with pytest.raises(DeliveryFailed, match="deadline has passed") as caught:
                await send(receiver, ctx=ctx, waits=waits)
            assert caught.value.attempts == 0

    asyncio.run(check())


def test_a_message_may_be_sent_again_under_its_old_id():
    async def check() -> None:
        async with receiving() as receiver:
            await send(receiver, delivery=Delivery(id="msg_1", signer=StandardSigner(SECRET)))
            assert receiver.requests[0].headers["webhook-id"] == "msg_1"
            assert "webhook-signature" in receiver.requests[0].headers
            for bad in ("a.b", "", "a b", "x" * 129, "a\r\nb"):
                with pytest.raises(ValueError, match="not an id"):
                    await send(receiver, delivery=Delivery(id=bad))

    asyncio.run(check())


def test_an_answer_without_end_is_no_answer():
    async def check() -> None:
        async with receiving() as receiver:
            receiver.script = [answer(200, b"x" * 300_000)]
            with pytest.raises(DeliveryFailed, match="more than 262144 bytes"):
                await send(receiver, retry=Retry(attempts=1))

    asyncio.run(check())


def test_this_machine_is_no_receiver_unless_it_is_allowed():
    async def check() -> None:
        async with receiving() as receiver:
            for url in (receiver.url, f"https://localhost:{receiver.port}/", f"https://127.1:{receiver.port}/"):
                sender = Sender()
                with pytest.raises(TargetRefused):
                    await sender.send(None, Outgoing(method="POST", url=url), Delivery())
                await sender.close()
            assert receiver.requests == []

    asyncio.run(check())


def test_a_name_that_leads_inside_is_refused_when_it_is_connected_to(monkeypatch):
    async def check() -> None:
        async with receiving() as receiver:
            loop = asyncio.get_running_loop()
            real = loop.getaddrinfo
            asked = []

            async def resolve(host, *arguments, **options):
                asked.append(host)
                return await real("127.0.0.1", *arguments, **options)

            monkeypatch.setattr(loop, "getaddrinfo", resolve)
            sender = Sender()
            for _ in range(2):
                with pytest.raises(TargetRefused, match="public internet"):
                    url = f"https://hooks.example:{receiver.port}/"
                    await sender.send(None, Outgoing(method="POST", url=url), Delivery())
            await sender.close()
            assert asked == ["hooks.example", "hooks.example"]
            assert receiver.requests == []

    asyncio.run(check())


def test_the_server_configures_and_closes_the_sender():
    async def check() -> None:
        sender = Sender()
        service = Service(name="s", version="1", routers=tuple, sender=sender)
        async with receiving() as receiver:
            config = Config(port=0, webhook_secrets=(SECRET,), webhook_allow=("127.0.0.0/8",))
            async with Server(service, config):
                await sender.send(None, Outgoing(method="POST", url=receiver.url), Delivery())
                assert sender._client._session is not None
            assert sender._client._session is None
            assert verify([SECRET], receiver.requests[0].headers, b"")

    asyncio.run(check())


def test_a_service_without_secrets_says_so(caplog):
    Sender().configure(Config())
    assert "without a signature" in caplog.text
    caplog.clear()
    Sender(signer=StandardSigner(SECRET)).configure(Config())
    assert caplog.text == ""
