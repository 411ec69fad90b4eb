"""Responses that are compared with the contract, while a service is being written.

In: a service. Out: the same, whose endpoints decode their JSON responses with the types of the contract. Never:
production, where a response is what the types of the controller say; nor content that is not JSON, or is streamed.

msgspec takes any value for a member when it constructs a DTO, so a row of a database that is not what it is declared to
be goes out as it is. Decoding what is sent finds it: types, bounds, lengths, members that are missing.
"""

from __future__ import annotations

import dataclasses
import logging
import typing
from collections.abc import AsyncIterable, Callable, Coroutine
from types import UnionType
from typing import Any

import msgspec

from katana.runtime import Ctx, Endpoint, InternalServerError, NoContent, Problem, Reply, Router, Service, StreamReply
from katana.runtime.generated import INVALID, Shape

_log = logging.getLogger("katana.dev")

_Answer = Coroutine[Any, Any, Reply | StreamReply]


def checked(service: Service) -> Service:
    """The service with endpoints that answer 500, and say why, instead of sending what the contract does not allow."""
    return dataclasses.replace(service, routers=lambda: _checked(service.routers()))


def _checked(routers: tuple[Router, ...]) -> tuple[Router, ...]:
    for router in routers:
        for resource in router.resources:
            for method, endpoint in resource.methods.items():
                shapes = [Shape[Any](type_) for type_ in _bodies(endpoint)]
                if shapes:
                    resource.methods[method] = dataclasses.replace(endpoint, call=_checking(endpoint, shapes))
    return routers


def _checking(endpoint: Endpoint, shapes: list[Shape[Any]]) -> Callable[[Ctx], _Answer]:
    async def call(ctx: Ctx) -> Reply | StreamReply:
        reply = await endpoint.call(ctx)
        if isinstance(reply, Reply) and reply.body and _is_json(reply.head.content_type):
            reasons = [reason for shape in shapes if (reason := _mismatch(shape, reply.body))]
            if len(reasons) == len(shapes):
                _log.error("%s %s (%s): the response breaks the contract: %s", ctx.method, ctx.path,
                           endpoint.operation, reasons[0])  # fmt: skip
                raise InternalServerError(
                    "dev.response", detail=f"The response breaks the contract: {reasons[0]}.", body=reply.body.decode()
                )
        return reply

    return call


def _mismatch(shape: Shape[Any], body: bytes) -> str:
    """Why a body is none of the type; empty when it is one."""
    try:
        shape.decode(body)
    except INVALID as error:
        return str(error) or "it does not fit its schema"
    return ""


def _is_json(content_type: str | None) -> bool:
    essence = (content_type or "").partition(";")[0]
    return essence != "application/problem+json" and (essence == "application/json" or essence.endswith("+json"))


def _bodies(endpoint: Endpoint) -> list[Any]:
    """The types of the bodies that the interface of the controller declares; none for an endpoint of one's own."""
    owner = getattr(endpoint.call, "__self__", None)
    interface = typing.get_type_hints(type(owner).__init__).get("api") if owner is not None else None
    declared = getattr(interface, getattr(endpoint.call, "__name__", ""), None)
    returned = typing.get_type_hints(declared).get("return") if declared is not None else None
    if returned is None:
        return []
    arms = typing.get_args(returned) if typing.get_origin(returned) in (UnionType, typing.Union) else (returned,)
    return [body for arm in arms for body in _body(arm)]


def _body(arm: Any) -> list[Any]:
    """The type of the body of one response, if it is JSON."""
    if typing.get_origin(arm) is AsyncIterable or (isinstance(arm, type) and issubclass(arm, Problem | NoContent)):
        return []
    if isinstance(arm, type) and issubclass(arm, msgspec.Struct) and arm.__module__.endswith(".responses"):
        return [field.type for field in msgspec.structs.fields(arm) if field.name == "body" and _is_value(field.type)]
    return [arm]


def _is_value(type_: Any) -> bool:
    """Whether a body is a value rather than octets or a stream."""
    return all(typing.get_origin(arm) is not AsyncIterable for arm in (type_, *typing.get_args(type_)))
