"""When the key set of an issuer is fetched, and what is believed of it."""

from __future__ import annotations

import asyncio
from urllib.error import HTTPError

import pytest

from katana.runtime.jwt import Keys, KeysUnavailable
from katana.runtime.jwt._fetch import FetchError, fetch
from unit.runtime_jwt.jwt_issuer import EC, ED, RSA, SMALL, jwk


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def _quiet(keys) -> None:
    """Waits for a request in the background."""
    task = keys._fetching
    if task is not None:
        await task


def test_the_issuer_says_where_its_keys_are(issuer):
    found = asyncio.run(Keys.of(issuer.url).find("ec", "ES256"))
    assert found is not None
    assert found.kid == "ec"
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


def test_the_page_of_an_issuer_may_be_elsewhere(issuer):
    issuer.documents["/about"] = {"issuer": "https://id.example/", "jwks_uri": f"{issuer.url}/keys"}
    found = asyncio.run(Keys.of("https://id.example/", page=f"{issuer.url}/about").find("ec", "ES256"))
    assert found is not None
    assert issuer.asked == ["/about", "/keys"]


def test_keys_are_kept(issuer):
    async def check() -> None:
        keys = Keys(f"{issuer.url}/keys")
        for _ in range(5):
            assert await keys.find("ec", "ES256")
        assert issuer.asked == ["/keys"]

    asyncio.run(check())


def test_all_who_wait_wait_for_one_request(issuer):
    async def check() -> None:
        keys = Keys(f"{issuer.url}/keys")
        issuer.wait.clear()
        waiting = [asyncio.ensure_future(keys.find("ec", "ES256")) for _ in range(20)]
        while not issuer.asked:
            await asyncio.sleep(0.005)
        waiting.pop().cancel()
        issuer.wait.set()
        assert all(await asyncio.gather(*waiting))
        assert issuer.asked == ["/keys"]

    asyncio.run(check())


def test_a_new_key_is_found_and_unknown_ones_do_not_make_requests_without_end(issuer):
    async def check() -> None:
        clock = Clock()
        keys = Keys(f"{issuer.url}/keys", clock=clock)
        assert await keys.find("ec", "ES256")
        issuer.documents["/keys"] = {"keys": [jwk(EC, "new")]}
        assert await keys.find("new", "ES256") is None, "too early after the last request"
        clock.now += 31
        assert await keys.find("new", "ES256")
        assert await keys.find("ec", "ES256") is None, "a key that was withdrawn"
        for number in range(50):
            assert await keys.find(f"evil{number}", "ES256") is None
        assert issuer.asked == ["/keys", "/keys"]

    asyncio.run(check())


def test_old_keys_serve_while_new_ones_are_fetched_and_when_that_fails(issuer):
    async def check() -> None:
        clock = Clock()
        keys = Keys(f"{issuer.url}/keys", clock=clock)
        await keys.find("ec", "ES256")
        issuer.status = 500
        clock.now += 601
        issuer.wait.clear()
        assert await keys.find("ec", "ES256"), "nobody waits for the request"
        issuer.wait.set()
        await _quiet(keys)
        assert await keys.find("ec", "ES256")
        assert len(issuer.asked) == 2, "the next attempt comes half a minute later"
        clock.now += 31
        await keys.find("ec", "ES256")
        await _quiet(keys)
        assert len(issuer.asked) == 3
        clock.now += 86400
        with pytest.raises(KeysUnavailable, match="500"):
            await keys.find("ec", "ES256")

    asyncio.run(check())


@pytest.mark.parametrize(("said", "seconds"), [("max-age=120", 120), ("max-age=1", 60), ("no-store", 600)])
def test_the_issuer_says_for_how_long_keys_are_fresh_within_bounds(issuer, said, seconds):
    issuer.fields["cache-control"] = said

    async def check() -> None:
        clock = Clock()
        keys = Keys(f"{issuer.url}/keys", clock=clock)
        await keys.find("ec", "ES256")
        clock.now += seconds - 1
        await keys.find("ec", "ES256")
        await _quiet(keys)
        assert len(issuer.asked) == 1
        clock.now += 2
        await keys.find("ec", "ES256")
        await _quiet(keys)
        assert len(issuer.asked) == 2

    asyncio.run(check())


