"""Katana's rules for security: schemes that exist, and requirements that name them.

In: a workspace that is valid by the standard. Out: findings. Never: how credentials are checked.
"""

from __future__ import annotations

import difflib
import re

from katana.spec.model import Node, Workspace, places

HTTP_SCHEMES = (
    "Basic",
    "Bearer",
    "Concealed",
    "Digest",
    "DPoP",
    "GNAP",
    "HOBA",
    "Mutual",
    "Negotiate",
    "OAuth",
    "PrivateToken",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "vapid",
)
"""IANA, Hypertext Transfer Protocol (HTTP) Authentication Scheme Registry."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_KNOWN = {scheme.lower(): scheme for scheme in HTTP_SCHEMES}


def check_security(workspace: Workspace) -> None:
    """All rules for schemes and requirements."""
    schemes = workspace.root.follow(("components", "securitySchemes"))
    for _, entry in schemes.members() if schemes is not None else ():
        scheme = workspace.resolve(entry)
        if scheme is not None:
            _check_scheme(scheme, workspace)
    known = schemes.value.keys() if schemes is not None else ()
    owners = [workspace.root, *(place.node for place in places(workspace))]
    for owner in owners:
        requirements = owner.get("security")
        for requirement in requirements.items() if requirements is not None else ():
            for name, node in requirement.members():
                if name not in known:
                    close = difflib.get_close_matches(name[:80], known, n=1)
                    workspace.findings.error(
                        node,
                        "unknown-security-scheme",
                        f"there is no security scheme `{name}`",
                        key=True,
                        hint=f"did you mean `{close[0]}`?" if close else "declare it in components/securitySchemes",
                    )


def _check_scheme(node: Node, workspace: Workspace) -> None:
    kind = node.text("type")
    if kind == "apiKey":
        name = node.get("name")
        if name is not None and node.text("in") != "query" and not _TOKEN.fullmatch(name.value):
            workspace.findings.error(
                name, "bad-parameter-name", f"not a name of a {node.text('in')}", hint="RFC 9110, section 5.6.2"
            )
    elif kind == "http":
        _check_http(node.get("scheme") or node, workspace)
    elif kind == "openIdConnect":
        url = node.get("openIdConnectUrl")
        if url is not None and not url.value.startswith("https://"):
            workspace.findings.warning(
                url, "insecure-url", "keys are only as safe as the way they come", hint="write an https URL"
            )


def _check_http(scheme: Node, workspace: Workspace) -> None:
    name = scheme.value
    if not isinstance(name, str) or not _TOKEN.fullmatch(name):
        workspace.findings.error(
            scheme, "bad-http-scheme", "not a name of an HTTP authentication scheme", hint="RFC 9110, section 11.1"
        )
    elif name.lower() not in _KNOWN:
        close = difflib.get_close_matches(name.lower()[:40], _KNOWN, n=1)
        workspace.findings.warning(
            scheme,
            "unknown-http-scheme",
            f"`{name[:40]}` is not registered as an HTTP authentication scheme",
            hint=f"did you mean `{_KNOWN[close[0]]}`?" if close else "clients will need code of their own for it",
        )
