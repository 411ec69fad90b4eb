"""What a service depends on: its contracts, its controllers, the runtime."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.subsystems.setup import PythonSetup
from pants.engine.rules import collect_rules, rule
from pants.engine.target import FieldSet, InferDependenciesRequest, InferredDependencies
from pants.engine.unions import UnionRule

from katana._compat import implicitly, resolve_target
from katana.runtime_modules import SERVICE, providers
from katana.service.parts import ServicePartsRequest, addresses_of, parts_of
from katana.service.target_types import ServiceControllersField, ServiceDependenciesField, ServiceResolveField
from katana.subsystem import Katana
from katana.targets import existing


@dataclass(frozen=True)
class ServiceInferenceFieldSet(FieldSet):
    required_fields = (ServiceDependenciesField, ServiceControllersField)

    resolve: ServiceResolveField


class InferServiceDependencies(InferDependenciesRequest):
    infer_from = ServiceInferenceFieldSet


@rule(desc="Infer dependencies of a service")
async def infer_service_dependencies(
    request: InferServiceDependencies, katana: Katana, python_setup: PythonSetup
) -> InferredDependencies:
    address = request.field_set.address
    wrapped = await resolve_target(existing(address), **implicitly())
    parts = await parts_of(ServicePartsRequest(wrapped.target), **implicitly())
    runtime = await providers(
        SERVICE,
        resolve=request.field_set.resolve.normalized_value(python_setup),
        target_type="katana_service",
        address=address,
        katana=katana,
    )
    return InferredDependencies([*runtime, *addresses_of(parts)])


def rules() -> Iterable[Any]:
    return [*collect_rules(), UnionRule(InferDependenciesRequest, InferServiceDependencies)]