def test_without_keys_a_failure_is_the_answer_for_a_second(issuer):
    async def check() -> None:
        clock = Clock()
        keys = Keys(f"{issuer.url}/keys", clock=clock)
        issuer.status = 503
        for _ in range(3):
            with pytest.raises(KeysUnavailable):
                await keys.find("ec", "ES256")
        assert len(issuer.asked) == 1
        issuer.status = 200
        clock.now += 1.1
        assert await keys.find("ec", "ES256")

    asyncio.run(check())


def test_a_token_without_a_key_name_gets_the_only_key_for_its_algorithm(issuer):
    async def check() -> None:
        keys = Keys(f"{issuer.url}/keys")
        found = [await keys.find(None, algorithm) for algorithm in ("ES256", "EdDSA")]
        assert [key.kid for key in found if key is not None] == ["ec", "ed"]

    asyncio.run(check())
    issuer.documents["/keys"] = {"keys": [jwk(EC, "a"), jwk(EC, "b")]}
    assert asyncio.run(Keys(f"{issuer.url}/keys").find(None, "ES256")) is None


@pytest.mark.parametrize(
    "bad",
    [
        jwk(RSA, "ec", use="enc"),
        jwk(RSA, "ec", key_ops=["encrypt"]),
        jwk(SMALL, "ec"),
        jwk(EC, "ec", alg="RS256"),
        jwk(EC, "ec", crv="P-384"),
        jwk(ED, "ec", crv="X25519"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "ec", "alg": "HS256"},
        {"kty": "EC", "kid": "ec"},
        {"kty": 1},
        "key",
    ],
)
def test_keys_for_something_else_and_weak_ones_are_left_out(issuer, bad):
    issuer.documents["/keys"] = {"keys": [bad, jwk(EC, "good")]}

    async def check() -> None:
        keys = Keys(f"{issuer.url}/keys")
        assert await keys.find("good", "ES256")
        for algorithm in ("ES256", "RS256", "HS256", "EdDSA", "ES384"):
            assert await keys.find("ec", algorithm) is None

    asyncio.run(check())


@pytest.mark.parametrize(
    "document",
    [b"[]", b"", b"\xff", b"{", {"keys": {}}, {"keys": []}, {}, {"keys": [jwk(EC, str(n)) for n in range(101)]}],
)
def test_what_is_no_key_set_is_a_failure(issuer, document):
    issuer.documents["/keys"] = document
    with pytest.raises(KeysUnavailable):
        asyncio.run(Keys(f"{issuer.url}/keys").find("ec", "ES256"))


def test_an_issuer_has_to_be_who_it_was_asked_as(issuer):
    issuer.documents["/.well-known/openid-configuration"] = {"issuer": "https://evil", "jwks_uri": f"{issuer.url}/keys"}
    with pytest.raises(KeysUnavailable, match="does not describe the issuer"):
        asyncio.run(Keys.of(issuer.url).find("ec", "ES256"))


def test_an_issuer_cannot_send_us_to_an_address_without_https(issuer):
    document = {"issuer": issuer.url, "jwks_uri": "http://169.254.169.254/keys"}
    issuer.documents["/.well-known/openid-configuration"] = document
    with pytest.raises(KeysUnavailable, match="not an https URL"):
        asyncio.run(Keys.of(issuer.url).find("ec", "ES256"))


@pytest.mark.parametrize("url", ["http://id.example/keys", "ftp://id.example", "id.example", "https://u:p@id.example/"])
def test_keys_do_not_come_from_where_anyone_can_put_them(url):
    with pytest.raises(ValueError, match=r"id\.example"):
        Keys(url)


def test_redirects_are_not_followed(issuer):
    issuer.status = 302
    issuer.fields["location"] = f"{issuer.url}/.well-known/openid-configuration"
    with pytest.raises(FetchError, match="302"):
        fetch(f"{issuer.url}/keys")
    assert issuer.asked == ["/keys"]


def test_a_document_that_is_too_large_is_not_read_to_its_end(issuer):
    issuer.documents["/keys"] = b" " * 5000
    with pytest.raises(FetchError, match="more than 1000 bytes"):
        fetch(f"{issuer.url}/keys", limit=1000)


def test_an_issuer_that_does_not_answer_is_given_up(issuer):
    issuer.wait.clear()
    with pytest.raises(FetchError, match="timed out"):
        fetch(f"{issuer.url}/keys", seconds=0.05)


def test_a_refused_request_leaves_no_connection_open(issuer):
    issuer.status = 503
    with pytest.raises(FetchError) as refused:
        fetch(f"{issuer.url}/keys")
    assert isinstance(refused.value.__cause__, HTTPError)
    assert refused.value.__cause__.closed
