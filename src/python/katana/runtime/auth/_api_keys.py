"""API keys by their digests.

In: a key. Out: whose it is. Never: the keys themselves. A plain SHA-256 is enough for what a machine made (128 random
bits or more), and only for that; passwords are another module's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from hmac import compare_digest
from typing import Final

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class ApiKeys[T]:
    """Who may call by which key.

    Args:
        owners: the SHA-256 of each key, 64 lower-case hexadecimal digits (`printf %s "$KEY" | sha256sum`), to whose it
            is.

    Raises:
        ValueError: a digest is none; the text does not repeat it, for it may be the key.
    """

    def __init__(self, owners: Mapping[str, T]) -> None:
        for position, digest in enumerate(owners, 1):
            if not _DIGEST.fullmatch(digest):
                raise ValueError(f"digest {position} of {len(owners)} is not 64 lower-case hexadecimal digits")
        self._owners = [(bytes.fromhex(digest), owner) for digest, owner in owners.items()]

    def owner(self, key: str) -> T | None:
        """Whose key it is; None: nobody's. Takes the same time for every key of one length."""
        given = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        found: T | None = None
        for digest, owner in self._owners:
            if compare_digest(digest, given):
                found = owner
        return found
