"""Which modules beyond the usual ones the code of an OpenAPI document imports, because of what the document has in it.

In: the bytes of a file. Out: names of modules. Never: a parse. Too much is no harm, the service then carries a
requirement that it does not need; so words are looked for, whatever they stand in.
"""

from __future__ import annotations

import re

from katana.runtime_modules import BROTLI, SENDERS, UPLOADS, ZSTD

_FEATURES = (
    (re.compile(rb"""(?:^|[\s{,])["']?(?:webhooks|callbacks)["']?\s*:"""), SENDERS),
    (re.compile(rb"""multipart\\?/""", re.IGNORECASE), UPLOADS),  # JSON may write the slash as `\/`
    (re.compile(rb"""[\[,:-]\s*["']?br["']?\s*(?:[\],}#\n]|$)""", re.IGNORECASE), BROTLI),
    (re.compile(rb"""\bzstd\b""", re.IGNORECASE), ZSTD),
)


def modules_for(content: bytes) -> tuple[str, ...]:
    """The modules that this text asks for, in a stable order."""
    return tuple(module for word, modules in _FEATURES if word.search(content) for module in modules)
