"""What the service has made so far, so that paths lead somewhere.

In: answers. Out: arguments for the templates of paths. Never: a request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import msgspec

from katana.probe._client import Answer
from katana.probe._request import Request

_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")
_LISTS: Final = ("items", "data", "results", "content", "values")


class Resources:
    """Arguments of path templates that are known to lead to something."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._templates = {template: _expression(template) for template in templates}
        self._known: dict[str, dict[str, str]] = {}

    def arguments(self, template: str) -> Mapping[str, str]:
        """What is known about the parameters of a template, from the longest template that leads up to it."""
        found: dict[str, str] = {}
        for known in sorted(self._known, key=len):
            if template == known or template.startswith(f"{known}/"):
                found |= self._known[known]
        return found

    def learn(self, request: Request, template: str, answer: Answer) -> None:
        """Takes from a response what it says about where things are: its `Location`, or an `id` in its body."""
        location = answer.field("location")
        if location is not None and self._place(urlsplit(location).path):
            return
        own = self._templates[template].fullmatch(urlsplit(request.target).path)
        below = re.compile(re.escape(template) + r"/\{[^{}/]*\}")
        child = next((other for other in self._templates if below.fullmatch(other)), None)
        if own is None or child is None or (request.method != "POST" and child in self._known):
            return
        name = _PARAMETER.findall(child)[-1]
        key = _key(answer, name)
        if key:
            above = dict(zip(_PARAMETER.findall(template), map(unquote, own.groups()), strict=True))
            self._known[child] = {**above, name: key}

    def forget(self, template: str) -> None:
        """What a template leads to is gone."""
        self._known.pop(template, None)

    def _place(self, path: str) -> bool:
        for template, expression in self._templates.items():
            found = expression.fullmatch(path) if "{" in template else None
            if found is not None:
                names = _PARAMETER.findall(template)
                self._known[template] = dict(zip(names, map(unquote, found.groups()), strict=True))
                return True
        return False


def _expression(template: str) -> re.Pattern[str]:
    parts = _PARAMETER.split(template)
    return re.compile("".join(re.escape(part) if n % 2 == 0 else "([^/]+)" for n, part in enumerate(parts)))


def _key(answer: Answer, name: str) -> str:
    """The value that identifies what a body describes, or its first item; empty if there is none."""
    if "json" not in answer.media_type:
        return ""
    try:
        value: Any = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return ""
    if isinstance(value, dict):
        value = next((value[each] for each in _LISTS if isinstance(value.get(each), list)), value)
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, dict):
        return ""
    found = value.get(name, value.get(re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().rpartition("_")[2]))
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
