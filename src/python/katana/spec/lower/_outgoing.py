"""Webhooks and callbacks.

In: a validated workspace, and the names that operations have. Out: `ir.Outgoing`. Never: `security`: it would say how
the receiver knows the sender, and that is what signatures are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from katana.ir import Operation, Outgoing
from katana.spec.lower._identifiers import unique
from katana.spec.lower._reserved import ANNOTATION_NAMES, MEMBER_NAMES
from katana.spec.model import Place, Sent, Workspace, sent

Lower = Callable[[Place, str], Operation]


def outgoing(workspace: Workspace, names: Mapping[tuple[str, str], str], lower: Lower) -> tuple[Outgoing, ...]:
    """What the service sends.

    Args:
        workspace: the document.
        names: of operations, by their identity.
        lower: makes an operation with a name.
    """
    found = list(sent(workspace))
    reserved: Iterable[str] = (*ANNOTATION_NAMES, *MEMBER_NAMES, *names.values())
    given = unique([_name(each) for each in found], "send", reserved)
    return tuple(
        Outgoing(
            name=each.name,
            operation=lower(each.place, name),
            of="" if each.of is None else names[each.of.node.identity],
            expression=each.expression,
        )
        for each, name in zip(found, given, strict=True)
    )


def _name(request: Sent) -> str:
    """The document's, or the key of the webhook or callback, with the method where there are several."""
    own = request.place.node.text("operationId")
    return own or (request.name if request.alone else f"{request.place.method} {request.name}")
