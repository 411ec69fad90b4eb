"""The options of ruff.

Pants 2.17 has a ruff backend, but it calls `ruff --fix FILES`, which ruff has refused since 0.5. This one runs
`ruff check` and `ruff format` and takes its configuration from pyproject.toml alone.
"""

from __future__ import annotations

from pants.backend.python.subsystems.python_tool_base import LockfileRules, PythonToolBase
from pants.backend.python.target_types import ConsoleScript
from pants.core.util_rules.config_files import ConfigFilesRequest
from pants.option.option_types import ArgsListOption, SkipOption


class Ruff(PythonToolBase):
    options_scope = "ruff"
    name = "ruff"
    help = "The linter and formatter of Python code (configured in pyproject.toml)."

    default_version = "ruff>=0.17,<0.18"
    default_main = ConsoleScript("ruff")
    default_requirements = [default_version]
    register_interpreter_constraints = True
    # Pants wants one; `install_from_resolve` in pants.toml decides.
    default_lockfile_resource = ("pants.backend.python.lint.ruff", "ruff.lock")
    lockfile_rules_type = LockfileRules.SIMPLE

    skip = SkipOption("fix", "fmt", "lint")
    args = ArgsListOption(example="--select=E501", extra_help="Passed to `ruff check`.")

    def config_request(self) -> ConfigFilesRequest:
        return ConfigFilesRequest(discovery=True, check_content={"pyproject.toml": b"[tool.ruff"})
