"""One public key of a key set (RFC 7517).

In: a JSON Web Key. Out: a `PublicKey`, or None for one that is not for signatures of ours. Never: secrets (`oct`), keys
that are too short to trust, private parts.
"""

from __future__ import annotations

from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import get_default_algorithms
from msgspec import Struct

ALGORITHMS: Final = frozenset(
    {"ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"}
)
"""Signatures with a private key (RFC 7518, 3.1; RFC 8037). The ones with a shared secret are left out on purpose: a key
set is public, and a verifier that knows both kinds can be made to take a public key for a secret (RFC 8725, 2.1)."""

_CURVES: Final = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_RSA: Final = frozenset({"PS256", "PS384", "PS512", "RS256", "RS384", "RS512"})
_PUBLIC: Final = frozenset({"crv", "e", "kty", "n", "x", "y"})
_SMALLEST: Final = 2048


class PublicKey(Struct, frozen=True, kw_only=True):
    """A key, its `kid` (empty when it has none) and the algorithms that it may be used with."""

    kid: str
    algorithms: frozenset[str]
    key: Any


def public_key(jwk: Any) -> PublicKey | None:
    """The key, if it can check signatures."""
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        return None
    algorithms = _algorithms(jwk)
    if not algorithms:
        return None
    public = {name: value for name, value in jwk.items() if name in _PUBLIC}
    try:
        key = get_default_algorithms()[min(algorithms)].from_jwk(public)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAPublicKey) and key.key_size < _SMALLEST:
        return None
    kid = jwk.get("kid", "")
    return PublicKey(kid=kid if isinstance(kid, str) else "", algorithms=algorithms, key=key)


def _algorithms(jwk: dict[str, Any]) -> frozenset[str]:
    """What the kind of the key allows, and its `alg` if it has one."""
    kind = jwk.get("kty")
    if kind == "RSA":
        allowed = _RSA
    elif kind == "EC":
        allowed = frozenset(filter(None, [_CURVES.get(str(jwk.get("crv")))]))
    else:
        allowed = frozenset({"EdDSA"} if kind == "OKP" and jwk.get("crv") in ("Ed25519", "Ed448") else ())
    declared = jwk.get("alg")
    return allowed if declared is None else allowed & {declared} if isinstance(declared, str) else frozenset()
