"""`package`: one PEX that serves, once the contract check has passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.target_types import EntryPoint, PexCompletePlatformsField, PexLayout
from pants.backend.python.util_rules.pex_from_targets import PexFromTargetsRequest
from pants.core.goals.package import BuiltPackage, BuiltPackageArtifact, OutputPathField, PackageFieldSet
from pants.core.util_rules.environments import EnvironmentField
from pants.engine.rules import collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from katana._compat import create_pex, digest_complete_platforms, implicitly, resolve_target
from katana.service.contract import require_contract
from katana.service.documents import DocumentsRequest, documents_of
from katana.service.target_types import ServiceControllersField, package_of
from katana.targets import existing

_SHEBANG = (
    "/usr/bin/env -S sh -c '"
    "for p in python3 python3.12 python3.13 python3.14 ${PYENV_ROOT:-~/.pyenv}/versions/3.1[2-4]*/bin/python;do "
    '"$p" -c "type X=int" 2>&-&&exec "$p" "$0" "$@";done;'
    'echo "$0: no Python >= 3.12">&2;exit 1'
    "'"
)
"""The first Python that really runs and is new enough, and a plain word when there is none.

`python3.12`, what PEX would write, fails where there is only a 3.13, and where pyenv's shim of that name leads nowhere.
Linux takes 255 bytes here, hence the shortest program that only 3.12 and newer accept (PEP 695).
"""


@dataclass(frozen=True)
class ServicePackageFieldSet(PackageFieldSet):
    required_fields = (ServiceControllersField,)

    controllers: ServiceControllersField
    output_path: OutputPathField
    complete_platforms: PexCompletePlatformsField
    environment: EnvironmentField


@rule(desc="Package a service", level=LogLevel.DEBUG)
async def package_service(field_set: ServicePackageFieldSet) -> BuiltPackage:
    wrapped = await resolve_target(existing(field_set.address), **implicitly())
    await require_contract(wrapped.target)
    documents = await documents_of(DocumentsRequest(wrapped.target))
    platforms = await digest_complete_platforms(field_set.complete_platforms)
    filename = field_set.output_path.value_or_default(file_ending="pex")
    request = PexFromTargetsRequest(
        [field_set.address],
        output_filename=filename,
        internal_only=False,
        main=EntryPoint(f"{package_of(wrapped.target)}.main", "main"),
        layout=PexLayout.ZIPAPP,
        complete_platforms=platforms,
        additional_sources=documents.digest,
        # Unpacked once, into a virtual environment: every later start is that of plain Python.
        additional_args=("--venv", "prepend", f"--python-shebang={_SHEBANG}"),
        include_local_dists=True,
        warn_for_transitive_files_targets=True,
    )
    pex = await create_pex(**implicitly(request))
    return BuiltPackage(pex.digest, (BuiltPackageArtifact(filename),))


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(PackageFieldSet, ServicePackageFieldSet)]
