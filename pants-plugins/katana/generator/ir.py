"""The intermediate representation of a contract: what lies between its text and its code.

In: `IrRequest` for a target of any kind. Out: `Ir`, one canonical JSON file. Never: a description, a comment, a line
number; that is what stops an edit without meaning from going any further.
"""

from __future__ import annotations

from dataclasses import dataclass

from pants.engine.addresses import Address
from pants.engine.fs import Digest


@dataclass(frozen=True)
class Ir:
    """`digest` holds one file, `path`; `package` is the package to generate from it."""

    address: Address
    package: str
    path: str
    digest: Digest


def ir_path(package: str) -> str:
    """Where the IR of a package lies in a sandbox; no source of a user is called like this."""
    return f"__katana__/{package}.ir.json"
