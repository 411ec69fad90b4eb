"""The main module of a service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pants.backend.python.target_types import PythonSourceField
from pants.engine.rules import collect_rules, rule
from pants.engine.target import GeneratedSources, GenerateSourcesRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from katana.generator import tool
from katana.generator.python import OUTPUT, under_source_root
from katana.generator.tool import Command, KatanaTool
from katana.service.manifest import MANIFEST, ManifestRequest, manifest_of
from katana.service.target_types import ServiceSourcesField
from katana.service.texts import with_texts


class GeneratePythonForService(GenerateSourcesRequest):
    input = ServiceSourcesField
    output = PythonSourceField


@rule(desc="Generate the main module of a service", level=LogLevel.DEBUG)
async def generate_python(request: GeneratePythonForService, katana: KatanaTool) -> GeneratedSources:
    address = request.protocol_target.address
    manifest = await manifest_of(ManifestRequest(request.protocol_target))
    command = Command(
        argv=("gen", "service", "--quiet", "--manifest", MANIFEST, "-o", OUTPUT),
        inputs=manifest.digest,
        description=f"Put together {address}",
        directories=(OUTPUT,),
    )
    result = await tool.attempt(katana, command)
    if result.exit_code == 0:
        return GeneratedSources(await under_source_root(address, result.output_digest))
    generated = await tool.run(katana, command.reading(await with_texts(manifest, manifest.digest)))
    return GeneratedSources(await under_source_root(address, generated))


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(GenerateSourcesRequest, GeneratePythonForService)]
