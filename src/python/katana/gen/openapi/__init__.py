"""The emitter of HTTP APIs: from `ir.Api` to a Python package (docs/rfcs/0002-generated-code.md).

In: an `Api` and the name of the package. Out: the text of its modules. Never: files, OpenAPI documents; and never a
construct that is dropped in silence: what cannot be generated is refused, all of it at once.

The pipeline is the list of modules: `_survey` refuses, `_plan` decides names and forms, `_types` knows what a decoder
can be trusted with, and one printer per generated module prints.
"""

from katana import ir
from katana.gen.openapi import _api, _dto, _plan, _responses, _routes, _senders, _survey, _validators
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._answers import Answer
from katana.gen.openapi._api import signature
from katana.gen.openapi._bounds import integer_bounds
from katana.gen.openapi._files import with_files
from katana.gen.openapi._formats import python_type
from katana.gen.openapi._header import module_of
from katana.gen.openapi._names import Names, pascal, snake
from katana.gen.openapi._plan import Argument, Controller, Method, Plan
from katana.gen.openapi._policies import with_policies
from katana.gen.openapi._responses import header_names
from katana.gen.openapi._survey import refusals
from katana.gen.openapi._zero_copy import with_slices


def generate(api: ir.Api, package: str) -> dict[str, str]:
    """The modules of a package: relative path (with `/`) to text.

    Args:
        api: what to generate.
        package: dotted name of the package.

    Raises:
        DiagnosticsError: the API has constructs that cannot be generated; every one is listed.
        SourceError: the IR holds a name that is no identifier.
    """
    plan = make_plan(api, package)
    validators = _validators.Validators(plan)
    validators.emit()
    root = package.replace(".", "/")
    return {
        f"{root}/__init__.py": module_of(plan, f"{plan.title}.").render(),
        f"{root}/api.py": _api.emit(plan),
        f"{root}/dto.py": _dto.emit(plan),
        f"{root}/py.typed": "",
        f"{root}/responses.py": _responses.emit(plan),
        f"{root}/routes.py": _routes.emit(plan, validators),
        f"{root}/senders.py": _senders.emit(plan),
        f"{root}/validators.py": validators.text,
    }


def make_plan(api: ir.Api, package: str) -> Plan:
    """What `generate` would print: for generators of code that uses the package.

    Raises:
        DiagnosticsError: the API has constructs that cannot be generated; every one is listed.
    """
    api = _canonical(api)
    digest = ir.digest(api)
    api = with_files(api)
    _survey.refuse_unsupported(api)
    return _plan.make_plan(with_slices(api), package, digest)


def _canonical(api: ir.Api) -> ir.Api:
    """The API as its canonical JSON has it: equal meaning is equal text, whatever the order of members in memory."""
    canonical = ir.load(ir.dump(api))
    if not isinstance(canonical, ir.Api):
        raise TypeError(f"not an API: {type(api).__name__}")
    return canonical


__all__ = (
    "Annotations",
    "Answer",
    "Argument",
    "Controller",
    "Method",
    "Names",
    "Plan",
    "generate",
    "header_names",
    "integer_bounds",
    "make_plan",
    "pascal",
    "python_type",
    "refusals",
    "signature",
    "snake",
    "with_policies",
)
