"""Path templates: well formed, and never two for one request.

In: the Paths Object. Out: findings. Never: parameters. Two templates of the same form are an error (OAS 3.1, section
4.8.8). Two that overlap without one being more concrete are a warning: the standard leaves open which one wins, a
router takes the one whose first different segment is concrete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, product
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from katana.spec.model import Findings, Node, template_names

_BRACES = re.compile(r"(?:[^{}]|\{[^{}]*\})*\Z")
_EXPRESSION = re.compile(r"\{[^{}]*\}")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_MAX_OVERLAPS = 100
_MAX_COMPARED = 200_000


class _Template(NamedTuple):
    node: Node
    path: str
    form: tuple[str, ...]  # segments, every expression as {}


def check_paths(paths: Node, findings: Findings) -> None:
    """All rules for path templates."""
    templates = []
    for path, node in paths.members():
        if path.startswith("x-"):
            continue
        if _check_template(path, node, findings):
            templates.append(_Template(node, path, tuple(_form(path).split("/"))))
    first: dict[tuple[str, ...], _Template] = {}
    for template in templates:
        same = first.setdefault(template.form, template)
        if same is not template:
            findings.error(
                template.node,
                "ambiguous-path",
                f"`{template.path}` and `{same.path}` match the same requests",
                hint="put all methods under one of them",
                key=True,
            )
    _check_overlaps(list(first.values()), findings)


def _form(path: str) -> str:
    """The path as a server sees it: without names, and with one spelling of each character (RFC 3986, 6.2.2)."""
    encoded = quote(_EXPRESSION.sub("{}", path), safe="!$&'()*+,;=:@-._~%/{}")
    return _ESCAPE.sub(lambda found: quote(unquote_to_bytes(found[0]), safe="-._~"), encoded)


def _check_template(path: str, node: Node, findings: Findings) -> bool:
    """Whether the template is well formed."""
    names = template_names(path)
    message = ""
    if not _BRACES.match(path) or "" in names:
        message = "a template expression is a name in braces: `{id}`"
    elif "?" in path or "#" in path:
        message = "a path has no query and no fragment"
    elif len(set(names)) != len(names):
        message = "a name stands twice in this path"
    elif "}{" in path:
        message = "two expressions need something between them"
    elif "//" in path or any(segment in (".", "..") for segment in path.split("/")):
        message = "a path has no empty and no dot segments"
    elif any(ord(character) < 0x21 or ord(character) == 0x7F for character in path):
        message = "a path has no blanks and no control characters"
    if message:
        findings.error(node, "bad-path", message, key=True)
    return not message


def _check_overlaps(templates: list[_Template], findings: Findings) -> None:
    by_length: dict[int, list[_Template]] = {}
    for template in templates:
        by_length.setdefault(len(template.form), []).append(template)
    pairs = chain.from_iterable(_meeting(group, 0) for group in by_length.values())
    compared = islice(pairs, _MAX_COMPARED)
    crossing = ((one, other) for one, other in compared if _crosses(one.form, other.form))
    for concrete, variable in islice(crossing, _MAX_OVERLAPS):
        findings.warning(
            variable.node,
            "overlapping-paths",
            f"`{variable.path}` and `{concrete.path}` match some requests both",
            hint="the one with the concrete segment further left wins",
            key=True,
        )


def _meeting(group: list[_Template], depth: int) -> Iterator[tuple[_Template, _Template]]:
    """Pairs of `group` that are equal up to `depth`, where the first is concrete and the second is not.

    A trie of segments: templates that differ in a concrete segment are never compared.
    """
    if len(group) < 2 or depth == len(group[0].form):
        return
    branches: dict[str, list[_Template]] = {}
    for template in group:
        branches.setdefault(template.form[depth], []).append(template)
    for branch in branches.values():
        yield from _meeting(branch, depth + 1)
    variables = branches.pop("{}", [])
    for branch in branches.values():
        yield from product(branch, variables)


def _crosses(concrete: tuple[str, ...], variable: tuple[str, ...]) -> bool:
    """Whether one path fits both, and `variable` is the more concrete one somewhere."""
    turned = False
    for one, other in zip(concrete, variable, strict=True):
        if one != other and "{}" not in (one, other):
            return False
        turned = turned or (one == "{}" and other != "{}")
    return turned
