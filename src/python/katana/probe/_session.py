"""All requests to one service, in an order in which resources are made before they are asked for.

In: documents, a client, an observer. Out: `Finding`s and counts. Never: two requests at once, so that calls of
controllers can be told apart and a run can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from katana.probe._cases import Case, Cases, Unreachable
from katana.probe._client import Answer, Client, NoAnswer
from katana.probe._contract import Document, Operation
from katana.probe._credentials import Credentials
from katana.probe._observed import Observer
from katana.probe._request import Request, literal
from katana.probe._resources import Resources
from katana.probe._values import Values
from katana.probe._verdict import faults

_METHODS: Final = {"POST": 0, "GET": 1, "HEAD": 1, "QUERY": 1, "PUT": 2, "PATCH": 3}
_STREAMS: Final = frozenset(
    {"text/event-stream", "application/jsonl", "application/x-ndjson", "application/json-seq", "application/json-lines"}
)
_VARYING: Final = frozenset(
    {
        "content-length",
        "date",
        "etag",
        "last-modified",
        "set-cookie",
        "traceparent",
        "transfer-encoding",
        "x-request-id",
    }
)
"""Fields that may differ from one GET to the next, or are known only when the content is made (RFC 9110, 9.3.2)."""


@dataclass(frozen=True)
class Finding:
    """One broken promise: what was sent, what is wrong, and why, if the log of the service says so."""

    operation: Operation
    case: str
    request: Request
    fault: str
    cause: str = ""


@dataclass
class Outcome:
    """What came of a session. `skipped` says which operations could not be asked as they want to be, and why."""

    operations: int = 0
    requests: int = 0
    findings: list[Finding] = field(default_factory=list)
    skipped: list[tuple[Operation, str]] = field(default_factory=list)


class Session:
    """Probes one service.

    Args:
        client: of its server.
        observer: that watches it.
        credentials: for operations that are not for everyone.
        body_limit: of the server, in bytes.
    """

    def __init__(self, client: Client, observer: Observer, credentials: Credentials, body_limit: int) -> None:
        self._client = client
        self._observer = observer
        self._credentials = credentials
        self._body_limit = body_limit
        self._outcome = Outcome()

    def run(self, documents: Iterable[Document]) -> Outcome:
        """Asks every operation everything."""
        for document in documents:
            operations = [each for each in document.operations() if (each.method, each.template) in self._endpoints]
            self._outcome.operations += len(operations)
            self._probe(document, operations)
        self._outcome.requests = self._client.sent
        return self._outcome

    @property
    def _endpoints(self) -> set[tuple[str, str]]:
        return set(self._observer.endpoints)

    def _probe(self, document: Document, operations: list[Operation]) -> None:
        values = Values(document.request)
        resources = Resources(operation.template for operation in operations)
        for operation in operations[:1]:
            self._nowhere(operation)
        for operation in _first_what_makes(operations):
            cases = self._cases(operation, values, resources)
            try:
                self._broken(operation, cases)
                if operation.method != "DELETE":
                    self._valid(operation, cases, resources)
            except Unreachable as reason:
                self._outcome.skipped.append((operation, str(reason)))
            self._around(operation, resources)
        for operation in sorted(operations, key=lambda each: -each.template.count("/")):
            if operation.method == "DELETE":
                try:
                    self._valid(operation, self._cases(operation, values, resources), resources)
                except Unreachable as reason:
                    self._outcome.skipped.append((operation, str(reason)))
                resources.forget(operation.template)

    def _cases(self, operation: Operation, values: Values, resources: Resources) -> Cases:
        limit = self._observer.endpoints[operation.method, operation.template].body_limit
        return Cases(
            operation,
            values,
            resources.arguments(operation.template),
            self._credentials.for_operation(operation),
            self._body_limit if limit is None else limit,
        )

    def _valid(self, operation: Operation, cases: Cases, resources: Resources) -> None:
        if operation.protected and self._credentials.for_operation(operation) is None:
            self._outcome.skipped.append((operation, "it needs credentials; only refusals were tried"))
            return
        for case in cases.valid():
            answer = self._ask(operation, case)
            if answer is None:
                continue
            if case.what == "valid" and operation.method == "GET" and not _streams(operation):
                self._head(operation, case, answer)
            if 200 <= answer.status < 300:
                resources.learn(case.request, operation.template, answer)

    def _broken(self, operation: Operation, cases: Cases) -> None:
        if operation.protected:
            for case in cases.anonymous():
                self._ask(operation, case)
        for case in cases.broken():
            self._ask(operation, case)

    def _ask(self, operation: Operation, case: Case) -> Answer | None:
        endpoint = self._observer.endpoints[operation.method, operation.template]
        before = self._observer.calls
        try:
            answer = self._client.send(case.request, stream=_streams(operation))
        except NoAnswer as error:
            if not _streams(operation):
                self._report(operation, case.what, case.request, f"expected an answer; {error}")
            return None
        called = self._observer.calls > before
        cause = self._observer.failure()
        for fault in faults(operation, case.kind, answer, called=called, streams=endpoint.streams):
            self._report(operation, case.what, case.request, fault, cause)
        return answer

    def _head(self, operation: Operation, case: Case, got: Answer) -> None:
        """HEAD says what GET says, without content (RFC 9110, 9.3.2)."""
        if ("HEAD", operation.template) in self._endpoints:
            return
        request = Request("HEAD", case.request.target, case.request.fields)
        answer = self._sent(operation, "HEAD", request)
        if answer is None:
            return
        if answer.status != got.status:
            self._report(operation, "HEAD", request, f"expected {got.status}, as GET answers; got {answer.status}")
        differing = sorted({name for name, _ in set(answer.fields) ^ set(got.fields)} - _VARYING)
        if differing and answer.status == got.status:
            listed = ", ".join(differing)
            self._report(operation, "HEAD", request, f"expected the header fields of GET; different: {listed}")

    def _nowhere(self, operation: Operation) -> None:
        """A path that nothing is at."""
        request = Request("GET", "/katana-probe/nothing/is/here")
        before = self._observer.calls
        answer = self._sent(operation, "an unknown path", request)
        if answer is not None and answer.status != 404 and self._observer.calls == before:
            self._report(operation, "an unknown path", request, f"expected 404; got {answer.status}")

    def _around(self, operation: Operation, resources: Resources) -> None:
        """What is at the path, beside the operation: OPTIONS, and methods that nobody declared."""
        methods = {method for method, template in self._endpoints if template == operation.template}
        first = min(methods)
        path = _path(operation, resources)
        if operation.method != first or path is None:
            return
        if "OPTIONS" not in methods:
            request = Request("OPTIONS", path)
            answer = self._sent(operation, "OPTIONS", request)
            if answer is not None and (answer.status != 204 or answer.field("allow") is None):
                self._report(operation, "OPTIONS", request, f"expected 204 with `allow`; got {answer.status}")
        unknown = next(each for each in ("TRACE", "PATCH", "PUT", "DELETE", "POST", "GET") if each not in methods)
        request = Request(unknown, path)
        answer = self._sent(operation, unknown, request)
        if answer is not None and (answer.status != 405 or answer.field("allow") is None):
            fault = f"expected 405 with `allow`, because the method is not declared; got {answer.status}"
            self._report(operation, unknown, request, fault)

    def _sent(self, operation: Operation, what: str, request: Request) -> Answer | None:
        try:
            return self._client.send(request)
        except NoAnswer as error:
            self._report(operation, what, request, f"expected an answer; {error}")
            return None

    def _report(self, operation: Operation, case: str, request: Request, fault: str, cause: str = "") -> None:
        self._outcome.findings.append(Finding(operation, case, request, fault, cause))


def _first_what_makes(operations: Iterable[Operation]) -> list[Operation]:
    """Short paths first, and at each path POST before GET before changes."""

    def rank(operation: Operation) -> tuple[int, str, int, str]:
        order = _METHODS.get(operation.method, len(_METHODS))
        return operation.template.count("/"), operation.template, order, operation.method

    return sorted(operations, key=rank)


def _streams(operation: Operation) -> bool:
    for response in operation.responses.values():
        for name, media in (response.get("content") or {}).items():
            if name.partition(";")[0].strip().lower() in _STREAMS or "itemSchema" in media:
                return True
    return False


def _path(operation: Operation, resources: Resources) -> str | None:
    """A path that the template matches."""
    path, known = literal(operation.template), resources.arguments(operation.template)
    for parameter in operation.parameters:
        if parameter.location == "path":
            path = path.replace(literal(f"{{{parameter.name}}}"), quote(known.get(parameter.name, "1"), safe=""))
    return None if "{" in path else path
