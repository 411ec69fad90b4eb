"""Do the controllers keep the contract? Asked by `check`, and by `package` before it writes anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.util_rules.pex_from_targets import (
    InterpreterConstraintsRequest,
    PexFromTargetsRequest,
)
from pants.backend.python.util_rules.python_sources import PythonSourceFilesRequest
from pants.core.goals.check import CheckRequest, CheckResult, CheckResults
from pants.engine.fs import MergeDigests
from pants.engine.process import FallibleProcessResult
from pants.engine.rules import collect_rules, rule
from pants.engine.target import FieldSet, Target, TransitiveTargetsRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from katana._compat import (
    callable_rule,
    concurrently,
    create_venv_pex,
    implicitly,
    interpreter_constraints_for_targets,
    merge_digests,
    prepare_python_sources,
    resolve_target,
    transitive_targets,
)
from katana.errors import GeneratorFailed
from katana.generator import tool
from katana.generator.tool import Command, KatanaTool
from katana.modules import generated_modules
from katana.service.manifest import MANIFEST, ManifestRequest, manifest_of
from katana.service.target_types import ServiceControllersField
from katana.service.texts import with_texts
from katana.subsystem import Katana
from katana.targets import existing


@dataclass(frozen=True)
class ContractFieldSet(FieldSet):
    required_fields = (ServiceControllersField,)

    controllers: ServiceControllersField


class ContractCheckRequest(CheckRequest):
    field_set_type = ContractFieldSet
    tool_name = "katana-contract"


@dataclass(frozen=True)
class ContractRequest:
    """A `katana_service`."""

    target: Target


@dataclass(frozen=True)
class ContractVerdict:
    """What the checker said; it has accepted the service if `result.exit_code` is 0."""

    target: Target
    result: FallibleProcessResult


@rule(desc="Check the contract of a service", level=LogLevel.DEBUG)
async def judge(request: ContractRequest, katana: KatanaTool) -> ContractVerdict:
    address = request.target.address
    manifest, closure = await concurrently(
        manifest_of(ManifestRequest(request.target)),
        transitive_targets(TransitiveTargetsRequest([address]), **implicitly()),
    )
    # The checker generates the code of the contracts itself. What other generators make is none of its business.
    written = [target for target in closure.closure if not generated_modules(target)]
    sources, constraints = await concurrently(
        prepare_python_sources(PythonSourceFilesRequest(written), **implicitly()),
        interpreter_constraints_for_targets(InterpreterConstraintsRequest([address]), **implicitly()),
    )
    requirements = await create_venv_pex(
        **implicitly(
            PexFromTargetsRequest(
                [address],
                output_filename="requirements_venv.pex",
                internal_only=True,
                include_source_files=False,
                hardcoded_interpreter_constraints=constraints,
            )
        )
    )
    inputs = await merge_digests(
        MergeDigests([manifest.digest, sources.source_files.snapshot.digest, requirements.digest])
    )
    command = Command(
        argv=(
            *("check", "service", "--quiet", "--manifest", MANIFEST),
            *(part for root in sources.source_roots for part in ("--source-root", root)),
            *("--python-executable", requirements.python.argv0),
        ),
        inputs=inputs,
        description=f"Check the contract of {address}",
    )
    result = await tool.attempt(katana, command)
    if result.exit_code != 0:
        result = await tool.attempt(katana, command.reading(await with_texts(manifest, inputs)))
    return ContractVerdict(request.target, result)


verdict_on = callable_rule(judge)


async def require_contract(target: Target) -> None:
    """Stops a build whose controllers break the contract.

    Raises:
        GeneratorFailed: they do; the text has file and line.
    """
    verdict = await verdict_on(ContractRequest(target), **implicitly())
    if verdict.result.exit_code != 0:
        said = (verdict.result.stdout + verdict.result.stderr).decode(errors="replace")
        raise GeneratorFailed(f"{target.address} breaks its contract, so it cannot be packaged.", said)


@rule(desc="Check the contracts of services", level=LogLevel.DEBUG)
async def check_contracts(request: ContractCheckRequest, katana: Katana) -> CheckResults:
    if katana.skip:
        return CheckResults([], checker_name=request.tool_name)
    wrapped = await concurrently(
        resolve_target(existing(field_set.address), **implicitly()) for field_set in request.field_sets
    )
    verdicts = await concurrently(verdict_on(ContractRequest(found.target), **implicitly()) for found in wrapped)
    return CheckResults(
        [
            CheckResult.from_fallible_process_result(
                verdict.result, partition_description=verdict.target.address.spec, strip_chroot_path=True
            )
            for verdict in verdicts
        ],
        checker_name=request.tool_name,
    )


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(CheckRequest, ContractCheckRequest)]
