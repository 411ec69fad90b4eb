"""An issuer on this machine: keys made by `cryptography`, tokens put together by hand, a real HTTP server."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

AUDIENCE = "users"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return text(value.to_bytes((value.bit_length() + 7) // 8))


def jwk(key: Any, kid: str | None = None, **members: Any) -> dict[str, Any]:
    """The public part of a key."""
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        made = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        made = {"kty": "EC", "crv": "P-256", "x": text(point.x.to_bytes(32)), "y": text(point.y.to_bytes(32))}
    else:
        made = {"kty": "OKP", "crv": "Ed25519", "x": text(key.public_key().public_bytes_raw())}
    return {**made, **({} if kid is None else {"kid": kid}), **members}


def sign(algorithm: str, key: Any, data: bytes) -> bytes:
    sha = hashes.SHA256()
    if algorithm == "RS256":
        return key.sign(data, padding.PKCS1v15(), sha)
    if algorithm == "PS256":
        return key.sign(data, padding.PSS(padding.MGF1(sha), sha.digest_size), sha)
    if algorithm == "ES256":
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(sha)))
        return r.to_bytes(32) + s.to_bytes(32)
    return key.sign(data)


def token(
    issuer: str,
    algorithm: str = "ES256",
    key: Any = EC,
    kid: str | None = "ec",
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """A token that is good unless the arguments say otherwise; a claim or header that is None is left out."""
    now = int(time.time())
    head = {"alg": algorithm, "typ": "at+jwt", "kid": kid, **(header or {})}
    said = {"iss": issuer, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 300, **claims}
    parts = [{name: value for name, value in each.items() if value is not None} for each in (head, said)]
    data = ".".join(text(json.dumps(part).encode()) for part in parts).encode()
    return f"{data.decode()}.{text(sign(algorithm, key, data))}"


class Issuer:
    """`documents` by path is what it serves; `asked` counts requests; `wait` holds answers back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[str] = []
        self.wait = threading.Event()
        self.wait.set()
        self.status = 200
        self.fields: dict[str, str] = {}
        self.documents: dict[str, Any] = {
            "/.well-known/openid-configuration": {"issuer": url, "jwks_uri": f"{url}/keys"},
            "/keys": {"keys": [jwk(EC, "ec"), jwk(RSA, "rsa"), jwk(ED, "ed")]},
        }

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        self.wait.wait(10)
        document = self.documents.get(path)
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return (404 if document is None else self.status), body


@contextmanager
def serving() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = issuer.answer(self.path)
            self.send_response(status)
            for name, value in issuer.fields.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        issuer.wait.set()
        server.shutdown()
        thread.join()
        server.server_close()
