"""Trailer fields: what a message says after its content (RFC 9110, 6.5).

In: names and values. Out: those that may stand in a trailer section, in either direction. Never: a field that frames,
routes, authenticates or describes what went before it: whoever reads it would have needed it earlier, and a recipient
that merged it into the head would be told one thing before the content and another after it (6.5.1).
"""

from __future__ import annotations

import re
from typing import Final

from katana.runtime._reply import Fields, field_line

# Framing and the connection; routing; controls, conditions and authentication; what the content is (RFC 9110, 6.5.1).
_FORBIDDEN: Final = re.compile(
    r"connection|content-(?:encoding|length|range|type)|date|keep-alive|te|trailer|transfer-encoding|upgrade"
    r"|forwarded|host|max-forwards|proxy-.*|via|x-forwarded-.*"
    r"|age|cache-control|expect|expires|if-.*|location|pragma|range|retry-after|vary|warning"
    r"|authorization|cookie2?|set-cookie2?|www-authenticate|authentication-info"
)


def allowed(name: str) -> bool:
    """Whether the field may stand in a trailer section; `name` is lower-case."""
    return _FORBIDDEN.fullmatch(name) is None


class Trailers:
    """The trailer fields of one response: `trailers["server-timing"] = "db;dur=53"`, until its last chunk is sent.

    `names` are announced in the head. Those that are never set are not sent.

    Raises ValueError for a name that is no token or may not stand in a trailer section.
    """

    __slots__ = ("_values", "names")

    def __init__(self, *names: str) -> None:
        self.names = tuple(dict.fromkeys(name.lower() for name in names))
        self._values: dict[str, str] = {}
        for name in self.names:
            field_line(name, "")
            if not allowed(name):
                raise ValueError(f"the field {name!r} may not be a trailer field (RFC 9110, 6.5.1)")

    def __setitem__(self, name: str, value: str) -> None:
        """Raises KeyError for a name that was not announced, ValueError for a value that would break the message."""
        name = name.lower()
        if name not in self.names:
            raise KeyError(f"the trailer field {name!r} was not announced, only {', '.join(self.names)}")
        field_line(name, value)
        self._values[name] = value

    @property
    def fields(self) -> Fields:
        """Those that are set, in the order of their announcement."""
        return tuple((name, self._values[name]) for name in self.names if name in self._values)

    def __repr__(self) -> str:
        return f"Trailers{self.names!r}"
