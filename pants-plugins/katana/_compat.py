"""Everything that changes between versions of Pants, in one place.

In: requests of Pants. Out: its rules, under the names by which newer versions call them. Never: logic of ours.

Rules in this backend are written call-by-name: `await create_digest(CreateDigest(...))`, or
`await create_venv_pex(**implicitly(PexRequest(...)))` where the rule takes another type than the one at hand. That is
the only style from Pants 2.32 on. Pants 2.17 knows `Get` alone, so each name below is a plain function that returns
one: its rule parser follows functions annotated `-> Get`, and a `MultiGet` takes the result. For a newer Pants this
module imports the same names from the modules given in the section headings, and nothing else changes.
"""

from __future__ import annotations

from typing import Any, Callable, Union, get_type_hints

from pants.backend.python.dependency_inference.module_mapper import PythonModuleOwners, PythonModuleOwnersRequest
from pants.backend.python.target_types import PexCompletePlatformsField
from pants.backend.python.util_rules.interpreter_constraints import InterpreterConstraints
from pants.backend.python.util_rules.pex import (
    CompletePlatforms,
    Pex,
    PexRequest,
    VenvPex,
    VenvPexProcess,
    VenvPexRequest,
)
from pants.backend.python.util_rules.pex_environment import PythonExecutable
from pants.backend.python.util_rules.pex_from_targets import InterpreterConstraintsRequest, PexFromTargetsRequest
from pants.backend.python.util_rules.python_sources import PythonSourceFiles, PythonSourceFilesRequest
from pants.build_graph.address import BuildFileAddressRequest
from pants.core.goals.test import ShowOutput, TestResult
from pants.core.util_rules.config_files import ConfigFiles, ConfigFilesRequest
from pants.core.util_rules.source_files import SourceFiles, SourceFilesRequest
from pants.engine.addresses import Address, Addresses, BuildFileAddress, UnparsedAddressInputs
from pants.engine.env_vars import EnvironmentVars, EnvironmentVarsRequest
from pants.engine.fs import (
    AddPrefix,
    CreateDigest,
    Digest,
    DigestContents,
    DigestEntries,
    MergeDigests,
    PathGlobs,
    Paths,
    RemovePrefix,
    Snapshot,
)
from pants.engine.process import FallibleProcessResult, Process
from pants.engine.rules import Get, MultiGet
from pants.engine.target import (
    DependenciesRequest,
    HydratedSources,
    HydrateSourcesRequest,
    Targets,
    TransitiveTargets,
    TransitiveTargetsRequest,
    WrappedTarget,
    WrappedTargetRequest,
)
from pants.engine.target import SecondaryOwnerMixin as SecondaryOwnerMixin  # noqa: PLC0414  # gone in 2.18: an empty class
from pants.source.source_root import SourceRoot, SourceRootRequest

# ---- pants.engine.rules

concurrently = MultiGet


def implicitly(request: Any = None) -> dict[str, Any]:
    """`**implicitly(request)`: Pants makes what the rule takes of `request`. `**implicitly()`: and the rest itself."""
    return {} if request is None else {"request": request}


def _rule(output: type, taken: type) -> Callable[..., Get]:
    """The rule that makes an `output` of a `taken`."""

    def call(request: Any) -> Get:
        return Get(output, taken, request)

    return call


def callable_rule(function: Callable[..., Any]) -> Callable[..., Get]:
    """A rule of ours as something to call with its first argument; newer versions call the rule itself."""
    hints = get_type_hints(function)
    return _rule(hints.pop("return"), next(iter(hints.values())))


# ---- pants.engine.intrinsics

create_digest = _rule(Digest, CreateDigest)
merge_digests = _rule(Digest, MergeDigests)
add_prefix = _rule(Digest, AddPrefix)
remove_prefix = _rule(Digest, RemovePrefix)
digest_to_snapshot = _rule(Snapshot, Digest)
get_digest_contents = _rule(DigestContents, Digest)
get_digest_entries = _rule(DigestEntries, Digest)
path_globs_to_digest = _rule(Digest, PathGlobs)
path_globs_to_paths = _rule(Paths, PathGlobs)


def execute_process(*, request: Union[Process, VenvPexProcess]) -> Get:
    if isinstance(request, VenvPexProcess):
        return Get(FallibleProcessResult, VenvPexProcess, request)
    return Get(FallibleProcessResult, Process, request)


# ---- pants.core.goals.test, pants.engine.internals.platform_rules

environment_vars = _rule(EnvironmentVars, EnvironmentVarsRequest)


def test_result(result: FallibleProcessResult, address: Address, output: ShowOutput) -> TestResult:
    """What `test` shows of a process; newer versions take a tuple of results."""
    return TestResult.from_fallible_process_result(result, address, output)


# ---- pants.engine.internals.{build_files,graph}

find_build_file = _rule(BuildFileAddress, BuildFileAddressRequest)

hydrate_sources = _rule(HydratedSources, HydrateSourcesRequest)
resolve_target = _rule(WrappedTarget, WrappedTargetRequest)
resolve_unparsed_address_inputs = _rule(Addresses, UnparsedAddressInputs)
transitive_targets = _rule(TransitiveTargets, TransitiveTargetsRequest)


def resolve_targets(*, request: Union[Addresses, DependenciesRequest]) -> Get:
    if isinstance(request, DependenciesRequest):
        return Get(Targets, DependenciesRequest, request)
    return Get(Targets, Addresses, request)


# ---- pants.core.util_rules.{config_files,source_files}, pants.source.source_root

find_config_file = _rule(ConfigFiles, ConfigFilesRequest)
determine_source_files = _rule(SourceFiles, SourceFilesRequest)
get_source_root = _rule(SourceRoot, SourceRootRequest)


# ---- pants.backend.python

interpreter_constraints_for_targets = _rule(InterpreterConstraints, InterpreterConstraintsRequest)
prepare_python_sources = _rule(PythonSourceFiles, PythonSourceFilesRequest)
digest_complete_platforms = _rule(CompletePlatforms, PexCompletePlatformsField)
find_interpreter = _rule(PythonExecutable, InterpreterConstraints)
create_pex_from_targets = _rule(PexRequest, PexFromTargetsRequest)
map_module_to_address = _rule(PythonModuleOwners, PythonModuleOwnersRequest)


def create_pex(*, request: Union[PexRequest, PexFromTargetsRequest]) -> Get:
    if isinstance(request, PexFromTargetsRequest):
        return Get(Pex, PexFromTargetsRequest, request)
    return Get(Pex, PexRequest, request)


def create_venv_pex(request: Union[VenvPexRequest, PexRequest, PexFromTargetsRequest]) -> Get:
    if isinstance(request, VenvPexRequest):
        return Get(VenvPex, VenvPexRequest, request)
    if isinstance(request, PexFromTargetsRequest):
        return Get(VenvPex, PexFromTargetsRequest, request)
    return Get(VenvPex, PexRequest, request)
