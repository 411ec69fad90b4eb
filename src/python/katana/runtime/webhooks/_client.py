"""The HTTP client: one attempt over a socket.

In: an `Exchange`. Out: what came back. Never: redirects, proxies of the environment, cookies, decompression, or more of
an answer than its limit. A connection is made to an address that was checked, and to no other: the resolver here
is the only one that the client asks, and it hands over what the client then connects to.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, Final

from katana.runtime._headers import Headers
from katana.runtime.webhooks._exchange import AttemptError, Exchange, Received, TargetError
from katana.runtime.webhooks._targets import Targets

if TYPE_CHECKING:
    import aiohttp

MAX_ANSWER: Final = 256 << 10
"""Bytes of the body of an answer."""

_CONNECTIONS: Final = 100
_PER_HOST: Final = 10
_IDLE: Final = 30.0


class Client:
    """Connections to receivers, made when they are first needed; closed, it can be used again."""

    def __init__(self, targets: Targets) -> None:
        self.targets = targets
        self._session: aiohttp.ClientSession | None = None

    async def attempt(self, exchange: Exchange) -> Received:
        """The answer.

        Raises:
            TargetError: the request may not go there.
            AttemptError: no answer came.
        """
        import aiohttp  # noqa: PLC0415 - who only verifies messages does not need it
        from yarl import URL  # noqa: PLC0415 - comes with aiohttp

        target = self.targets.check(exchange.url)
        url = URL(target.url, encoded=True)
        if (url.host or "").lower() != target.host or url.port != target.port:
            raise TargetError("its host can be read in two ways")
        if self._session is None:
            self._session = self._open()
        try:
            async with (
                asyncio.timeout(exchange.timeout),
                self._session.request(
                    exchange.method, url, headers=exchange.fields, data=exchange.body or None, allow_redirects=False
                ) as response,
            ):
                body = await _read(response)
                headers = Headers(tuple((name.lower(), value) for name, value in response.headers.items()))
                return Received(status=response.status, headers=headers, body=body)
        except TimeoutError:
            raise AttemptError(f"no answer within {exchange.timeout:g} s") from None
        except aiohttp.InvalidURL:
            raise TargetError("this is no URL") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error.__cause__, _RefusedError):
                raise TargetError(str(error.__cause__)) from None
            raise AttemptError(f"{type(error).__name__}: {error}") from None

    async def close(self) -> None:
        """Closes all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        import aiohttp  # noqa: PLC0415 - see above

        connector = aiohttp.TCPConnector(
            resolver=_resolver(self.targets),
            limit=_CONNECTIONS,
            limit_per_host=_PER_HOST,
            keepalive_timeout=_IDLE,
            use_dns_cache=False,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"accept-encoding": "identity", "user-agent": "katana"},
            auto_decompress=False,
            trust_env=False,
        )


class _RefusedError(OSError):
    """None of the addresses of a name may be asked."""


def _resolver(targets: Targets) -> Any:
    """A resolver of aiohttp that gives out addresses which may be asked, and no others."""
    from aiohttp.abc import AbstractResolver, ResolveResult  # noqa: PLC0415 - see above

    class Resolver(AbstractResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            loop = asyncio.get_running_loop()
            found = await loop.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG
            )
            out: list[ResolveResult] = []
            for each, _, protocol, _, address in found:
                try:
                    targets.check_address(host, str(address[0]))
                except TargetError:
                    continue
                out.append(
                    ResolveResult(
                        hostname=host,
                        host=str(address[0]),
                        port=port,
                        family=each,
                        proto=protocol,
                        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                    )
                )
            if not out:
                raise _RefusedError("its address is not one of the public internet")
            return out

        async def close(self) -> None: ...

    return Resolver()


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(16 << 10):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise ValueError(f"an answer of more than {MAX_ANSWER} bytes")
    return bytes(body)
