"""What a controller gets as the body, as an annotation and in words.

In: an operation with a body. Out: a `Doc`, a phrase. Never: how the body is read.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._annotations import Annotations, union
from katana.gen.openapi._plan import Method
from katana.gen.openapi._readings import Reading
from katana.gen.openapi._sent_types import body_of
from katana.gen.openapi._types import Types
from katana.gen.openapi._words import type_words
from katana.gen.source import Doc

_RUNTIME = "katana.runtime"
_DESCRIBED = frozenset(("form", "json", "multipart"))


def request_type(spell_type: Annotations, method: Method) -> Doc:
    """The annotation of `body`: the union of what its media types stand for."""
    each = tuple(reading_type(spell_type, reading) for reading in method.readings)
    if not method.body_required:
        each += (spell_type.name("msgspec", "UnsetType"),)
    return union(each)


def reading_type(spell_type: Annotations, reading: Reading) -> Doc:
    """The annotation of the body, read in one way."""
    if reading.kind == "text":
        return spell_type.builtin("str")
    if reading.kind == "bytes":
        return spell_type.name(_RUNTIME, "ByteStream")
    if reading.kind == "stream":
        return body_of(spell_type, reading.content)
    return spell_type.of(reading.content.type if reading.content.type is not None else ir.AnyType())


def body_words(method: Method, types: Types) -> str:
    """What the body is, and its media types."""
    phrases = "; or ".join(_words(reading, types) for reading in method.readings)
    return f"{phrases}{'' if method.body_required else '; UNSET when absent'}."


def _words(reading: Reading, types: Types) -> str:
    type_ = reading.content.type
    words = type_words(type_, types) if type_ is not None and reading.kind in _DESCRIBED else "content"
    return f"{words}, {', '.join(f'`{media_type}`' for media_type in reading.media_types)}"
