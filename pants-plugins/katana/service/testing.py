"""`test`: asks a service what its contract allows and forbids.

In: a `katana_service`. Out: the verdict of `katana.probe`, which starts the service in the sandbox, with a PostgreSQL
if it needs one. Never: a dependency of the service itself; neither its PEX nor its `dependencies` know of the probe.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.dependency_inference.module_mapper import PythonModuleOwnersRequest
from pants.backend.python.subsystems.setup import PythonSetup
from pants.backend.python.target_types import EntryPoint
from pants.backend.python.util_rules.pex import VenvPexProcess
from pants.backend.python.util_rules.pex_from_targets import PexFromTargetsRequest
from pants.backend.python.util_rules.python_sources import PythonSourceFilesRequest
from pants.core.goals.test import TestExtraEnv, TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.environments import EnvironmentField
from pants.engine.addresses import Address
from pants.engine.env_vars import EnvironmentVarsRequest
from pants.engine.fs import AddPrefix, Digest, MergeDigests
from pants.engine.process import ProcessCacheScope
from pants.engine.rules import collect_rules, rule
from pants.engine.target import Target, TransitiveTargetsRequest
from pants.option.option_types import SkipOption
from pants.option.subsystem import Subsystem
from pants.source.source_root import SourceRootRequest
from pants.util.logging import LogLevel

from katana._compat import (
    add_prefix,
    concurrently,
    create_venv_pex,
    environment_vars,
    execute_process,
    get_source_root,
    implicitly,
    map_module_to_address,
    merge_digests,
    prepare_python_sources,
    resolve_target,
    test_result,
    transitive_targets,
)
from katana.errors import FieldError
from katana.openapi.closure import ClosureRequest, closure_of
from katana.openapi.target_types import OpenApiSourceField
from katana.runtime_modules import PROBE, providers
from katana.service.documents import DocumentsRequest, documents_of
from katana.service.parts import ServicePartsRequest, parts_of
from katana.service.target_types import ServiceControllersField, ServiceResolveField, package_of
from katana.service.testing_fields import (
    ServiceSkipTestsField,
    ServiceTestCredentialsField,
    ServiceTestExtraEnvVarsField,
    ServiceTestTimeoutField,
)
from katana.subsystem import Katana
from katana.targets import existing


class KatanaProbe(Subsystem):
    options_scope = "katana-probe"
    name = "Contract tests of services"
    help = "The tests that every `katana_service` gets without writing them."

    skip = SkipOption("test")


@dataclass(frozen=True)
class ServiceTestFieldSet(TestFieldSet):
    required_fields = (ServiceControllersField,)

    controllers: ServiceControllersField
    resolve: ServiceResolveField
    credentials: ServiceTestCredentialsField
    timeout: ServiceTestTimeoutField
    extra_env_vars: ServiceTestExtraEnvVarsField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return bool(tgt.get(ServiceSkipTestsField).value)


class ServiceTestRequest(TestRequest):
    tool_subsystem = KatanaProbe  # type: ignore[assignment]  # it is one by its `skip`, not by inheritance
    field_set_type = ServiceTestFieldSet


@dataclass(frozen=True)
class ProbeFiles:
    """What lies in the sandbox: code, documents. `sources` are specifications as they were written."""

    digest: Digest
    source_roots: tuple[str, ...]
    sources: tuple[str, ...]


async def _files(target: Target, addresses: list[Address]) -> ProbeFiles:
    closure, root, parts, documents = await concurrently(
        transitive_targets(TransitiveTargetsRequest(addresses), **implicitly()),
        get_source_root(SourceRootRequest.for_address(target.address)),
        parts_of(ServicePartsRequest(target), **implicitly()),
        documents_of(DocumentsRequest(target)),
    )
    code = await prepare_python_sources(PythonSourceFilesRequest(closure.closure, include_files=True), **implicitly())
    written = tuple(api[OpenApiSourceField].file_path for api in parts.apis)
    texts = await concurrently(closure_of(ClosureRequest(path)) for path in written)
    bundled = documents.digest
    if root.path != ".":
        bundled = await add_prefix(AddPrefix(bundled, root.path))
    digest = await merge_digests(
        MergeDigests([code.source_files.snapshot.digest, bundled, *(text.digest for text in texts)])
    )
    return ProbeFiles(digest, tuple(dict.fromkeys((*code.source_roots, root.path))), written)


async def _owners(field_set: ServiceTestFieldSet, resolve: str) -> tuple[Address, ...]:
    """Who has the module of the credentials.

    Raises:
        FieldError: nobody, or several targets.
    """
    if not field_set.credentials.value:
        return ()
    module = field_set.credentials.value.partition(":")[0]
    owners = await map_module_to_address(
        PythonModuleOwnersRequest(module, resolve=resolve, locality=field_set.address.spec_path), **implicitly()
    )
    found = tuple(dict.fromkeys((*owners.unambiguous, *owners.ambiguous)))
    if len(found) != 1:
        listed = f": {', '.join(str(address) for address in found)}" if found else ""
        count = "several targets own" if found else "no target owns"
        raise FieldError(
            field_set.address,
            "katana_service",
            field_set.credentials.alias,
            f"{count} the module {module!r} in the resolve {resolve!r}{listed}.",
        )
    return found


@rule(desc="Test a service against its contract", level=LogLevel.DEBUG)
async def test_service(
    batch: ServiceTestRequest.Batch[ServiceTestFieldSet, Any],
    katana: Katana,
    python_setup: PythonSetup,
    test_subsystem: TestSubsystem,
    test_extra_env: TestExtraEnv,
) -> TestResult:
    field_set = batch.single_element
    address = field_set.address
    credentials = field_set.credentials.value
    resolve = field_set.resolve.normalized_value(python_setup)
    helpers = await providers(PROBE, resolve=resolve, target_type="katana_service", address=address, katana=katana)
    addresses = [address, *helpers, *(await _owners(field_set, resolve))]
    wrapped, own_env = await concurrently(
        resolve_target(existing(address), **implicitly()),
        environment_vars(EnvironmentVarsRequest(field_set.extra_env_vars.sorted()), **implicitly()),
    )
    files = await _files(wrapped.target, addresses)
    requirements = await create_venv_pex(
        **implicitly(
            PexFromTargetsRequest(
                addresses,
                output_filename=f"{address.target_name}_probe.pex",
                internal_only=True,
                include_source_files=False,
                include_local_dists=True,
                main=EntryPoint("katana.probe"),
                # Processes that the service starts need the same paths.
                additional_args=("--no-strip-pex-env",),
            )
        )
    )
    process = VenvPexProcess(
        requirements,
        argv=(
            f"{package_of(wrapped.target)}.main",
            *(part for path in files.sources for part in ("--source", path)),
            *(("--credentials", credentials) if credentials else ()),
        ),
        extra_env={
            **test_extra_env.env,
            **own_env,
            "PEX_EXTRA_SYS_PATH": os.pathsep.join(files.source_roots),
        },
        input_digest=files.digest,
        timeout_seconds=field_set.timeout.calculate_from_global_options(test_subsystem),
        cache_scope=ProcessCacheScope.PER_SESSION if test_subsystem.force else ProcessCacheScope.SUCCESSFUL,
        description=f"Test the contract of {address}",
        level=LogLevel.DEBUG,
    )
    result = await execute_process(**implicitly(process))
    return test_result(result, address, test_subsystem.output)


def rules() -> Iterable[Any]:
    return [*collect_rules(), *ServiceTestRequest.rules()]
