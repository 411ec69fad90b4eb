"""The `katana` command in a sandbox.

In: arguments, files. Out: files. Never: the Python that Pants runs on; the command has an interpreter of its own.

The command comes from a locked requirement or, in the repository of Katana itself, from source. Its bytes are part of
every cache key.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pants.backend.python.target_types import EntryPoint
from pants.backend.python.util_rules import pex, pex_from_targets
from pants.backend.python.util_rules.pex import VenvPex, VenvPexProcess
from pants.backend.python.util_rules.pex_from_targets import PexFromTargetsRequest
from pants.backend.python.util_rules.python_sources import PythonSourceFilesRequest
from pants.engine.addresses import UnparsedAddressInputs
from pants.engine.fs import EMPTY_DIGEST, Digest, MergeDigests
from pants.engine.process import FallibleProcessResult
from pants.engine.rules import collect_rules, rule
from pants.engine.target import TransitiveTargetsRequest
from pants.util.logging import LogLevel

from katana._compat import (
    concurrently,
    create_venv_pex,
    execute_process,
    implicitly,
    merge_digests,
    prepare_python_sources,
    resolve_unparsed_address_inputs,
    transitive_targets,
)
from katana.errors import GeneratorFailed
from katana.subsystem import Katana


@dataclass(frozen=True)
class KatanaTool:
    """The command: an environment with its requirements and, when it is built from source, its code beside it.

    Code stays out of the environment so that an edit of the generator does not install its requirements again.
    """

    pex: VenvPex
    sources: Digest = EMPTY_DIGEST
    source_roots: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        return {"PEX_EXTRA_SYS_PATH": os.pathsep.join(self.source_roots)} if self.source_roots else {}


@dataclass(frozen=True)
class Command:
    """One run of `katana`. `description` is what Pants shows while it runs and what an error starts with."""

    argv: tuple[str, ...]
    inputs: Digest
    description: str
    files: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()

    def reading(self, inputs: Digest) -> Command:
        """The same command on other files."""
        return replace(self, inputs=inputs)


@rule(desc="Prepare the Katana generator", level=LogLevel.DEBUG)
async def prepare_tool(katana: Katana) -> KatanaTool:
    katana.require_a_locked_tool()
    if katana.generator is None:
        installed: VenvPex = await create_venv_pex(**implicitly(katana.to_pex_request()))
        return KatanaTool(installed)
    addresses = await resolve_unparsed_address_inputs(
        UnparsedAddressInputs(
            (katana.generator,),
            owning_address=None,
            description_of_origin="the option `[katana].generator`",
        ),
        **implicitly(),
    )
    closure = await transitive_targets(TransitiveTargetsRequest(addresses), **implicitly())
    requirements = PexFromTargetsRequest(
        addresses,
        output_filename="katana.pex",
        internal_only=True,
        include_source_files=False,
        main=EntryPoint.parse(katana.generator_main),
        # Processes that the command starts need the same paths.
        additional_args=("--no-strip-pex-env",),
    )
    environment, code = await concurrently(
        create_venv_pex(**implicitly(requirements)),
        prepare_python_sources(PythonSourceFilesRequest(closure.closure), **implicitly()),
    )
    return KatanaTool(environment, code.source_files.snapshot.digest, tuple(code.source_roots))


async def attempt(tool: KatanaTool, command: Command) -> FallibleProcessResult:
    """Runs the command, whatever comes of it."""
    inputs: Digest = await merge_digests(MergeDigests([tool.sources, command.inputs]))
    process = VenvPexProcess(
        tool.pex,
        argv=command.argv,
        extra_env=tool.environment,
        input_digest=inputs,
        output_files=command.files,
        output_directories=command.directories,
        description=command.description,
        level=LogLevel.DEBUG,
    )
    result: FallibleProcessResult = await execute_process(**implicitly(process))
    return result


async def run_and_listen(tool: KatanaTool, command: Command) -> tuple[Digest, str]:
    """Runs the command and returns what it wrote, and what it said: with `--quiet` its warnings, or nothing.

    Raises:
        GeneratorFailed: it refused its input.
    """
    result = await attempt(tool, command)
    said = result.stderr.decode(errors="replace")
    if result.exit_code != 0:
        raise GeneratorFailed(f"{command.description}: failed.", said or result.stdout.decode(errors="replace"))
    return result.output_digest, said


async def run(tool: KatanaTool, command: Command) -> Digest:
    """Runs the command and returns what it wrote.

    Raises:
        GeneratorFailed: it refused its input.
    """
    digest, _ = await run_and_listen(tool, command)
    return digest


def rules() -> Iterable[Any]:
    return [*collect_rules(), *Katana.rules(), *pex.rules(), *pex_from_targets.rules()]
