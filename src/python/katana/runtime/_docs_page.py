"""The page at `/docs`: what the service offers, readable without any other file.

In: bundled OpenAPI documents. Out: one HTML page. Never: scripts, links to other hosts, or text of a document that is
not escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from msgspec import json

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h2{margin-top:2.5rem}code,.path{font-family:ui-monospace,monospace}
details{border:1px solid #ccc;border-radius:.4rem;margin:.5rem 0;padding:.4rem .8rem}summary{cursor:pointer}
.method{display:inline-block;min-width:4.5rem;font-weight:700}table{border-collapse:collapse;margin:.5rem 0}
td,th{text-align:left;padding:.1rem 1.5rem .1rem 0;vertical-align:top}.old{text-decoration:line-through}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#151515}a{color:#8ab4f8}details{border-color:#444}}
"""

Node = Mapping[str, Any]


def render_docs(documents: Mapping[str, bytes]) -> bytes:
    """The page for documents by name; each is linked as `/openapi/NAME.json`."""
    titles: list[str] = []
    sections: list[str] = []
    for name, body in documents.items():
        document: Node = json.decode(body)
        titles.append(_text(_node(document.get("info")).get("title", name)))
        sections.extend(_document(name, document))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{' and '.join(titles)}</title><style>{_STYLE}</style></head><body>{''.join(sections)}</body></html>"
    ).encode()


def _document(name: str, document: Node) -> Iterator[str]:
    info = _node(document.get("info"))
    yield f"<h1>{_text(info.get('title', name))} <small>{_text(info.get('version', ''))}</small></h1>"
    if "description" in info:
        yield f"<p>{_text(info['description'])}</p>"
    yield f'<p><a href="/openapi/{escape(name)}.json">OpenAPI document</a></p>'
    for path, item in _node(document.get("paths")).items():
        for method in _METHODS:
            if method in _node(item):
                yield from _operation(document, method, path, _node(item))


def _operation(document: Node, method: str, path: str, item: Node) -> Iterator[str]:
    operation = _node(item[method])
    old = " old" if operation.get("deprecated") else ""
    yield f'<details><summary><span class="method">{method.upper()}</span><span class="path{old}">{_text(path)}</span> '
    yield f"{_text(operation.get('summary', ''))}</summary>"
    if "description" in operation:
        yield f"<p>{_text(operation['description'])}</p>"
    parameters = [_resolved(document, node) for node in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    if parameters:
        yield _table(("parameter", "in", "", "description"), [_parameter(parameter) for parameter in parameters])
    body = _resolved(document, operation.get("requestBody"))
    if body:
        yield _table(("body", "schema"), _contents(body))
    yield _table(("status", "description", "content", "schema"), list(_responses(document, operation)))
    yield "</details>"


def _parameter(parameter: Node) -> tuple[str, ...]:
    required = "required" if parameter.get("required") else ""
    return (str(parameter.get("name")), str(parameter.get("in")), required, str(parameter.get("description", "")))


def _responses(document: Node, operation: Node) -> Iterator[tuple[str, ...]]:
    for status, node in _node(operation.get("responses")).items():
        response = _resolved(document, node)
        description = str(response.get("description", ""))
        for media_type, schema in _contents(response) or [("", "")]:
            yield (str(status), description, media_type, schema)


def _contents(node: Node) -> list[tuple[str, ...]]:
    return [
        (name, _schema_name(_node(_node(content).get("schema"))))
        for name, content in _node(node.get("content")).items()
    ]


def _schema_name(schema: Node) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"array of {_schema_name(_node(schema.get('items'))) or 'anything'}"
    return str(schema.get("type", ""))


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{_text(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _resolved(document: Node, node: Any) -> Node:
    """The node, or what its local `$ref` points to; an empty node for what cannot be found."""
    reference = _node(node).get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return _node(node)
    found: Any = document
    for part in reference[2:].split("/"):
        found = _node(found).get(part.replace("~1", "/").replace("~0", "~"))
    return _node(found)


def _node(value: Any) -> Node:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return escape(str(value))
