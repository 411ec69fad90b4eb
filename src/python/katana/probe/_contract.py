"""The operations of a document, ready to be asked.

In: a bundled document. Out: `Operation`s with resolved parameters, bodies, responses and security, in the order of the
document. Never: webhooks and callbacks, which a service sends rather than receives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from katana.probe._view import View

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


@dataclass(frozen=True, eq=False)
class Parameter:
    """One parameter. `schema` is that of its value, `media_type` is set when it is given by `content`."""

    name: str
    location: str
    required: bool
    schema: Any
    style: str
    explode: bool
    media_type: str = ""
    examples: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation. `bodies` and the `content` of responses map media types to Media Type Objects.

    `security` holds its alternatives, each a map of schemes to scopes; empty: anyone may call it.
    """

    document: Document
    method: str
    template: str
    name: str
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Any]
    body_required: bool
    responses: Mapping[str, Any]
    security: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def protected(self) -> bool:
        """Whether nobody may call it without credentials."""
        return bool(self.security) and all(self.security)

    def response(self, status: int) -> Any | None:
        """What the contract says about a status: exactly, by range (`4XX`), or as `default`."""
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in self.responses:
                return self.responses[key]
        return None


class Document:
    """A bundled document in both directions."""

    def __init__(self, name: str, document: dict[str, Any]) -> None:
        self.name = name
        self.request = View(document, "request")
        self.response = View(document, "response")

    @property
    def schemes(self) -> Mapping[str, Any]:
        """The security schemes by name."""
        found = self.request.root.get("components", {}).get("securitySchemes", {})
        return {name: self.request.resolve(scheme) for name, scheme in found.items()}

    def operations(self) -> list[Operation]:
        """Every operation of the paths."""
        return list(self._operations())

    def _operations(self) -> Iterator[Operation]:
        answered = self.response.root.get("paths") or {}
        for template, node in (self.request.root.get("paths") or {}).items():
            if not template.startswith("/"):
                continue
            item = self.request.resolve(node)
            replies = _methods(self.response.resolve(answered[template]))
            for method, operation in _methods(item).items():
                yield self._operation(template, method, item, operation, replies[method])

    def _operation(self, template: str, method: str, item: Any, operation: Any, replies: Any) -> Operation:
        view = self.request
        body = view.resolve(operation.get("requestBody") or {})
        responses = {str(status): self.response.resolve(response) for status, response in replies["responses"].items()}
        security = operation.get("security", view.root.get("security")) or ()
        return Operation(
            document=self,
            method=method,
            template=template,
            name=operation.get("operationId") or f"{method} {template}",
            parameters=tuple(self._parameters(item, operation)),
            bodies={name: view.resolve(media) for name, media in (body.get("content") or {}).items()},
            body_required=body.get("required") is True,
            responses=responses,
            security=tuple(security),
        )

    def _parameters(self, item: Any, operation: Any) -> Iterator[Parameter]:
        found = {}
        declared = (*(item.get("parameters") or ()), *(operation.get("parameters") or ()))
        for node in map(self.request.resolve, declared):
            found[node["in"], node["name"].lower() if node["in"] == "header" else node["name"]] = node
        ignored = {("header", name) for name in ("accept", "content-type", "authorization")}  # as the standard says
        for key, node in found.items():
            if key not in ignored:
                yield self._parameter(node)

    def _parameter(self, node: Any) -> Parameter:
        location = node["in"]
        media_type, content = next(iter((node.get("content") or {}).items()), ("", {}))
        style = node.get("style") or ("form" if location in ("query", "cookie") else "simple")
        return Parameter(
            name=node["name"],
            location=location,
            required=node.get("required") is True,
            schema=node.get("schema", self.request.resolve(content).get("schema", {})),
            style=style,
            explode=node.get("explode", style in ("form", "cookie")),
            media_type=media_type,
            examples=tuple(given(self.request, node)),
        )


def given(view: View, node: Any) -> list[Any]:
    """The examples that stand beside a schema, in a parameter or a media type."""
    found = [node["example"]] if "example" in node else []
    named = node.get("examples")
    for example in map(view.resolve, named.values() if isinstance(named, dict) else ()):
        found += [example[key] for key in ("dataValue", "value") if key in example][:1]
    return found


def _methods(item: Any) -> dict[str, Any]:
    """The operations of a path item by method, as it is sent."""
    fixed = {method.upper(): item[method] for method in _METHODS if isinstance(item.get(method), dict)}
    return {**fixed, **(item.get("additionalOperations") or {})}
