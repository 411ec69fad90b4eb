"""How the members of forms and multipart bodies are written.

In: a Media Type Object. Out: `ir.Encoding`, in document order. Never: encodings without names (refused before this
stage), nor those of other media types, which the standard ignores (OAS 3.1, section 4.8.14).
"""

from __future__ import annotations

from katana.ir import Encoding
from katana.spec.lower._headers import headers
from katana.spec.lower._identifiers import extend
from katana.spec.lower._values import Values
from katana.spec.model import Node, Workspace, bare

_URLENCODED = "application/x-www-form-urlencoded"
_STYLED = (_URLENCODED, "multipart/form-data")
_STYLE = ("style", "explode", "allowReserved")


def encodings_of(node: Node, media_type: str, hint: str, values: Values, workspace: Workspace) -> tuple[Encoding, ...]:
    """The encodings of the members of a body."""
    declared = node.get("encoding")
    if declared is None or not (media_type == _URLENCODED or media_type.startswith("multipart/")):
        return ()
    return tuple(_encoding(name, each, media_type, hint, values, workspace) for name, each in declared.members())


def _encoding(  # noqa: PLR0917 - passed on as they are
    name: str, node: Node, media_type: str, hint: str, values: Values, workspace: Workspace
) -> Encoding:
    """One encoding. A member with a style has no media type (OAS 3.1.1, section 4.8.15.1.2)."""
    styled = media_type in _STYLED and any(key in node.value for key in _STYLE)
    style = (node.text("style") or "form") if styled else ""
    given = [bare(each) for each in node.text("contentType").split(",")]
    multipart = media_type != _URLENCODED
    return Encoding(
        name=name,
        media_types=() if styled else tuple(dict.fromkeys(each for each in given if each)),
        style=style,
        explode=styled and node.value.get("explode", style == "form"),
        allow_reserved=styled and node.flag("allowReserved"),
        headers=headers(node.get("headers"), extend(hint, name), values, workspace) if multipart else (),
    )
