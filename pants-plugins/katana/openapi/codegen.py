"""OpenAPI to Python in two cached steps: text to IR, IR to code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.target_types import PythonSourceField
from pants.engine.fs import Digest
from pants.engine.rules import collect_rules, rule
from pants.engine.target import GeneratedSources, GenerateSourcesRequest, Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from katana._compat import callable_rule, implicitly
from katana.generator import tool
from katana.generator.ir import Ir, ir_path
from katana.generator.python import OUTPUT, under_source_root
from katana.generator.tool import Command, KatanaTool
from katana.openapi.closure import ClosureRequest, closure_of
from katana.openapi.target_types import OpenApiSourceField, OpenApiStrictField, package_of, policies_of


@dataclass(frozen=True)
class OpenApiIrRequest:
    """A `katana_openapi`."""

    target: Target


@dataclass(frozen=True)
class CompiledOpenApi:
    """The IR, and what the generator warns of: text with line numbers, which no later step may depend on."""

    ir: Ir
    warnings: str


@dataclass(frozen=True)
class BundleRequest:
    """The document of a `katana_openapi` as one JSON file, descriptions included."""

    target: Target
    path: str


class GeneratePythonFromOpenApi(GenerateSourcesRequest):
    input = OpenApiSourceField
    output = PythonSourceField


@rule(desc="Compile an OpenAPI document", level=LogLevel.DEBUG)
async def compile_openapi(request: OpenApiIrRequest, katana: KatanaTool) -> CompiledOpenApi:
    source = request.target[OpenApiSourceField].file_path
    package = package_of(request.target)
    closure = await closure_of(ClosureRequest(source))
    if source not in closure.files:
        raise request.target[OpenApiSourceField].missing()
    path = ir_path(package)
    strict = ("--strict",) if request.target[OpenApiStrictField].value else ()
    digest, warnings = await tool.run_and_listen(
        katana,
        Command(
            argv=("ir", "dump", "--kind", "openapi", "--quiet", *strict, "-i", source, "-o", path),
            inputs=closure.digest,
            description=f"Compile {source}",
            files=(path,),
        ),
    )
    return CompiledOpenApi(Ir(request.target.address, package, path, digest), warnings)


compiled_openapi = callable_rule(compile_openapi)


@rule(desc="Take the IR of an OpenAPI document", level=LogLevel.TRACE)
async def ir_of_openapi(request: OpenApiIrRequest) -> Ir:
    compiled: CompiledOpenApi = await compiled_openapi(request, **implicitly())
    return compiled.ir


openapi_ir = callable_rule(ir_of_openapi)


@rule(desc="Generate Python from OpenAPI", level=LogLevel.DEBUG)
async def generate_python(request: GeneratePythonFromOpenApi, katana: KatanaTool) -> GeneratedSources:
    ir = await openapi_ir(OpenApiIrRequest(request.protocol_target), **implicitly())
    policies = policies_of(request.protocol_target)
    generated = await tool.run(
        katana,
        Command(
            argv=("gen", "openapi", "--quiet", "--ir", ir.path, "--package", ir.package, "-o", OUTPUT, *policies),
            inputs=ir.digest,
            description=f"Generate {ir.package} from {request.protocol_target[OpenApiSourceField].file_path}",
            directories=(OUTPUT,),
        ),
    )
    return GeneratedSources(await under_source_root(request.protocol_target.address, generated))


@rule(desc="Bundle an OpenAPI document", level=LogLevel.DEBUG)
async def bundle_openapi(request: BundleRequest, katana: KatanaTool) -> Digest:
    source = request.target[OpenApiSourceField].file_path
    closure = await closure_of(ClosureRequest(source))
    return await tool.run(
        katana,
        Command(
            argv=("ir", "bundle", "--quiet", "-i", source, "-o", request.path),
            inputs=closure.digest,
            description=f"Bundle {source}",
            files=(request.path,),
        ),
    )


openapi_bundle = callable_rule(bundle_openapi)


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(GenerateSourcesRequest, GeneratePythonFromOpenApi)]
