"""Credentials for operations that are not for everyone.

In: `{scheme: secret}`, as a function of the user's returns it, and the security schemes of a document. Out: header
fields and query parameters. Never: a secret in a report.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from katana.probe._contract import Operation

Pairs = tuple[tuple[str, str], ...]


class Credentials:
    """What is known, by the name of the scheme: a key, a token, or `user:password`."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = secrets

    def for_operation(self, operation: Operation) -> tuple[Pairs, Pairs] | None:
        """Header fields and query parameters of the first alternative that is known; None: there is none."""
        for alternative in operation.security or ({},):
            if all(name in self._secrets for name in alternative):
                return self._written(alternative, operation.document.schemes)
        return None

    def hidden(self, text: str) -> str:
        """A text without the secrets."""
        for name, secret in self._secrets.items():
            for shown in (secret, base64.b64encode(secret.encode()).decode()):
                text = text.replace(shown, f"${name.upper()}") if shown else text
        return text

    def _written(self, names: Mapping[str, Any], schemes: Mapping[str, Any]) -> tuple[Pairs, Pairs]:
        fields: list[tuple[str, str]] = []
        query: list[tuple[str, str]] = []
        for name in names:
            scheme, secret = schemes.get(name, {}), self._secrets[name]
            if scheme.get("type") == "apiKey":
                if scheme["in"] == "query":
                    query.append((scheme["name"], secret))
                else:
                    cookie = scheme["in"] == "cookie"
                    fields.append(("cookie", f"{scheme['name']}={secret}") if cookie else (scheme["name"], secret))
            else:
                fields.append(("authorization", _authorization(scheme, secret)))
        return tuple(fields), tuple(query)


def _authorization(scheme: Mapping[str, Any], secret: str) -> str:
    kind = str(scheme.get("scheme", "bearer")).lower()
    if kind == "basic":
        return f"Basic {base64.b64encode(secret.encode()).decode()}"
    return f"{'Bearer' if kind == 'bearer' else scheme['scheme']} {secret}"
