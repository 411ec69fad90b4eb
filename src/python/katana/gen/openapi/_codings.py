"""Content codings that a contract declares, and that the runtime takes off the hands of controllers.

In: an API. Out: the same without the headers `Content-Encoding` that enumerate a coding of the runtime, and what they
said, by operation. Never: one that enumerates none of them: that header stays with the controller.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from katana import ir

KNOWN: dict[str, tuple[str, str] | None] = {
    "gzip": None,
    "deflate": None,
    "br": ("brotli", "BROTLI"),
    "zstd": ("zstd", "ZSTD"),
}
"""The codings of `katana.runtime`; of those that need a library, the module of `katana.runtime.generated`, and the
constant in it."""

_NONE = "identity"
_ANY = "*"


@dataclass(frozen=True)
class Codings:
    """Of one operation: `responses` by status, and `request`, with `identity` when the body may come without one."""

    responses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    request: tuple[str, ...] = ()


def split(api: ir.Api) -> tuple[ir.Api, dict[str, Codings]]:
    """The API as controllers see it, and the codings by the `name` of their operations."""
    named = {definition.name: definition.type for definition in api.types}
    operations, codings = [], {}
    for operation in api.operations:
        responses = {response.status: _of_response(response, named) for response in operation.responses}
        request = _of_request(operation, named)
        codings[operation.name] = Codings(_told_apart(responses), request)
        operations.append(_without(operation, responses, request))
    return replace(api, operations=tuple(operations)), codings


def _told_apart(responses: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Without statuses that have no codings, unless `4XX` or `default` would give them some."""
    coded = {status for status, names in responses.items() if names}
    return {status: names for status, names in responses.items() if names or coded & {f"{status[0]}XX", "default"}}


def _of_response(response: ir.Response, named: dict[str, ir.Type]) -> tuple[str, ...]:
    headers = (header for header in response.headers if _is_coding(header.name))
    return tuple(each for header in headers for each in _enumerated(header.type, named) if each in KNOWN)


def _of_request(operation: ir.Operation, named: dict[str, ir.Type]) -> tuple[str, ...]:
    for parameter in operation.parameters:
        if parameter.location == "header" and _is_coding(parameter.name):
            values = _enumerated(parameter.type, named)
            known = tuple(value for value in values if value in KNOWN)
            if not known:
                return (_ANY,)
            return known if parameter.required and _NONE not in values else (*known, _NONE)
    return ()


def _without(operation: ir.Operation, responses: dict[str, tuple[str, ...]], request: tuple[str, ...]) -> ir.Operation:
    kept = tuple(
        parameter
        for parameter in operation.parameters
        if request in ((), (_ANY,)) or parameter.location != "header" or not _is_coding(parameter.name)
    )
    rest = tuple(
        replace(response, headers=tuple(header for header in response.headers if not _is_coding(header.name)))
        if responses[response.status]
        else response
        for response in operation.responses
    )
    return replace(operation, parameters=kept, responses=rest)


def _enumerated(type_: ir.Type, named: dict[str, ir.Type]) -> tuple[str, ...]:
    """The texts of an enumeration, lower-case, each once."""
    seen: set[str] = set()
    while isinstance(type_, ir.RefType) and type_.name not in seen:
        seen.add(type_.name)
        type_ = named[type_.name]
    values = type_.values if isinstance(type_, ir.EnumType) else ()
    return tuple(dict.fromkeys(value.lower() for value in values if isinstance(value, str)))


def _is_coding(name: str) -> bool:
    return name.lower() == "content-encoding"
