"""`run`: serve from the sources of the repository, without building a PEX of the service.

The requirements live in a virtual environment that an edit does not touch. Sources of the repository are imported
where they stand, generated code and documents from a directory of Pants. `katana.dev`, which the packaged service does
not contain, gives the service a database.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.subsystems.setup import PythonSetup
from pants.backend.python.target_types import EntryPoint
from pants.backend.python.util_rules.pex import VenvPexRequest
from pants.backend.python.util_rules.pex_environment import PexEnvironment
from pants.backend.python.util_rules.pex_from_targets import PexFromTargetsRequest
from pants.backend.python.util_rules.python_sources import PythonSourceFilesRequest
from pants.core.goals.run import RestartableField, RunFieldSet, RunInSandboxBehavior, RunRequest
from pants.engine.fs import AddPrefix, MergeDigests
from pants.engine.rules import collect_rules, rule
from pants.engine.target import TransitiveTargetsRequest
from pants.source.source_root import SourceRootRequest
from pants.util.logging import LogLevel

from katana._compat import (
    add_prefix,
    concurrently,
    create_pex_from_targets,
    create_venv_pex,
    find_interpreter,
    get_source_root,
    implicitly,
    merge_digests,
    prepare_python_sources,
    resolve_target,
    transitive_targets,
)
from katana.runtime_modules import DEV, providers
from katana.service.documents import DocumentsRequest, documents_of
from katana.service.target_types import ServiceControllersField, ServiceResolveField, package_of
from katana.subsystem import Katana
from katana.targets import existing

_CHROOT = "{chroot}"


@dataclass(frozen=True)
class ServiceRunFieldSet(RunFieldSet):
    required_fields = (ServiceControllersField,)
    run_in_sandbox_behavior = RunInSandboxBehavior.NOT_SUPPORTED

    controllers: ServiceControllersField
    resolve: ServiceResolveField
    restartable: RestartableField


@rule(desc="Prepare to serve", level=LogLevel.DEBUG)
async def run_service(
    field_set: ServiceRunFieldSet, pex_environment: PexEnvironment, katana: Katana, python_setup: PythonSetup
) -> RunRequest:
    address = field_set.address
    development = await providers(
        DEV,
        resolve=field_set.resolve.normalized_value(python_setup),
        target_type="katana_service",
        address=address,
        katana=katana,
    )
    addresses = [address, *development]
    wrapped, closure, root = await concurrently(
        resolve_target(existing(address), **implicitly()),
        transitive_targets(TransitiveTargetsRequest(addresses), **implicitly()),
        get_source_root(SourceRootRequest.for_address(address)),
    )
    sources, documents, requirements = await concurrently(
        prepare_python_sources(PythonSourceFilesRequest(closure.closure, include_files=True), **implicitly()),
        documents_of(DocumentsRequest(wrapped.target)),
        create_pex_from_targets(
            PexFromTargetsRequest(
                addresses,
                output_filename=f"{address.target_name}.pex",
                internal_only=True,
                include_source_files=False,
                include_local_dists=True,
                main=EntryPoint("katana.dev"),
                # Processes that the service starts need the same paths.
                additional_args=("--no-strip-pex-env",),
            ),
            **implicitly(),
        ),
    )
    environment = pex_environment.in_workspace()
    pex, python = await concurrently(
        create_venv_pex(VenvPexRequest(requirements, environment), **implicitly()),
        find_interpreter(requirements.interpreter_constraints, **implicitly()),
    )
    under_root = documents.digest
    if root.path != ".":
        under_root = await add_prefix(AddPrefix(under_root, root.path))
    digest = await merge_digests(MergeDigests([pex.digest, sources.source_files.snapshot.digest, under_root]))
    return RunRequest(
        digest=digest,
        args=[os.path.join(_CHROOT, pex.pex.argv0), f"{package_of(wrapped.target)}.main"],
        extra_env={
            **environment.environment_dict(python=python),
            # What stands in the repository comes first, so that tracebacks and debuggers show the files people edit.
            "PEX_EXTRA_SYS_PATH": os.pathsep.join(
                [*sources.source_roots, *(os.path.join(_CHROOT, path) for path in sources.source_roots)]
            ),
            "KATANA_PROFILE": "dev",
        },
        append_only_caches={**environment.append_only_caches, **(pex.append_only_caches or {})},
    )


def rules() -> Iterable[Any]:
    return [*collect_rules(), *ServiceRunFieldSet.rules()]
