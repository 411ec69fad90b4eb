"""The key set of an issuer, fetched when it is needed and kept.

In: the URL of a key set, or an issuer that names it (OpenID Connect Discovery 1.0; RFC 8414). Out: the key for a token.
Never: more than one request under way, or one for every bad token.

Rules:

1. A key set is *fresh* for as long as its `cache-control` says, at least a minute and at most a day.
2. After that it still serves while one request, which nobody waits for, fetches it anew. If that fails the old keys
   stay, for a day.
3. A key that is not there asks for the set once more, since issuers rotate keys; but not within half a minute of the
   last request. All who wait, wait for the same one.
4. Without any keys, a failure is the answer for a second; then the next token tries again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from katana.runtime._apart import apart
from katana.runtime.jwt._fetch import FetchError, check_url, fetch
from katana.runtime.jwt._jwk import PublicKey, public_key

_log = logging.getLogger("katana.jwt")
_FRESH: Final = 600.0
_FRESH_AT_LEAST: Final = 60.0
_FRESH_AT_MOST: Final = 86400.0
_STALE: Final = 86400.0
_PAUSE: Final = 30.0
_PAUSE_EMPTY: Final = 1.0
_MOST_KEYS: Final = 100
_DISCOVERY: Final = "/.well-known/openid-configuration"


class KeysUnavailable(Exception):
    """There are no keys: none came, or they are too old. The text says why."""


class Keys:
    """The keys of one issuer, for one event loop.

    Args:
        url: of the key set (`jwks_uri`), https unless it is on this machine.
        clock: seconds that never go back.

    Raises:
        ValueError: the URL cannot be trusted.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = check_url(url)
        self._issuer: str | None = None
        self._clock = clock
        self._keys: tuple[PublicKey, ...] | None = None
        self._fresh_until = 0.0
        self._fetched = 0.0
        self._tried: float | None = None
        self._failure = "they were never fetched"
        self._fetching: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, issuer: str, *, page: str | None = None, clock: Callable[[], float] = time.monotonic) -> Keys:
        """The keys that `issuer` names.

        Args:
            issuer: what the page has to call itself.
            page: the URL of the page, as in `openIdConnectUrl`; None: `/.well-known/openid-configuration` below the
                issuer's own path.
            clock: see `Keys`.

        Raises:
            ValueError: the URL cannot be trusted.
        """
        keys = cls(page if page is not None else issuer.rstrip("/") + _DISCOVERY, clock=clock)
        keys._issuer = issuer
        return keys

    async def find(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """The key with that name for that algorithm; without a name, the only key for the algorithm.

        Raises:
            KeysUnavailable: there are no keys at all.
        """
        if self._keys is None or self._clock() >= self._fetched + _STALE:
            self._keys = None
            await self._fetch(_PAUSE_EMPTY)
        elif self._clock() >= self._fresh_until:
            self._start(_PAUSE)
        found = self._select(kid, algorithm)
        if found is None and await self._fetch(_PAUSE):
            found = self._select(kid, algorithm)
        return found

    def _select(self, kid: str | None, algorithm: str) -> PublicKey | None:
        if self._keys is None:
            raise KeysUnavailable(self._failure)
        fitting = [key for key in self._keys if algorithm in key.algorithms and (kid is None or key.kid == kid)]
        return fitting[0] if len(fitting) == 1 else None

    async def _fetch(self, pause: float) -> bool:
        """Waits for a request of the key set; False when it is too early for one."""
        task = self._start(pause)
        if task is None:
            return False
        await asyncio.shield(task)
        return True

    def _start(self, pause: float) -> asyncio.Task[None] | None:
        """The request under way, or a new one unless the last was less than `pause` seconds ago."""
        if self._fetching is None or self._fetching.done():
            if self._tried is not None and self._clock() < self._tried + pause:
                return None
            self._tried = self._clock()
            self._fetching = asyncio.get_running_loop().create_task(self._refresh())
        return self._fetching

    async def _refresh(self) -> None:
        """Fetches the set. Raises nothing: a failure is a line in the log."""
        try:
            keys, max_age = await self._load()
        except (FetchError, ValueError) as error:
            self._failure = str(error)
            _log.warning("the keys of tokens did not come: %s", error)
            return
        self._keys = keys
        self._fetched = self._clock()
        fresh = _FRESH if max_age is None else float(max_age)
        self._fresh_until = self._fetched + min(max(fresh, _FRESH_AT_LEAST), _FRESH_AT_MOST)

    async def _load(self) -> tuple[tuple[PublicKey, ...], int | None]:
        url = self._url if self._issuer is None else await self._discovered(self._issuer)
        document, max_age = await apart(partial(fetch, url))
        listed = document.get("keys")
        if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
            raise FetchError(f"{url} is no key set of at most {_MOST_KEYS} keys")
        keys = tuple(key for key in map(public_key, listed) if key is not None)
        if not keys:
            raise FetchError(f"{url} has no key for signatures")
        return keys, max_age

    async def _discovered(self, issuer: str) -> str:
        """Where the issuer keeps its keys; it has to call itself what we call it (RFC 8414, 3.3)."""
        document, _ = await apart(partial(fetch, self._url))
        url = document.get("jwks_uri")
        if document.get("issuer") != issuer or not isinstance(url, str):
            raise FetchError(f"{self._url} does not describe the issuer {issuer!r}")
        return check_url(url)
