"""Certificates that a proxy vouches for (RFC 9440): only when the service was told to trust it."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from katana.runtime import Config, Ctx, Endpoint, Head, Reply, Resource, Server, Service
from katana.runtime._client_certificate import certificate_of
from unit.runtime.runtime_samples import connected

DER = b"\x30\x03\x02\x01\x07"
FIELD = f":{b64encode(DER).decode()}:"


class Router:
    def __init__(self) -> None:
        asks = Endpoint(operation="who", call=self.who, client_certificate=True)
        self.resources = (
            Resource("/who", {"GET": asks}),
            Resource("/other", {"GET": Endpoint(operation="other", call=self.who)}),
        )

    def match(self, path):
        return next(((r, ()) for r in self.resources if r.template == path), None)

    async def who(self, ctx: Ctx) -> Reply:
        certificate = ctx.client_certificate
        text = "nobody" if certificate is None else f"{certificate.sha256} {len(certificate.chain)}"
        return Reply(Head(200, "text/plain"), text.encode())


async def answer(path: str, *fields: str, trust: bool) -> str:
    service = Service(name="s", version="1", routers=lambda: (Router(),))
    async with Server(service, Config(port=0, trust_client_cert=trust)) as server, connected(server) as client:
        reply = await client.ask(path, *fields)
    return reply.body.decode()


def test_nobody_is_believed_by_default(run):
    async def check() -> None:
        assert await answer("/who", f"client-cert: {FIELD}", trust=False) == "nobody"

    run(check())


def test_a_trusted_proxy_says_whose_certificate_it_has_seen(run):
    async def check() -> None:
        fields = (f"client-cert: {FIELD}", f"client-cert-chain: {FIELD}, {FIELD}")
        assert (await answer("/who", *fields, trust=True)).endswith(" 2")
        assert await answer("/who", trust=True) == "nobody"

    run(check())


def test_operations_that_do_not_ask_see_no_certificate(run):
    async def check() -> None:
        assert await answer("/other", f"client-cert: {FIELD}", trust=True) == "nobody"

    run(check())


@pytest.mark.parametrize(
    ("field", "chain"),
    [
        (None, FIELD),
        ("", None),
        (FIELD[1:], None),
        ("::", None),
        (":!!!!:", None),
        (":aGVsbG8=:", None),
        (f"{FIELD}, {FIELD}", None),
        (FIELD, ""),
        (FIELD, f"{FIELD},"),
        (FIELD, ", ".join([FIELD] * 11)),
    ],
)
def test_fields_that_make_no_sense_are_no_certificate(field, chain):
    assert certificate_of(field, chain) is None


def test_the_fingerprint_is_the_digest_of_the_certificate():
    certificate = certificate_of(f" {FIELD} ", None)
    assert certificate is not None
    assert certificate.der == DER
    assert certificate.sha256 == hashlib.sha256(DER).hexdigest()
