"""`katana_service`: contracts and the classes that keep them, as one program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Optional

from pants.backend.python.target_types import (
    InterpreterConstraintsField,
    PexCompletePlatformsField,
    PythonResolveField,
)
from pants.core.goals.package import OutputPathField
from pants.core.goals.run import RestartableField
from pants.core.util_rules.environments import EnvironmentField
from pants.engine.addresses import Address
from pants.engine.rules import collect_rules, rule
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    AllTargets,
    Dependencies,
    MultipleSourcesField,
    SpecialCasedDependencies,
    StringField,
    StringSequenceField,
    Target,
    Targets,
)
from pants.util.logging import LogLevel

from katana.errors import FieldError
from katana.naming import PackageField, service_package
from katana.service.testing_fields import (
    ServiceSkipTestsField,
    ServiceTestCredentialsField,
    ServiceTestExtraEnvVarsField,
    ServiceTestTimeoutField,
)

_NAME = r"[^\W\d]\w*"
_CONTROLLER = re.compile(rf"{_NAME}(\.{_NAME})*:{_NAME}\Z", re.ASCII)


class ServiceOpenApiField(SpecialCasedDependencies):
    alias = "openapi"
    help = (
        "The `katana_openapi` targets that the service implements. Default: those whose interfaces the controllers"
        " import; else those of the same directory; else the only one of the repository."
    )


class ServiceSqlField(SpecialCasedDependencies):
    alias = "sql"
    help = (
        "The `katana_sql` targets whose migrations the service needs. Default: those whose repositories the controllers"
        " import; in the layer `high` also those of the same directory, else the only one of the repository."
    )


class ServiceControllersField(StringSequenceField):
    alias = "controllers"
    help = (
        'The classes that implement the interfaces, as `module:Class`, for example `["svc.users:UsersController"]`.'
        " Default: every class of the same directory that derives from a generated interface or controller."
    )

    @classmethod
    def compute_value(cls, raw_value: Optional[Iterable[str]], address: Address) -> Optional[tuple[str, ...]]:
        value = super().compute_value(raw_value, address)
        for controller in value or ():
            if not _CONTROLLER.match(controller):
                raise FieldError(
                    address,
                    "katana_service",
                    cls.alias,
                    f"{controller!r} is not `module:Class`. Write for example 'svc.users:UsersController'.",
                )
        return value


class ServiceLayerField(StringField):
    alias = "layer"
    valid_choices = ("high", "mid")
    default = "mid"
    help = (
        "How much is generated. `mid`: interfaces, which controllers implement. `high`: also a controller for each"
        " interface that no controller implements; its methods run the queries that are named like the operations. To"
        " extend one, derive from it (`from svc_server.crud import UsersCrud`)."
    )

    @property
    def is_high(self) -> bool:
        return self.value == "high"


class ServiceSourcesField(MultipleSourcesField):
    """Never set: what the main module is generated from is other targets. Pants hangs code generation on sources."""

    alias = "_sources"
    default = ()
    help = "Not for use in BUILD files."


class ServiceDependenciesField(Dependencies):
    supports_transitive_excludes = True


class ServicePackageField(PackageField):
    help = "The package to generate. Default: directory and name, `svc_server` for `src/svc:server`."


class ServiceResolveField(PythonResolveField):
    help = "The resolve that the service runs on. Default: `[python].default_resolve`."


class ServiceTarget(Target):
    alias = "katana_service"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        ServiceOpenApiField,
        ServiceSqlField,
        ServiceControllersField,
        ServiceLayerField,
        ServicePackageField,
        ServiceResolveField,
        ServiceSourcesField,
        ServiceDependenciesField,
        InterpreterConstraintsField,
        OutputPathField,
        PexCompletePlatformsField,
        RestartableField,
        ServiceSkipTestsField,
        ServiceTestTimeoutField,
        ServiceTestExtraEnvVarsField,
        ServiceTestCredentialsField,
        EnvironmentField,
    )
    help = (
        "An HTTP service. `run` serves it, with an embedded PostgreSQL unless one is configured; `package` writes one"
        " PEX; `check` compares the controllers with their contracts; `test` asks the service what these allow and"
        " forbid."
    )


class AllServiceTargets(Targets):
    pass


@rule(desc="Find all services", level=LogLevel.DEBUG)
def find_services(targets: AllTargets) -> AllServiceTargets:
    return AllServiceTargets(tgt for tgt in targets if tgt.has_field(ServiceControllersField))


def package_of(target: Target) -> str:
    """The package that a `katana_service` generates."""
    return target[ServicePackageField].value or service_package(target.address)


def modules_of(target: Target) -> tuple[str, ...]:
    """What the package holds, whatever the contracts say (RFC 0002)."""
    return ("main", "crud") if target[ServiceLayerField].is_high else ("main",)


def rules() -> Iterable[Any]:
    return collect_rules()
