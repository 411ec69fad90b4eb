"""The manifest of a service: which contracts it serves and which classes implement them.

In: JSON, written by the Pants backend or by hand. Out: `Manifest`. Never: reading what it refers to. Paths are relative
to the directory the tool runs in, as in its diagnostics.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from katana.diagnostics import Diagnostic, DiagnosticsError


class ApiPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An API to serve: the package generated from it, its IR, the specification (for messages)."""

    package: str
    ir: str
    source: str = ""


class DatabasePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A database to use: the package generated from it, its IR, the SQL and its files of queries (for messages)."""

    package: str
    ir: str
    source: str = ""
    queries: tuple[str, ...] = ()


class ControllerPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"cls": "class"}):
    """A class that implements an API, or its security hooks.

    `path` is the file of `module`; `build_file`, which may be empty, names it in the field `controllers`.
    """

    module: str
    cls: str
    path: str
    build_file: str = ""

    @property
    def name(self) -> str:
        """As the field `controllers` spells it: `svc.users:UsersController`."""
        return f"{self.module}:{self.cls}"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service. `address` names it in messages (`src/svc:server`); `package` is what is generated.

    In the layer `high` an API that no controller implements gets a generated one.
    """

    version: Literal[1]
    name: str
    package: str
    address: str = ""
    declared_in: str = ""
    layer: Literal["high", "mid"] = "mid"
    apis: tuple[ApiPart, ...] = ()
    databases: tuple[DatabasePart, ...] = ()
    controllers: tuple[ControllerPart, ...] = ()

    @property
    def title(self) -> str:
        """How messages call the service."""
        return self.address or self.name

    @property
    def build_file(self) -> str:
        """The file that declares the service, as far as it is known; else its address or name."""
        return self.declared_in or next(
            (part.build_file for part in self.controllers if part.build_file), self.address or self.name
        )


def parse_manifest(data: bytes, file: str) -> Manifest:
    """The manifest in `data`.

    Args:
        data: JSON.
        file: where it stands, for messages.

    Raises:
        DiagnosticsError: not a manifest of version 1.
    """
    try:
        return msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        problem = Diagnostic(
            file=file,
            code="bad-manifest",
            message=f"not the manifest of a service: {error}",
            hint="docs/reference/cli.md describes its members",
        )
        raise DiagnosticsError([problem]) from error
