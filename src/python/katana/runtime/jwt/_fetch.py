"""One JSON object from a URL.

In: a URL. Out: the object, and for how long it may be kept. Never: another address than the one given: a redirect is an
error; plain HTTP only on this very machine; more bytes or seconds than allowed. Blocks: call it beside the event loop.
"""

from __future__ import annotations

import re
import time
import urllib.request
from ipaddress import ip_address
from typing import Any, Final, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit

import msgspec

MAX_BYTES: Final = 256 << 10
"""Of a document. The largest key sets in use are a tenth of that."""

MAX_SECONDS: Final = 5.0
"""For name resolution, connection and the whole document."""

_CHUNK: Final = 16 << 10
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age=([0-9]{1,9})(?=$|[\s,])", re.IGNORECASE)


class FetchError(Exception):
    """The document did not come. The text says why."""


class Fetched(NamedTuple):
    """A JSON object, and the seconds that its `cache-control` allows; None: it does not say."""

    document: dict[str, Any]
    max_age: int | None


def check_url(url: str) -> str:
    """`url`, if its answer can be trusted: https, or a loopback address.

    Raises:
        ValueError: it is neither.
    """
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError(f"{url!r}: no user, password or fragment belongs here")
    if not parts.hostname or (
        parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname))
    ):
        raise ValueError(f"{url!r} is not an https URL: keys that come over plain HTTP can be anyone's")
    return url


def fetch(url: str, *, seconds: float = MAX_SECONDS, limit: int = MAX_BYTES) -> Fetched:
    """The JSON object at `url`.

    Raises:
        FetchError: it did not come, is too large, or is no JSON object.
        ValueError: the URL cannot be trusted, see `check_url`.
    """
    request = urllib.request.Request(check_url(url), headers={"accept": "application/json"})  # noqa: S310 - just checked
    end = time.monotonic() + seconds
    try:
        with _opener().open(request, timeout=seconds) as response:
            body = _read(response, end, limit)
            cache = response.headers.get("cache-control", "")
    except HTTPError as error:
        with error:  # it holds the connection
            raise FetchError(f"{url}: {error}") from error
    except (OSError, ValueError) as error:  # URLError among them; ValueError: a malformed answer
        raise FetchError(f"{url}: {error}") from error
    try:
        document = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FetchError(f"{url} is no JSON object") from error
    age = _MAX_AGE.search(cache)
    return Fetched(document, int(age[1]) if age else None)


def _read(response: Any, end: float, limit: int) -> bytes:
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > limit:
            raise OSError(f"more than {limit} bytes")
        if time.monotonic() > end:
            raise TimeoutError("too slow")
    return bytes(body)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What was configured answers itself; the status 3xx then is an error like any other."""

    def redirect_request(self, *_: Any) -> None: ...


def _opener() -> urllib.request.OpenerDirector:
    """Goes through the proxy of the environment (`https_proxy`), but never for this machine."""
    proxies = {scheme: url for scheme, url in urllib.request.getproxies().items() if scheme == "https"}
    return urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler(proxies))
