"""The resources of a document: what `$self`, `$id`, `$anchor` and `$dynamicAnchor` name.

In: the files of a workspace, as they are read. Out: the resource that a node belongs to, and the resource of a URI.
Never: dynamic scopes (`_scopes`), files. A resource is a file, or a schema with an `$id` (JSON Schema 2020-12 core,
section 8.2.1). Its URI is absolute, or a path as the user named the root: a file that says nothing is its own path.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin

from katana.spec.document import Source
from katana.spec.model._everything import everything
from katana.spec.model._findings import Findings
from katana.spec.model._node import Node

Tokens = tuple[str, ...]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")  # RFC 3986, section 3.1
_MENTIONS = re.compile(r"\$(?:id|anchor|dynamicAnchor|self)|\\u0024|\\x24")  # the escapes of `$` count, too


class Resource:
    """A file or a schema with an `$id`: its node, its URI, and its anchors."""

    __slots__ = ("anchors", "dynamic", "node", "outer", "uri")

    def __init__(self, node: Node, uri: str, outer: Resource | None = None) -> None:
        self.node = node
        self.uri = uri
        self.outer = outer
        self.anchors: dict[str, Node] = {}
        self.dynamic: dict[str, Node] = {}


def is_absolute(uri: str) -> bool:
    """Whether `uri` has a scheme."""
    return _SCHEME.match(uri) is not None


def resolve(base: str, uri: str) -> str:
    """`uri` against `base` (RFC 3986, section 5), where either may be a path."""
    if not uri:
        return base
    if is_absolute(uri) or is_absolute(base):
        return urljoin(base, uri)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(uri)))


class Resources:
    """All resources of the files that were added."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._files: dict[str, dict[Tokens, Resource]] = {}
        self._by_uri: dict[str, Resource] = {}
        self.named = False  # whether any resource has a URI of its own
        self.dynamic: dict[str, list[Node]] = {}  # schemas with a `$dynamicAnchor`, by its name

    def add(self, source: Source) -> None:
        """Takes a file."""
        root = Node(source, source.value)
        base = source.file
        own = root.text("$self").partition("#")[0]
        if own:
            base = resolve(base, own)
            self.named = True
        found = self._files[source.file] = {(): Resource(root, base)}
        self._by_uri.setdefault(base, found[()])
        if _MENTIONS.search(source.text) is not None:
            self._scan(root, found)

    def of(self, node: Node) -> Resource:
        """The resource that `node` belongs to."""
        found = self._files[node.source.file]
        if len(found) == 1:
            return found[()]
        tokens = node.tokens
        return next(found[tokens[:end]] for end in range(len(tokens), -1, -1) if tokens[:end] in found)

    def find(self, uri: str) -> Resource | None:
        """The resource with this URI."""
        return self._by_uri.get(uri)

    def _scan(self, root: Node, found: dict[Tokens, Resource]) -> None:
        for node, named in everything(root):
            if named or not isinstance(node.value, dict):
                continue
            if node.text("$id"):
                self._identify(node, found)
            for keyword in ("$anchor", "$dynamicAnchor"):
                if node.text(keyword):
                    self._anchor(node, keyword)

    def _identify(self, node: Node, found: dict[Tokens, Resource]) -> None:
        member = node.get("$id")
        uri, _, fragment = node.text("$id").partition("#")
        if member is None or fragment or not uri:
            self._findings.error(
                member or node, "bad-id", "an `$id` has no fragment", hint="name a place in a schema by `$anchor`"
            )
            return
        outer = self.of(node)
        resource = found[node.tokens] = Resource(node, resolve(outer.uri, uri), outer)
        first = self._by_uri.setdefault(resource.uri, resource)
        # A file may repeat its own path or `$self` in the `$id` of its only schema.
        if first.node.tokens == () and first.node.source is node.source and not node.tokens:
            self._by_uri[resource.uri] = resource
        elif first is not resource:
            self._findings.error(
                member,
                "duplicate-id",
                f"`{_cut(resource.uri)}` is already the name of {first.node.source.file}#{first.node.pointer}",
                hint="give each schema an `$id` of its own",
            )
        self.named = True

    def _anchor(self, node: Node, keyword: str) -> None:
        resource, name = self.of(node), node.text(keyword)
        first = resource.anchors.setdefault(name, node)
        if first.tokens != node.tokens:
            self._findings.error(
                node.get(keyword) or node,
                "duplicate-anchor",
                f"`{_cut(name)}` is already the anchor of #{first.pointer}",
                hint="give each schema an anchor of its own",
            )
        elif keyword == "$dynamicAnchor":
            resource.dynamic[name] = node
            self.dynamic.setdefault(name, []).append(node)


def outer(resource: Resource) -> Iterator[Resource]:
    """The resources around `resource`, the nearest first."""
    current = resource.outer
    while current is not None:
        yield current
        current = current.outer


def _cut(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."
