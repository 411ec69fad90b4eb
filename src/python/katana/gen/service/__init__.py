"""The generator of services: which controller implements which API, and the module that puts them together.

In: a `Manifest` and the content of what it names (`Inputs`). Out: a `Plan`, or diagnostics at the class or parameter
that is in the way; from the plan, `{path: text}`. Never: files, imports of controllers.
"""

from katana.gen.service._classes import (
    ConstructorParameter,
    ControllerClass,
    Place,
    Source,
    parse_source,
)
from katana.gen.service._construction import Construction
from katana.gen.service._emit import generate
from katana.gen.service._high import NOWHERE, Places
from katana.gen.service._manifest import ApiPart, ControllerPart, DatabasePart, Manifest, parse_manifest
from katana.gen.service._offers import Interface, Repository, RouterClass
from katana.gen.service._plan import Inputs, Plan, hooks, plan

__all__ = (
    "NOWHERE",
    "ApiPart",
    "Construction",
    "ConstructorParameter",
    "ControllerClass",
    "ControllerPart",
    "DatabasePart",
    "Inputs",
    "Interface",
    "Manifest",
    "Place",
    "Places",
    "Plan",
    "Repository",
    "RouterClass",
    "Source",
    "generate",
    "hooks",
    "parse_manifest",
    "parse_source",
    "plan",
)
