"""The check itself: signatures first, types second, every mistake once.

In: what `katana.gen.service` plans from. Out: diagnostics in file and line order. Never: a verdict of one stage hiding
the other's; both run, and where they blame the same line the first, which knows the contract, speaks.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from katana.contract._blame import Blame
from katana.contract._chosen_types import ChosenTypes
from katana.contract._controller import Controller, controller_of
from katana.contract._mypy import run_mypy
from katana.contract._overlay import lay_out, source_root_of
from katana.contract._query_errors import check_query_errors
from katana.contract._signatures import Locate, check_class
from katana.diagnostics import Diagnostic
from katana.gen.crud import unfit_rows
from katana.gen.service import Inputs, Plan, generate, plan


def check(
    inputs: Inputs,
    *,
    source_roots: Sequence[Path] = (),
    python_executable: str | None = None,
    locate: Locate = lambda _method: "",
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the controllers of a service.

    Args:
        inputs: the manifest and the content of what it names.
        source_roots: where the imports of controllers start; the roots of the controllers themselves are known.
        python_executable: the interpreter whose installed packages the controllers use; None is the running one.
        locate: gives the place of an operation in its specification, for messages.

    Raises:
        DiagnosticsError: the service cannot be put together at all (see `katana.gen.service.plan`).
        ContractToolError: the check itself could not run.
    """
    planned = plan(inputs)
    controllers = [
        controller_of(construction, inputs) for construction in planned.controllers if not construction.is_generated
    ]
    interfaces = frozenset(i.qualified for c in planned.controllers for i in c.implements)
    found = [
        diagnostic
        for controller in controllers
        for diagnostic in check_class(
            controller.source, controller.construction.cls.name, controller.expected, interfaces, locate
        )
    ]
    for controller in controllers:
        found += check_query_errors(controller, inputs.databases, locate)
    found += _rows(inputs)
    said = {(diagnostic.file, diagnostic.line) for diagnostic in found}
    of_types = _types(planned, controllers, source_roots, python_executable, locate)
    found += [diagnostic for diagnostic in of_types if (diagnostic.file, diagnostic.line) not in said]
    return tuple(sorted(dict.fromkeys(found), key=lambda d: (d.file, d.line, d.column, d.message)))


def _rows(inputs: Inputs) -> Iterator[Diagnostic]:
    """Rows that are to be of a class of a contract and cannot be."""
    for package, query, misfit in unfit_rows(inputs.apis, inputs.databases):
        file, line, column = inputs.places.query(package, query)
        yield Diagnostic(
            file=file,
            message=f"`{query.name}` cannot give such rows: {misfit.message}",
            code=misfit.code,
            line=line,
            column=column,
            width=len(query.name),
            hint=misfit.hint,
        )


def _types(
    planned: Plan,
    controllers: Sequence[Controller],
    source_roots: Sequence[Path],
    python_executable: str | None,
    locate: Locate,
) -> Iterator[Diagnostic]:
    with tempfile.TemporaryDirectory(prefix="katana-contract-") as directory:
        scratch = Path(directory).resolve()
        main = generate(planned)
        overlay = lay_out(scratch / "overlay", {**planned.inputs.generated, **main})
        main_file = overlay.joinpath(*planned.inputs.manifest.package.split("."), "main.py")
        files = [Path(path) for path in dict.fromkeys(controller.path for controller in controllers)]
        chosen = ChosenTypes(planned.inputs, overlay)
        roots = [overlay, *source_roots, *(source_root_of(controller.construction.part) for controller in controllers)]
        result = run_mypy(
            [*files, main_file, *chosen.files],
            source_roots=list(dict.fromkeys(root.resolve() for root in roots)),
            python_executable=python_executable,
            scratch=scratch,
        )
        blame = Blame(planned, controllers, main_file, chosen, locate)
        for error in result.errors:
            diagnostic = blame.diagnostic(error, incomplete=not result.complete)
            if diagnostic is not None:
                yield diagnostic
