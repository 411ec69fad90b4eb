"""The `katana` command in a sandbox.

In: arguments, files. Out: files. Never: the Python that Pants runs on; the command has an interpreter of its own.

The command comes from a locked requirement or, in the repository of Katana itself, from source. Its bytes are part of
every cache key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pants.backend.python.target_types import EntryPoint
from pants.backend.python.util_rules import pex, pex_from_targets
from pants.backend.python.util_rules.pex import VenvPex, VenvPexProcess
from pants.backend.python.util_rules.pex_from_targets import PexFromTargetsRequest
from pants.engine.addresses import UnparsedAddressInputs
from pants.engine.fs import Digest
from pants.engine.process import FallibleProcessResult
from pants.engine.rules import collect_rules, rule
from pants.util.logging import LogLevel

from katana._compat import create_venv_pex, execute_process, implicitly, resolve_unparsed_address_inputs
from katana.errors import GeneratorFailed
from katana.subsystem import Katana


@dataclass(frozen=True)
class KatanaTool:
    """The command, installed."""

    pex: VenvPex


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
        )
    )
    from_source = PexFromTargetsRequest(
        addresses,
        output_filename="katana.pex",
        internal_only=True,
        main=EntryPoint.parse(katana.generator_main),
    )
    built: VenvPex = await create_venv_pex(**implicitly(from_source))
    return KatanaTool(built)


async def attempt(tool: KatanaTool, command: Command) -> FallibleProcessResult:
    """Runs the command, whatever comes of it."""
    process = VenvPexProcess(
        tool.pex,
        argv=command.argv,
        input_digest=command.inputs,
        output_files=command.files,
        output_directories=command.directories,
        description=command.description,
        level=LogLevel.DEBUG,
    )
    result: FallibleProcessResult = await execute_process(**implicitly(process))
    return result


async def run(tool: KatanaTool, command: Command) -> Digest:
    """Runs the command and returns what it wrote.

    Raises:
        GeneratorFailed: it refused its input.
    """
    result = await attempt(tool, command)
    if result.exit_code != 0:
        said = result.stderr.decode(errors="replace") or result.stdout.decode(errors="replace")
        raise GeneratorFailed(f"{command.description}: failed.", said)
    return result.output_digest


def rules() -> Iterable[Any]:
    return [*collect_rules(), *Katana.rules(), *pex.rules(), *pex_from_targets.rules()]
