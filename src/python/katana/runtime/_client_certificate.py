"""The certificate that a client has shown (`ctx.client_certificate`).

In: the fields `client-cert` and `client-cert-chain` of a proxy that terminates TLS (RFC 9440). Out: a value. Never: a
look at these fields unless the service was told to trust its proxy (`--trust-client-cert`): any client can send them,
and a proxy that does not know them passes them on. Nothing here verifies a certificate; whoever terminated TLS has done
that, and a hook decides who it names. A server that terminates TLS itself would fill the same attribute.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from katana.runtime._routing import Endpoint, Router

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx
    from katana.runtime._reply import Reply, StreamReply

_MAX_CHAIN: Final = 10
_SEQUENCE: Final = 0x30
"""The first byte of every certificate in DER (X.690, 8.9)."""


class ClientCertificate(Struct, frozen=True, kw_only=True):
    """A certificate in DER, and those between it and its root, the nearest first.

    `cryptography.x509.load_der_x509_certificate(certificate.der)` reads it.
    """

    der: bytes
    chain: tuple[bytes, ...] = ()

    @property
    def sha256(self) -> str:
        """The fingerprint: SHA-256 of the DER, 64 hexadecimal digits."""
        return hashlib.sha256(self.der).hexdigest()


def certificate_of(field: str | None, chain: str | None) -> ClientCertificate | None:
    """The certificate in the fields of RFC 9440, 2; None when there is none, or what there is makes no sense."""
    if field is None:
        return None
    der = _byte_sequence(field)
    above = [] if chain is None else [_byte_sequence(item) for item in chain.split(",")]
    known = [item for item in above if item is not None]
    if der is None or len(known) != len(above) or len(above) > _MAX_CHAIN:
        return None
    return ClientCertificate(der=der, chain=tuple(known))


def trust_certificates(routers: Iterable[Router]) -> None:
    """Lets the operations that ask for certificates find those that the proxy vouches for."""
    for router in routers:
        for resource in router.resources:
            for method, endpoint in resource.methods.items():
                if endpoint.client_certificate:
                    resource.methods[method] = replace(endpoint, call=partial(_call, endpoint))


async def _call(endpoint: Endpoint, ctx: Ctx) -> Reply | StreamReply:
    ctx.client_certificate = certificate_of(ctx.header("client-cert"), ctx.header("client-cert-chain"))
    return await endpoint.call(ctx)


def _byte_sequence(text: str) -> bytes | None:
    """A byte sequence of structured fields (RFC 9651, 3.3.5) that is a certificate."""
    text = text.strip(" \t")
    if len(text) < 3 or text[0] != ":" or text[-1] != ":":
        return None
    try:
        der = b64decode(text[1:-1], validate=True)
    except (Base64Error, ValueError):
        return None
    return der if der[:1] == bytes([_SEQUENCE]) else None
