"""Users and the hashes of their passwords.

In: user and password. Out: whether they belong together. Never: an answer that comes sooner for a user who does not
exist. Hashes are scrypt (RFC 7914) with N=2^15, r=8, p=1: 32 MiB and about 100 ms each, which is spent in a thread, for
a few at a time.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import partial
from hmac import compare_digest
from typing import Final

from katana.runtime._apart import apart

_N: Final = 2**15
_R: Final = 8
_MEMORY: Final = 64 << 20
_AT_ONCE: Final = 4
_LONGEST: Final = 1024
_SPELLED: Final = re.compile(r"scrypt\$([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=)")


def hash_password(password: str) -> str:
    """What a service keeps instead of a password: `scrypt$SALT$HASH`."""
    salt = os.urandom(16)
    return f"scrypt${b64encode(salt).decode()}${b64encode(_scrypt(password, salt)).decode()}"


class Passwords:
    """Users and the hashes of their passwords, as `hash_password` makes them.

    Raises:
        ValueError: a hash is none; the text names its user only.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes: dict[str, tuple[bytes, bytes]] = {}
        for user, text in hashes.items():
            spelled = _SPELLED.fullmatch(text)
            if spelled is None:
                raise ValueError(f"what is kept for {user!r} is not made by hash_password")
            self._hashes[user] = b64decode(spelled[1]), b64decode(spelled[2])
        self._nobody = os.urandom(16), os.urandom(32)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def user(self, username: str, password: str) -> str | None:
        """The user, if the password is theirs (RFC 7617); None otherwise."""
        if len(password) > _LONGEST:
            return None
        salt, known = self._hashes.get(username, self._nobody)
        async with self._turns:
            given = await apart(partial(_scrypt, password, salt))
        return username if compare_digest(known, given) and username in self._hashes else None


def _scrypt(password: str, salt: bytes) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=_N, r=_R, p=1, maxmem=_MEMORY, dklen=32)
