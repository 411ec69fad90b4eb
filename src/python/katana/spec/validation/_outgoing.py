"""Katana's rules for what a service sends: where a callback goes.

In: a workspace that is valid by the standard. Out: findings. Never: the requests themselves, which follow the rules of
all operations. The key of a callback is a URL with runtime expressions in braces, or one expression (OAS 3.1, section
4.8.18); what an expression may say is in section 4.8.20.4.
"""

from __future__ import annotations

import re

from katana.spec.model import Node, Sent, Workspace, effective, parameter_key, sent

_BRACES = re.compile(r"\{([^{}]*)\}")
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_POINTER = r"(?:/(?:[^~/]|~[01])*)*"
_EXPRESSION = re.compile(
    rf"\$(?:url|method|statusCode"
    rf"|(?P<message>request|response)\.(?:(?P<place>header)\.{_TOKEN}|(?P<from>query|path)\.(?P<name>.+)"
    rf"|(?P<body>body)(?:#{_POINTER})?))"
)
_HINT = "write, for example, `{$request.body#/callbackUrl}`"


def check_outgoing(workspace: Workspace) -> None:
    """All rules for the keys of callbacks."""
    for request in sent(workspace):
        if request.of is not None and request.key is not None:
            _check_url(request, request.key, workspace)


def _check_url(request: Sent, key: Node, workspace: Workspace) -> None:
    text = key.key
    expressions = [text] if text.startswith("$") else _BRACES.findall(text)
    literal = "" if text.startswith("$") else _BRACES.sub("", text)
    if "{" in literal or "}" in literal:
        workspace.findings.error(key, "bad-callback", "an expression in braces is not closed", hint=_HINT, key=True)
        return
    for expression in expressions:
        _check_expression(expression, request, key, workspace)
    if not text.startswith(("$", "{", "https://", "http://")):
        workspace.findings.warning(
            key,
            "unknown-callback-url",
            "this key is no URL, so the service has to give one with each request",
            hint=_HINT,
            key=True,
        )


def _check_expression(expression: str, request: Sent, key: Node, workspace: Workspace) -> None:
    findings = workspace.findings
    parsed = _EXPRESSION.fullmatch(expression)
    if parsed is None:
        shown = expression if len(expression) <= 80 else expression[:77] + "..."
        findings.error(key, "bad-callback", f"`{shown}` is no runtime expression", hint=_HINT, key=True)
        return
    if parsed["message"] != "request" or request.of is None:
        return
    owner = request.of
    title = f"{owner.method.upper()} {owner.path}"
    if parsed["from"]:
        where = (parsed["from"], parsed["name"])
        if where in {parameter_key(node) for node in effective(owner, workspace)}:
            return
        message = f"{title} has no {where[0]} parameter `{where[1][:80]}`"
        if where[0] == "path":
            findings.error(key, "bad-callback", message, hint="correct its name", key=True)
        else:
            findings.warning(key, "undeclared-callback-source", message, hint="declare it", key=True)
    elif parsed["body"] and owner.node.get("requestBody") is None:
        findings.warning(
            key, "undeclared-callback-source", f"{title} has no body", hint="declare its `requestBody`", key=True
        )
