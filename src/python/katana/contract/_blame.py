"""Which line of whose code an error of the type checker is about.

In: errors of mypy in controllers, in the generated `main.py` and in repositories with types of the author's. Out:
diagnostics in controllers and at queries. Never: an error in code that nobody wrote by hand: what `main.py` cannot do
with a controller is the controller's mistake.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from katana.contract._chosen_types import ChosenTypes
from katana.contract._controller import Controller
from katana.contract._expected import ExpectedMethod
from katana.contract._mypy import MypyError
from katana.contract._signatures import Locate, Method, named
from katana.contract._wording import explain
from katana.diagnostics import Diagnostic
from katana.gen.service import Plan

_STEP = 4
_IMPORTS = frozenset(("import-not-found", "import-untyped", "import"))
"""What the controllers import beside contracts may not be installed here; `pants check` looks at that."""


class Blame:
    """Turns errors into diagnostics.

    Args:
        planned: the service.
        controllers: its controllers.
        main_file: where the generated `main.py` was put for the check.
        chosen: the generated modules whose types the authors of SQL have chosen.
        locate: where an operation stands in its specification.
    """

    def __init__(
        self,
        planned: Plan,
        controllers: Sequence[Controller],
        main_file: Path,
        chosen: ChosenTypes,
        locate: Locate,
    ) -> None:
        self._planned = planned
        self._controllers = controllers
        self._main_file = main_file
        self._chosen = chosen
        self._main_lines = main_file.read_text(encoding="utf-8").split("\n")
        self._locate = locate
        self._by_file: dict[Path, list[Controller]] = {}
        for controller in controllers:
            self._by_file.setdefault(Path(controller.path).resolve(), []).append(controller)

    def diagnostic(self, error: MypyError, *, incomplete: bool) -> Diagnostic | None:
        """The diagnostic of an error, or None when it is none of the contract's business."""
        file = Path(error.file).resolve()
        if file == self._main_file and self._controllers:
            return self._in_main(error)
        if file in self._by_file:
            return self._in_controller(error, self._by_file[file])
        if self._chosen.holds(file):
            unknown = error.code in _IMPORTS and not self._is_ours(error.message)
            return None if unknown else self._chosen.diagnostic(error, file)
        if incomplete:  # mypy stopped there and has seen nothing else
            return explain(error, error.file, None, self._locate)
        return None

    def _in_controller(self, error: MypyError, controllers: Sequence[Controller]) -> Diagnostic | None:
        if error.code in _IMPORTS and not self._is_ours(error.message):
            return None
        for controller in controllers:
            method = _method_at(controller, error.line)
            if method is not None:
                return explain(error, controller.path, method, self._locate)
        return explain(error, controllers[0].path, None, self._locate)

    def _is_ours(self, message: str) -> bool:
        """Whether a module that cannot be found belongs to this service's contracts."""
        quoted = re.search(r'"([\w.]+)"', message)
        inputs = self._planned.inputs
        packages = (inputs.manifest.package, *inputs.apis, *inputs.databases)
        ours = {package.partition(".")[0] for package in packages} | {"katana"}
        return quoted is not None and quoted[1].partition(".")[0] in ours

    def _in_main(self, error: MypyError) -> Diagnostic:
        controller = self._controller_of(self._main_lines[error.line - 1] if error.line else "")
        name, place = controller.construction.cls.name, controller.construction.cls.place
        code, message, hint = "controller-construction", f"the service cannot construct {name}: {error.message}", ""
        if error.code == "abstract":
            quoted = set(re.findall(r'"(\w+)"', error.message))
            missing = [method for method in controller.expected if method.name in quoted]
            code = "method-missing"
            message = f"{name} does not implement {', '.join(named(method, self._locate) for method in missing)}"
            hint = "add\n" + "\n".join(method.text(_STEP) for method in missing)
        return Diagnostic(
            file=controller.path,
            line=place.line,
            column=place.column,
            width=place.width,
            code=code,
            message=message,
            hint=hint,
        )

    def _controller_of(self, line: str) -> Controller:
        """The controller that a line of `main.py` is about: the one it names, else the first."""
        words = set(re.findall(r"\w+", line))
        for controller in self._controllers:
            if controller.construction.cls.name in words:
                return controller
        return self._controllers[0]


def _method_at(controller: Controller, line: int) -> ExpectedMethod | None:
    """The method of the contract whose definition holds `line`; None inside a function within it, too."""
    expected = {method.name: method for method in controller.expected}
    node = controller.source.class_nodes[controller.construction.cls.name]
    for cls in controller.source.lineage(node):
        for statement in cls.body:
            if isinstance(statement, Method) and statement.name in expected and _holds(statement, line):
                nested = (n for n in ast.walk(statement) if isinstance(n, Method) and n is not statement)
                return None if any(_holds(inner, line) for inner in nested) else expected[statement.name]
    return None


def _holds(node: Method, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
