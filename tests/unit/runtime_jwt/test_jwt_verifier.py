"""Which tokens are believed: RFC 8725, section by section."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any, cast

import pytest

from katana.runtime import Ctx, Forbidden, ServiceUnavailable
from katana.runtime.jwt import InvalidToken, TokenVerifier
from unit.runtime_jwt.jwt_issuer import AUDIENCE, EC, ED, RSA, jwk, sign, text, token

OTHER = "https://other.example"


def verify(issuer, given, **options):
    verifier = TokenVerifier(**{"issuer": issuer.url, "audience": AUDIENCE, **options})
    return asyncio.run(verifier.verify(given))


def refused(issuer, given, **options):
    with pytest.raises(InvalidToken) as caught:
        verify(issuer, given, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("algorithm", "key", "kid"),
    [("ES256", EC, "ec"), ("RS256", RSA, "rsa"), ("PS256", RSA, "rsa"), ("EdDSA", ED, "ed")],
)
def test_a_token_of_the_issuer_is_believed(issuer, algorithm, key, kid):
    found = verify(issuer, token(issuer.url, algorithm, key, kid, scope="read write", jti="1"))
    assert (found.subject, found.scopes, found.claims["jti"]) == ("ada", {"read", "write"}, "1")


def test_a_token_that_was_changed_is_refused(issuer):
    head, claims, signature = token(issuer.url).split(".")
    other = token(issuer.url, sub="bob").split(".")[1]
    assert "Signature" in refused(issuer, f"{head}.{other}.{signature}")
    assert "Signature" in refused(issuer, f"{head}.{claims}.{text(bytes(64))}")


def test_a_token_without_signature_is_refused(issuer):
    head, claims, _ = token(issuer.url, header={"alg": "none"}).split(".")
    for signature in ("", text(b"x")):
        assert refused(issuer, f"{head}.{claims}.{signature}") == "its algorithm is not allowed"


@pytest.mark.parametrize("algorithm", ["HS256", "none", "None", "RSA1_5", "", "ES256K"])
def test_a_verifier_for_shared_secrets_or_none_cannot_be_made(algorithm):
    with pytest.raises(ValueError, match=f"^{algorithm!r} is none of "):
        TokenVerifier(issuer=OTHER, audience=AUDIENCE, algorithms=("ES256", algorithm))


def test_a_public_key_is_no_shared_secret(issuer):
    """The algorithm confusion of RFC 8725, 2.1."""
    for secret in (json.dumps(jwk(RSA, "rsa")).encode(), jwk(RSA)["n"].encode()):
        head, claims, _ = token(issuer.url, "RS256", RSA, "rsa", header={"alg": "HS256"}).split(".")
        mac = hmac.digest(secret, f"{head}.{claims}".encode(), hashlib.sha256)
        assert refused(issuer, f"{head}.{claims}.{text(mac)}") == "its algorithm is not allowed"


def test_an_algorithm_that_the_service_does_not_list_is_refused(issuer):
    given = token(issuer.url, "RS256", RSA, "rsa")
    assert refused(issuer, given, algorithms=("ES256",)) == "its algorithm is not allowed"


def test_a_key_is_used_with_its_own_algorithm_only(issuer):
    issuer.documents["/keys"] = {"keys": [jwk(RSA, "rsa", alg="RS256"), jwk(EC, "ec")]}
    assert verify(issuer, token(issuer.url, "RS256", RSA, "rsa")).subject == "ada"
    assert refused(issuer, token(issuer.url, "PS256", RSA, "rsa")) == "no key of the issuer fits"
    assert refused(issuer, token(issuer.url, "RS256", RSA, "ec")) == "no key of the issuer fits"


def test_extensions_that_must_be_understood_are_not(issuer):
    for header in ({"crit": ["exp"]}, {"b64": False}, {"crit": ["b64"], "b64": False}):
        assert refused(issuer, token(issuer.url, header=header))


def test_a_key_inside_the_token_is_not_looked_at(issuer):
    issuer.documents["/keys"] = {"keys": [jwk(RSA, "rsa")]}
    for header in ({"jwk": jwk(EC, "ec")}, {"jku": f"{issuer.url}/evil"}, {"x5u": f"{issuer.url}/evil"}):
        assert refused(issuer, token(issuer.url, header=header)) == "no key of the issuer fits"
    assert "/evil" not in issuer.asked


@pytest.mark.parametrize("claims", [{"iss": OTHER}, {"iss": None}, {"iss": ["x"]}, {"iss": ""}])
def test_the_issuer_is_compared_exactly(issuer, claims):
    assert refused(issuer, token(issuer.url, **claims))
    assert refused(issuer, token(issuer.url, iss=issuer.url + "/"))


@pytest.mark.parametrize("audience", ["other", None, [], ["other"], "user", "users2", 1, [1], {}])
def test_a_token_for_another_audience_is_refused(issuer, audience):
    assert refused(issuer, token(issuer.url, aud=audience))


def test_one_of_several_audiences_is_enough(issuer):
    assert verify(issuer, token(issuer.url, aud=["other", AUDIENCE])).subject == "ada"
    assert verify(issuer, token(issuer.url, aud="b"), audience=("a", "b")).subject == "ada"


def test_time_counts_with_leeway(issuer):
    now = int(time.time())
    assert verify(issuer, token(issuer.url, exp=now - 10, nbf=now + 10)).subject == "ada"
    for claims in ({"exp": now - 100}, {"nbf": now + 100}, {"iat": now + 100}, {"exp": None}, {"exp": "soon"}):
        assert refused(issuer, token(issuer.url, **claims))
    assert refused(issuer, token(issuer.url, exp=now - 10), leeway=0)


@pytest.mark.parametrize("typ", ["JWT", "id+jwt", None, "", "at+jwt2", 1])
def test_a_token_for_another_purpose_is_refused(issuer, typ):
    assert refused(issuer, token(issuer.url, header={"typ": typ}))


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
def test_the_type_of_an_access_token_has_several_spellings(issuer, typ):
    assert verify(issuer, token(issuer.url, header={"typ": typ})).subject == "ada"


def test_a_service_may_leave_the_type_open(issuer):
    assert verify(issuer, token(issuer.url, header={"typ": None}), typ=None).subject == "ada"
    assert verify(issuer, token(issuer.url, header={"typ": "JWT"}), typ="JWT").subject == "ada"


def test_claims_that_the_service_requires_have_to_be_there(issuer):
    assert refused(issuer, token(issuer.url), required=("client_id",))
    assert verify(issuer, token(issuer.url, client_id="x"), required=("client_id",)).claims["client_id"] == "x"


@pytest.mark.parametrize(
    "given",
    ["", "a", "a.b", "a.b.c", "a.b.c.d", "..", "é.é.é", "\ud800.a.b", "a" * 20_000, "e30.e30.e30", "W10.e30.e30"],
)
def test_what_is_no_token_is_refused(issuer, given):
    assert refused(issuer, given)


def test_claims_that_nest_deep_are_refused(issuer):
    head = token(issuer.url).partition(".")[0]
    data = f"{head}.{text(b'{"a":' * 2000 + b'1' + b'}' * 2000)}"
    assert refused(issuer, f"{data}.{text(sign('ES256', EC, data.encode()))}")


def test_scopes_are_read_from_all_their_spellings(issuer):
    found = verify(issuer, token(issuer.url, scope="a b", scp=["c", 1]))
    assert found.scopes == {"a", "b", "c"}
    assert verify(issuer, token(issuer.url, scp="d e", scope=1)).scopes == {"d", "e"}


def _ctx():
    ctx = Ctx(method="GET", path="/", db=cast(Any, None))
    ctx.challenges = ('Bearer realm="Made"',)
    return ctx


def test_the_answer_for_a_hook(issuer):
    verifier = TokenVerifier(issuer=issuer.url, audience=AUDIENCE)
    good = token(issuer.url, scope="read")

    async def check() -> None:
        found = await verifier.caller(_ctx(), good, ("read",))
        assert found is not None
        assert found.subject == "ada"
        assert await verifier.caller(_ctx(), "nonsense", ("read",)) is None
        with pytest.raises(Forbidden) as caught:
            await verifier.caller(_ctx(), good, ("read", "write"))
        assert caught.value.fields == (
            ("www-authenticate", 'Bearer realm="Made", error="insufficient_scope", scope="read write"'),
        )

    asyncio.run(check())


def test_an_issuer_that_cannot_be_asked_is_no_reason_to_call_a_token_bad(issuer):
    issuer.status = 500
    verifier = TokenVerifier(issuer=issuer.url, audience=AUDIENCE)
    with pytest.raises(ServiceUnavailable):
        asyncio.run(verifier.caller(_ctx(), token(issuer.url)))


@pytest.mark.parametrize("audience", ["", [], [""]])
def test_a_verifier_needs_an_audience(audience):
    with pytest.raises(ValueError, match="audience"):
        TokenVerifier(issuer=OTHER, audience=audience)
