"""Operations, and the document around them.

In: a validated workspace. Out: `ir.Api`. Never: findings about what validation already looked at.
"""

from __future__ import annotations

import posixpath
from typing import Any

from katana.ir import Api, Operation
from katana.spec.lower._bodies import body, responses, undeclared
from katana.spec.lower._directions import directed
from katana.spec.lower._identifiers import pascal, unique
from katana.spec.lower._links import Targets
from katana.spec.lower._outgoing import outgoing
from katana.spec.lower._parameters import parameters
from katana.spec.lower._reserved import ANNOTATION_NAMES, MEMBER_NAMES
from katana.spec.lower._values import Values
from katana.spec.model import Node, Place, Workspace, body_entry, effective, places

Json = Any

_PREFIX = "x-katana-"


def _operation(place: Place, name: str, workspace: Workspace, values: Values, targets: Targets) -> Operation:
    node = place.node
    hint = pascal(name)
    tags = node.value.get("tags") or ["default"]
    entry = body_entry(place, values.version)
    pointer = values.definitions.place(node)
    answers = responses(node.get("responses"), hint, values, workspace, targets)
    return Operation(
        operation_id=node.text("operationId") or name,
        name=name,
        method=place.method.upper(),
        path=place.path,
        tag=tags[0],
        pointer=pointer,
        summary=node.text("summary"),
        deprecated=node.flag("deprecated"),
        parameters=parameters(effective(place, workspace), place.path, hint, values, workspace),
        body=body(entry, hint, values, workspace) if entry is not None else None,
        responses=answers or undeclared(pointer, received=bool(place.path)),
        security=_security(node, workspace) if place.path else (),
        extensions={key: value for key, value in node.value.items() if key.startswith(_PREFIX)},
    )


def _operation_id(place: Place) -> str:
    """The document's, or method and path when it has none."""
    return place.node.text("operationId") or f"{place.method} {place.path}"


def _security(node: Node, workspace: Workspace) -> tuple[dict[str, tuple[str, ...]], ...]:
    """The requirements of an operation; those of the document when it has none of its own."""
    given = node.get("security") or workspace.root.get("security")
    if given is None:
        return ()
    return tuple({name: tuple(scopes) for name, scopes in requirement.value.items()} for requirement in given.items())


def _security_schemes(workspace: Workspace) -> dict[str, Json]:
    declared = workspace.root.follow(("components", "securitySchemes"))
    out = {}
    for name, entry in declared.members() if declared is not None else ():
        node = workspace.resolve(entry)
        if node is not None:
            out[name] = _without_documentation(node.value)
    return out


def _without_documentation(value: Json) -> Json:
    """A Security Scheme Object without descriptions and extensions. A scope's text is a description."""
    if not isinstance(value, dict):
        return value
    out = {}
    for key, member in value.items():
        if key == "scopes" and isinstance(member, dict):
            out[key] = sorted(member)
        elif key != "description" and not key.startswith("x-"):
            out[key] = _without_documentation(member)
    return out


def lower(
    workspace: Workspace, version: str, *, without: frozenset[tuple[str, str]] = frozenset()
) -> tuple[Api, Values]:
    """The IR of the document, and its compiled schemas for the checks that need them.

    `without` are the identities of defaults that count as not given.
    """
    values = Values(workspace, version, without)
    found = list(places(workspace))
    names = unique((_operation_id(place) for place in found), "op", ANNOTATION_NAMES | MEMBER_NAMES)
    named = list(zip(found, names, strict=True))
    targets = Targets(workspace, named)

    def operation(place: Place, name: str) -> Operation:
        return _operation(place, name, workspace, values, targets)

    operations = tuple(operation(place, name) for place, name in named)
    identities = {place.node.identity: name for place, name in named}
    info = workspace.root.value["info"]
    api = Api(
        title=info["title"],
        version=info["version"],
        source=posixpath.basename(workspace.root.source.file),
        operations=operations,
        outgoing=outgoing(workspace, identities, operation),
        types=values.type_defs(),
        security_schemes=_security_schemes(workspace),
    )
    return directed(api), values
