"""The options of the backend, and where the generator comes from."""

from __future__ import annotations

from pants.backend.python.subsystems.python_tool_base import LockfileRules, PythonToolBase
from pants.backend.python.target_types import ConsoleScript
from pants.option.option_types import BoolOption, SkipOption, StrOption
from pants.util.strutil import softwrap

from katana.errors import KatanaError


class Katana(PythonToolBase):
    options_scope = "katana"
    name = "Katana"
    help = "Spec-first, contract-enforced HTTP services: OpenAPI and SQL in, typed Python out."

    default_version = "katana"
    default_main = ConsoleScript("katana")
    default_requirements = [default_version]
    register_interpreter_constraints = True
    default_interpreter_constraints = ["CPython>=3.12,<3.15"]
    # Pants wants one to be named. It does not exist: a generator and its runtime have to be locked together, in a
    # resolve of the repository (see `require_a_locked_tool`).
    default_lockfile_resource = ("katana", "katana.lock")
    lockfile_rules_type = LockfileRules.SIMPLE

    skip = SkipOption("check")
    generator = StrOption(
        default=None,
        advanced=True,
        help=softwrap(
            """
            The address of the Python sources that are the `katana` command, to build the generator
            from source. If unset, the requirement `katana` of the resolve `[katana].install_from_resolve` is used.
            """
        ),
    )
    generator_main = StrOption(
        default="katana.cli.main:main",
        advanced=True,
        help="The entry point of `[katana].generator`.",
    )
    infer_runtime_dependencies = BoolOption(
        default=True,
        advanced=True,
        help=softwrap(
            """
            Whether generated code depends on the providers of the modules that it imports (`katana.runtime`,
            `msgspec`). Turn it off to write these dependencies by hand.
            """
        ),
    )
    tailor = BoolOption(
        default=True,
        advanced=True,
        help="Whether `tailor` proposes targets for OpenAPI documents and annotated SQL.",
    )

    def require_a_locked_tool(self) -> None:
        """Raises KatanaError unless the options say where the generator comes from."""
        if self.generator is None and self.install_from_resolve is None:
            raise KatanaError(
                softwrap(
                    """
                    The options do not say where the generator comes from. Add `katana` to the requirements of a
                    resolve, and name that resolve in pants.toml:

                        [katana]
                        install_from_resolve = "python-default"
                        requirements = ["katana"]
                    """
                )
            )
