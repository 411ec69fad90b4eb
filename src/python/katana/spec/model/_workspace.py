"""The files of a document and the references between them.

In: the path of the root document. Out: nodes, and the nodes that references lead to. Never: kinds; what a target has
to be is for the caller to check. A file is read once, under its path relative to how the user named the root.
"""

from __future__ import annotations

import os
import posixpath
from urllib.parse import unquote

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.spec.document import MAX_FILES, Source, read
from katana.spec.model._everything import references
from katana.spec.model._findings import Findings
from katana.spec.model._node import Node
from katana.spec.model._reference import ReferenceRefusedError, parse, path_of
from katana.spec.model._resources import Resource, Resources, is_absolute, resolve
from katana.spec.model._scopes import Scopes, Undecidable

MAX_CHAIN = 50
"""References that lead to references."""


class Workspace:
    """All files of one document; `root` is the document itself."""

    def __init__(self, path: str, findings: Findings) -> None:
        self.findings = findings
        # Keyed by absolute path: `../specs/root.yaml` in another folder is the root, too.
        self._sources: dict[str, Source] = {_key(path): read(path)}
        self._unreadable: dict[str, DiagnosticsError] = {}
        self._resolved: dict[tuple[str, str, str], Node | None] = {}
        (source,) = self._sources.values()
        self._all_opened = False
        self._resources = Resources(findings)
        self._resources.add(source)
        self._scopes = Scopes(self._resources, self._static)
        self.root = Node(source, source.value)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files read so far, the root first, others by name."""
        root, *others = self._sources.values()
        return (root, *sorted(others, key=lambda source: source.file))

    def reference(self, node: Node) -> Node | None:
        """The node of `$ref` if `node` is an object that has one, else that of `$dynamicRef`."""
        if isinstance(node.value, dict):
            for keyword in ("$ref", "$dynamicRef"):
                if isinstance(node.value.get(keyword), str):
                    return node.get(keyword)
        return None

    def has_own_uris(self) -> bool:
        """Whether a file or a schema names itself (`$self`, `$id`), so that references may mean such names."""
        return self._resources.named

    def is_named(self, node: Node) -> bool:
        """Whether `node` has a name of its own: `$self` or `$id`."""
        resource = self._resources.of(node) if self._resources.named else None
        return resource is not None and resource.node.tokens == node.tokens

    def target(self, reference: Node) -> Node | None:
        """What the `$ref` node `reference` leads to in one step; None (with a finding) when nowhere."""
        found = self._static(reference)
        if found is None or not self._resources.dynamic:
            return found
        entered = self._scopes.enter(reference, found)
        if isinstance(entered, Undecidable):
            self.findings.error(
                reference,
                "unsupported-dynamic-ref",
                f"what this leads to cannot be decided at build time: {entered.reason}",
                hint="use `$ref`",
            )
            return None
        return entered

    def _static(self, reference: Node) -> Node | None:
        """The target without regard to the dynamic scope."""
        key = (reference.source.file, self._resources.of(reference).uri, reference.value)
        if key not in self._resolved:
            self._resolved[key] = self._lookup(reference)
        elif self._resolved[key] is None:
            self._lookup(reference)  # each place that refers to nothing is a finding of its own
        return self._resolved[key]

    def resolve(self, node: Node) -> Node | None:
        """`node`, or what it refers to after any number of steps; None (with a finding) when nowhere."""
        seen = {node.identity}
        current = node
        while (reference := self.reference(current)) is not None:
            following = self.target(reference)
            if following is None:
                return None
            if following.identity in seen:
                self.findings.error(
                    reference, "ref-cycle", "this reference leads back to itself", hint="let one of them be an object"
                )
                return None
            if len(seen) > MAX_CHAIN:
                self.findings.error(
                    reference,
                    "ref-chain",
                    f"more than {MAX_CHAIN} references in a row",
                    hint="refer to the object itself",
                )
                return None
            seen.add(following.identity)
            current = following
        return current

    def _lookup(self, reference: Node) -> Node | None:
        text = reference.value
        uri, _, fragment = text.partition("#")
        resource = self._named(uri, reference) or self._filed(text, reference)
        if resource is None:
            return None
        found = self._inside(resource, unquote(fragment))
        if found is None:
            where = f" in {resource.node.source.file}" if uri else ""
            self.findings.error(
                reference, "ref-unresolved", f"`{_shown(text)}` leads nowhere: no `{_shown(unquote(fragment))}`{where}"
            )
        return found

    def _named(self, uri: str, reference: Node) -> Resource | None:
        """The resource whose own name (`$id`, `$self`) the reference gives."""
        name = resolve(self._resources.of(reference).uri, uri)
        if is_absolute(name) and self._resources.find(name) is None:
            self._open_all()
        return self._resources.find(name) if self._resources.named else None

    def _open_all(self) -> None:
        """Reads every file that a path leads to: one of them may have the name that is looked for."""
        opened: set[str] = set() if not self._all_opened else set(self._sources)
        self._all_opened = True
        while pending := [source for key, source in self._sources.items() if key not in opened]:
            for source in pending:
                opened.add(_key(source.file))
                for reference in references(Node(source, source.value)):
                    path = path_of(reference.value)
                    if path:
                        self._read(_beside(reference, path))

    def _filed(self, text: str, reference: Node) -> Resource | None:
        """The resource that is a whole file; a name that is not known is looked for beside the file that refers."""
        try:
            path, _ = parse(text)
        except ReferenceRefusedError as error:
            self.findings.error(reference, "ref-refused", f"`{_shown(text)}`: {error}", hint=error.hint)
            return None
        if not path:
            return self._resources.of(reference)
        source = self._open(path, reference)
        return self._resources.of(Node(source, source.value)) if source is not None else None

    @staticmethod
    def _inside(resource: Resource, fragment: str) -> Node | None:
        if not fragment:
            return resource.node
        if fragment.startswith("/"):
            tokens = tuple(t.replace("~1", "/").replace("~0", "~") for t in fragment[1:].split("/"))
            return resource.node.follow(tokens)
        return resource.anchors.get(fragment)

    def _open(self, path: str, reference: Node) -> Source | None:
        """The file at `path` as seen from the reference; None (with a finding) when there is none."""
        file = _beside(reference, path)
        source = self._read(file)
        if source is None:
            self._report_unreadable(file, reference)
        return source

    def _read(self, file: str) -> Source | None:
        """The file; None when it cannot be read, and then `_unreadable` says why."""
        key = _key(file)
        if key not in self._sources and file not in self._unreadable:
            try:
                self._load(file)
            except DiagnosticsError as error:
                self._unreadable[file] = error
        return self._sources.get(key)

    def _load(self, file: str) -> None:
        if len(self._sources) >= MAX_FILES:
            raise DiagnosticsError(
                [Diagnostic(file=file, code="too-large", message=f"a document of more than {MAX_FILES} files")]
            )
        self._sources[_key(file)] = source = read(file)
        self._resources.add(source)

    def _report_unreadable(self, file: str, reference: Node) -> None:
        error = self._unreadable[file]
        if error.diagnostics[0].code == "unreadable-file":
            reason = error.diagnostics[0].message
            self.findings.error(reference, "ref-unresolved", f"`{_shown(reference.value)}`: {file}: {reason}")
        else:
            self.findings.adopt(error)


def _beside(reference: Node, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(reference.source.file), path))


def _key(file: str) -> str:
    return os.path.abspath(file)


def _shown(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."
