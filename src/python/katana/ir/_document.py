"""Reading and writing IR as JSON.

In: an `Api` or a `Database`, or the bytes of one. Out: the other. Never: files. The bytes are canonical (members in
a fixed order, two-space indent, final newline), so equal meaning is equal bytes, whichever interpreter wrote them.
"""

import hashlib

import msgspec

from katana.ir._api import Api
from katana.ir._database import Database

Document = Api | Database

_encoder = msgspec.json.Encoder(order="deterministic")
_decoder: msgspec.json.Decoder[Document] = msgspec.json.Decoder(Document)


class IrError(ValueError):
    """The bytes are not IR of a version that this Katana reads."""


def dump(document: Document) -> bytes:
    """The canonical JSON of `document`."""
    return msgspec.json.format(_encoder.encode(document), indent=2) + b"\n"


def load(data: bytes) -> Document:
    """The document that `dump` wrote.

    Raises:
        IrError: not JSON, or not IR of a known kind and version.
    """
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise IrError(f"not Katana IR: {error}") from error


def digest(document: Document) -> str:
    """SHA-256 of the canonical JSON, hexadecimal."""
    return hashlib.sha256(dump(document)).hexdigest()
