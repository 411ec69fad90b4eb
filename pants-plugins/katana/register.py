"""The backend: everything `backend_packages = ["katana"]` adds to Pants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pants.backend.python import target_types_rules
from pants.backend.python.dependency_inference import module_mapper

from katana import contracts_check, modules
from katana.generator import tool
from katana.openapi import closure
from katana.openapi import codegen as openapi_codegen
from katana.openapi import dependency_inference as openapi_inference
from katana.openapi import tailor as openapi_tailor
from katana.openapi import target_types as openapi_types
from katana.service import codegen as service_codegen
from katana.service import contract, documents, manifest, package, parts, run, testing
from katana.service import dependency_inference as service_inference
from katana.service import target_types as service_types
from katana.sql import codegen as sql_codegen
from katana.sql import dependency_inference as sql_inference
from katana.sql import tailor as sql_tailor
from katana.sql import target_types as sql_types

_MODULES = (
    module_mapper,
    target_types_rules,
    tool,
    modules,
    contracts_check,
    closure,
    openapi_codegen,
    openapi_inference,
    openapi_tailor,
    openapi_types,
    sql_codegen,
    sql_inference,
    sql_tailor,
    sql_types,
    parts,
    manifest,
    documents,
    service_codegen,
    service_inference,
    service_types,
    contract,
    package,
    run,
    testing,
)


def rules() -> Iterable[Any]:
    return [rule for module in _MODULES for rule in module.rules()]


def target_types() -> Iterable[Any]:
    return [
        openapi_types.OpenApiTarget,
        openapi_types.OpenApiFragmentsTarget,
        sql_types.SqlTarget,
        service_types.ServiceTarget,
    ]
