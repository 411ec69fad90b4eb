"""What a service is made of: fields of BUILD files, resolved to targets.

In: a `katana_service`. Out: its APIs, databases and controllers, given or inferred. Never: running the generator.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from pants.backend.python.dependency_inference.module_mapper import (
    FirstPartyPythonModuleMapping,
    PythonModuleOwnersRequest,
)
from pants.backend.python.subsystems.setup import PythonSetup
from pants.backend.python.target_types import PythonSourceField
from pants.engine.addresses import Address, Addresses
from pants.engine.fs import PathGlobs
from pants.engine.rules import collect_rules, rule
from pants.engine.target import (
    Dependencies,
    DependenciesRequest,
    SpecialCasedDependencies,
    Target,
    WrappedTargetRequest,
)
from pants.source.source_root import SourceRootRequest
from pants.util.logging import LogLevel

from katana._compat import (
    callable_rule,
    concurrently,
    get_digest_contents,
    get_source_root,
    implicitly,
    map_module_to_address,
    path_globs_to_digest,
    resolve_target,
    resolve_targets,
    resolve_unparsed_address_inputs,
)
from katana.errors import FieldError
from katana.openapi.target_types import AllOpenApiTargets, OpenApiSourceField
from katana.service.discovery import controller_classes
from katana.service.target_types import (
    ServiceControllersField,
    ServiceLayerField,
    ServiceOpenApiField,
    ServiceResolveField,
    ServiceSqlField,
    package_of,
)
from katana.sql.target_types import AllSqlTargets, SqlSchemaField
from katana.targets import existing


@dataclass(frozen=True)
class Controller:
    """The class `cls` of `module`, which `target` owns and which stands in the file `path`."""

    module: str
    cls: str
    path: str
    target: Target


@dataclass(frozen=True)
class ServiceParts:
    """Targets in the order of the fields; the package to generate, and how much of it."""

    address: Address
    package: str
    layer: str
    apis: tuple[Target, ...]
    databases: tuple[Target, ...]
    controllers: tuple[Controller, ...]


@dataclass(frozen=True)
class ServicePartsRequest:
    """A `katana_service`."""

    target: Target


def _wrong(target: Target, field: str, message: str) -> FieldError:
    return FieldError(target.address, "katana_service", field, message)


async def _given(target: Target, field: SpecialCasedDependencies, marker: type, expected: str) -> tuple[Target, ...]:
    """The targets that a field lists."""
    inputs = field.to_unparsed_address_inputs()
    addresses = await resolve_unparsed_address_inputs(inputs, **implicitly())
    wrapped = await concurrently(
        resolve_target(WrappedTargetRequest(address, inputs.description_of_origin), **implicitly())
        for address in addresses
    )
    for found in wrapped:
        if not found.target.has_field(marker):
            raise _wrong(
                target, field.alias, f"{found.target.address} is a {found.target.alias}, but has to be a {expected}."
            )
    return tuple(found.target for found in wrapped)


async def _discovered(target: Target) -> tuple[str, ...]:
    """`module:Class` of every controller in the directory of the service."""
    directory = target.address.spec_path
    globs = PathGlobs([os.path.join(directory, "*.py"), f"!{os.path.join(directory, '*_test.py')}"])
    root = await get_source_root(SourceRootRequest.for_address(target.address))
    contents = await get_digest_contents(await path_globs_to_digest(globs))
    found = tuple(
        f"{_module(file.path, root.path)}:{cls}"
        for file in contents
        for cls in controller_classes(file.content.decode("utf-8", "replace"))
    )
    if not found and not target[ServiceLayerField].is_high:
        raise _wrong(
            target,
            ServiceControllersField.alias,
            f"no class in {directory or 'the root of the repository'} derives from a generated interface. Name the"
            " controllers, for example controllers=['svc.users:UsersController'], or generate them: layer='high'.",
        )
    return found


def _module(path: str, root: str) -> str:
    stem = os.path.relpath(path, root)[: -len(".py")]
    return stem.replace(os.path.sep, ".")


async def _controller(target: Target, name: str, resolve: str, modules: FirstPartyPythonModuleMapping) -> Controller:
    module, _, cls = name.partition(":")
    owners = await map_module_to_address(
        PythonModuleOwnersRequest(module, resolve=resolve, locality=target.address.spec_path), **implicitly()
    )
    candidates = tuple(dict.fromkeys((*owners.unambiguous, *owners.ambiguous)))
    if not candidates:
        raise _wrong(
            target,
            ServiceControllersField.alias,
            f"there is no module {module!r} in the resolve {resolve!r}.{_hint(module, modules, resolve)}",
        )
    if len(candidates) > 1:
        listed = ", ".join(str(address) for address in candidates)
        raise _wrong(target, ServiceControllersField.alias, f"several targets own the module {module!r}: {listed}.")
    wrapped = await resolve_target(
        existing(candidates[0]),
        **implicitly(),
    )
    owner = wrapped.target
    if not owner.has_field(PythonSourceField) or owner[PythonSourceField].value is None:
        raise _wrong(
            target,
            ServiceControllersField.alias,
            f"the module {module!r} belongs to {owner.address}, which is no Python source of this repository.",
        )
    return Controller(module, cls, owner[PythonSourceField].file_path, owner)


def _hint(module: str, modules: FirstPartyPythonModuleMapping, resolve: str) -> str:
    known = list(modules.resolves_to_modules_to_providers.get(resolve, {}))
    close = difflib.get_close_matches(module, known, n=1)
    if close:
        return f" Did you mean {close[0]!r}?"
    return " If the file exists, give it an owner: add `python_sources()` to the BUILD file beside it."


async def _imported(controllers: Iterable[Controller]) -> tuple[Target, ...]:
    """What the modules of the controllers depend on directly, in a stable order."""
    owners = dict.fromkeys(controller.target for controller in controllers)
    dependencies = await concurrently(
        resolve_targets(**implicitly(DependenciesRequest(owner.get(Dependencies)))) for owner in owners
    )
    found = {tgt.address: tgt for targets in dependencies for tgt in targets}
    return tuple(found[address] for address in sorted(found))


def _inferred(
    target: Target, imported: Iterable[Target], marker: type, existing_ones: Collection[Target]
) -> tuple[Target, ...]:
    """Contracts that controllers import, else those beside the service, else the only one.

    In the layer `high` those beside it belong to the service whether something imports them or not.
    """
    used = tuple(tgt for tgt in imported if tgt.has_field(marker))
    beside = tuple(tgt for tgt in existing_ones if tgt.address.spec_path == target.address.spec_path)
    if target[ServiceLayerField].is_high:
        used = tuple(dict.fromkeys((*used, *beside)))
    return used or beside or (tuple(existing_ones) if len(existing_ones) == 1 else ())


def _inferred_apis(target: Target, imported: Iterable[Target], documents: AllOpenApiTargets) -> tuple[Target, ...]:
    apis = _inferred(target, imported, OpenApiSourceField, documents)
    if apis:
        return apis
    raise _wrong(
        target,
        ServiceOpenApiField.alias,
        "the controllers import no generated interface, so it has to be said which `katana_openapi` the service"
        " implements, for example openapi=['src/openapi:users'].",
    )


@rule(desc="Find the parts of a service", level=LogLevel.DEBUG)
async def find_parts(
    request: ServicePartsRequest,
    documents: AllOpenApiTargets,
    sql: AllSqlTargets,
    python_setup: PythonSetup,
    modules: FirstPartyPythonModuleMapping,
) -> ServiceParts:
    target = request.target
    resolve = target[ServiceResolveField].normalized_value(python_setup)
    names = target[ServiceControllersField].value or await _discovered(target)
    controllers = tuple([await _controller(target, name, resolve, modules) for name in names])
    imported = await _imported(controllers)

    apis = await _given(target, target[ServiceOpenApiField], OpenApiSourceField, "katana_openapi")
    if target[ServiceOpenApiField].value is None:
        apis = _inferred_apis(target, imported, documents)
    databases = await _given(target, target[ServiceSqlField], SqlSchemaField, "katana_sql")
    if target[ServiceSqlField].value is None:
        databases = tuple(tgt for tgt in imported if tgt.has_field(SqlSchemaField))
        if target[ServiceLayerField].is_high:
            databases = _inferred(target, imported, SqlSchemaField, sql)
    return ServiceParts(
        target.address, package_of(target), target[ServiceLayerField].value or "mid", apis, databases, controllers
    )


parts_of = callable_rule(find_parts)


def addresses_of(parts: ServiceParts) -> Addresses:
    """Everything the generated main module imports."""
    return Addresses(
        dict.fromkeys(
            [
                *(tgt.address for tgt in parts.apis),
                *(tgt.address for tgt in parts.databases),
                *(controller.target.address for controller in parts.controllers),
            ]
        )
    )


def rules() -> Iterable[Any]:
    return collect_rules()
