"""Ready-made answers for hooks: keys, passwords, scopes."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, cast

import pytest

from katana.runtime import Ctx
from katana.runtime.auth import ApiKeys, Passwords, hash_password, insufficient_scope


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def test_a_key_belongs_to_whom_its_digest_names():
    keys = ApiKeys({_digest("k1"): "ci", _digest("k2"): "shop"})
    assert [keys.owner(key) for key in ("k1", "k2", "k3", "", "\ud800")] == ["ci", "shop", None, None, None]


@pytest.mark.parametrize("digest", ["secret-key", "", "A" * 64, _digest("x") + "0"])
def test_a_key_in_the_clear_is_refused_and_not_shown(digest):
    with pytest.raises(ValueError) as caught:
        ApiKeys({digest: "ci"})
    assert str(caught.value) == "digest 1 of 1 is not 64 lower-case hexadecimal digits"


def test_a_password_is_that_of_its_user():
    passwords = Passwords({"ada": hash_password("pässword")})
    pairs = [("ada", "pässword"), ("ada", "other"), ("bob", "pässword"), ("ada", ""), ("ada", "x" * 5000)]

    async def check() -> list[str | None]:
        return [await passwords.user(*pair) for pair in pairs]

    assert asyncio.run(check()) == ["ada", None, None, None, None]


def test_two_hashes_of_one_password_differ():
    assert hash_password("a") != hash_password("a")


def test_what_is_no_hash_is_refused_and_not_shown():
    with pytest.raises(ValueError) as caught:
        Passwords({"ada": "hunter2"})
    assert str(caught.value) == "what is kept for 'ada' is not made by hash_password"


def test_a_lack_of_scopes_names_them_in_the_challenge():
    ctx = Ctx(method="GET", path="/", db=cast(Any, None))
    problem = insufficient_scope(ctx, ("a", "b"))
    assert problem.fields == (("www-authenticate", 'Bearer error="insufficient_scope", scope="a b"'),)
    assert problem.members == {"scopes": ["a", "b"]}
