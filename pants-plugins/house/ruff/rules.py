"""`ruff check` for `lint` and `fix`, `ruff format` for `fmt` (and so for `lint`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.target_types import PythonSourceField
from pants.backend.python.util_rules import pex
from pants.backend.python.util_rules.pex import VenvPexProcess
from pants.core.goals.fix import FixResult, FixTargetsRequest
from pants.core.goals.fmt import FmtResult, FmtTargetsRequest
from pants.core.goals.lint import LintResult, LintTargetsRequest
from pants.core.util_rules.partitions import PartitionerType
from pants.core.util_rules.source_files import SourceFilesRequest
from pants.engine.fs import MergeDigests, Snapshot
from pants.engine.process import FallibleProcessResult
from pants.engine.rules import collect_rules, rule
from pants.engine.target import FieldSet
from pants.util.logging import LogLevel
from pants.util.meta import classproperty
from pants.util.strutil import pluralize

from house.ruff.subsystem import Ruff
from katana._compat import (
    concurrently,
    create_venv_pex,
    determine_source_files,
    execute_process,
    find_config_file,
    implicitly,
    merge_digests,
)


@dataclass(frozen=True)
class RuffFieldSet(FieldSet):
    required_fields = (PythonSourceField,)

    source: PythonSourceField


class RuffCheckRequest(LintTargetsRequest):
    field_set_type = RuffFieldSet
    tool_subsystem = Ruff  # type: ignore[assignment]  # Pants declares an instance, and reads a class
    partitioner_type = PartitionerType.DEFAULT_SINGLE_PARTITION

    @classproperty
    def tool_name(cls) -> str:
        return "ruff check"


class RuffFixRequest(FixTargetsRequest):
    field_set_type = RuffFieldSet
    tool_subsystem = Ruff  # type: ignore[assignment]  # Pants declares an instance, and reads a class
    partitioner_type = PartitionerType.DEFAULT_SINGLE_PARTITION

    @classproperty
    def tool_name(cls) -> str:
        return "ruff check --fix"


class RuffFormatRequest(FmtTargetsRequest):
    field_set_type = RuffFieldSet
    tool_subsystem = Ruff  # type: ignore[assignment]  # Pants declares an instance, and reads a class
    partitioner_type = PartitionerType.DEFAULT_SINGLE_PARTITION

    @classproperty
    def tool_name(cls) -> str:
        return "ruff format"


async def _run(ruff: Ruff, arguments: tuple[str, ...], snapshot: Snapshot) -> FallibleProcessResult:
    """`ruff ARGUMENTS FILES`, with the configuration of the repository."""
    tool, config = await concurrently(
        create_venv_pex(**implicitly(ruff.to_pex_request())),
        find_config_file(ruff.config_request()),
    )
    inputs = await merge_digests(MergeDigests((snapshot.digest, config.snapshot.digest)))
    process = VenvPexProcess(
        tool,
        # The cache of ruff would only be thrown away with the sandbox.
        argv=(*arguments, "--no-cache", "--quiet", "--force-exclude", *snapshot.files),
        input_digest=inputs,
        output_files=snapshot.files,
        description=f"Run ruff {arguments[0]} on {pluralize(len(snapshot.files), 'file')}.",
        level=LogLevel.DEBUG,
    )
    result: FallibleProcessResult = await execute_process(**implicitly(process))
    return result


@rule(desc="Lint with ruff", level=LogLevel.DEBUG)
async def ruff_check(request: RuffCheckRequest.Batch[RuffFieldSet, Any], ruff: Ruff) -> LintResult:
    sources = await determine_source_files(SourceFilesRequest(field_set.source for field_set in request.elements))
    result = await _run(ruff, ("check", *ruff.args), sources.snapshot)
    return LintResult.create(request, result, strip_chroot_path=True)


@rule(desc="Fix with ruff", level=LogLevel.DEBUG)
async def ruff_fix(request: RuffFixRequest.Batch, ruff: Ruff) -> FixResult:
    result = await _run(ruff, ("check", "--fix", *ruff.args), request.snapshot)
    return await FixResult.create(request, result, strip_chroot_path=True)


@rule(desc="Format with ruff", level=LogLevel.DEBUG)
async def ruff_format(request: RuffFormatRequest.Batch, ruff: Ruff) -> FmtResult:
    result = await _run(ruff, ("format",), request.snapshot)
    return await FmtResult.create(request, result, strip_chroot_path=True)


def rules() -> Iterable[Any]:
    return [
        *collect_rules(),
        *RuffCheckRequest.rules(),
        *RuffFixRequest.rules(),
        *RuffFormatRequest.rules(),
        *pex.rules(),
    ]
