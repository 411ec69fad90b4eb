"""A service's manifest and everything it names, read from disk.

In: the path of a manifest. Out: `katana.gen.service.Inputs`. Never: a judgement; a controller whose file is missing is
left out, and the planner says so at the field that names it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from katana import ir
from katana.cli._contract_places import ContractPlaces
from katana.cli._inputs import load_ir
from katana.gen import openapi, service


def read(manifest_file: str, layer: Literal["high", "mid"] | None = None) -> service.Inputs:
    """The manifest, the IR of its contracts, the code generated from them, the sources of its controllers.

    Args:
        manifest_file: its path.
        layer: what to generate, whatever the manifest says; None is what it says.

    Raises:
        DiagnosticsError: the manifest is wrong.
        CommandError: IR is not what it should be.
        OSError: a file of the manifest cannot be read.
    """
    manifest = service.parse_manifest(Path(manifest_file).read_bytes(), manifest_file)
    if layer is not None:
        manifest = msgspec.structs.replace(manifest, layer=layer)
    apis = {part.package: load_ir(part.ir, ir.Api) for part in manifest.apis}
    databases = {part.package: load_ir(part.ir, ir.Database) for part in manifest.databases}
    generated: dict[str, str] = {}
    for package, api in apis.items():
        generated |= openapi.generate(api, package)
    if databases:
        from katana.gen import sql

        for package, database in databases.items():
            generated |= sql.generate(database, package)
    paths = {part.path for part in manifest.controllers}
    sources = {path: text for path in sorted(paths) if (text := _source(path)) is not None}
    return service.Inputs(
        manifest=manifest,
        apis=apis,
        databases=databases,
        generated=generated,
        sources=sources,
        places=ContractPlaces(manifest),
    )


def _source(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
