"""What a user sees when a target cannot be built.

In: an address, a field, words. Out: exceptions whose text names the BUILD file and the field. Never: a stack trace's
job; Pants prints the text as it is.
"""

from __future__ import annotations

from pants.engine.addresses import Address
from pants.util.strutil import softwrap


class KatanaError(Exception):
    """A target that cannot be built, for a reason that its owner can change."""


class FieldError(KatanaError):
    """A field with a value that does not work.

    `FieldError(address, "katana_service", "controllers", "...")` reads
    `src/svc/BUILD: katana_service "server": field "controllers": ...`.
    """

    def __init__(self, address: Address, target_type: str, field: str, message: str) -> None:
        super().__init__(f'{describe(address, target_type)}: field "{field}": {softwrap(message)}')


class GeneratorFailed(KatanaError):
    """The generator refused its input; its own words say where and why."""

    def __init__(self, description: str, output: str) -> None:
        super().__init__(f"{description}\n\n{output.strip()}\n")


def build_file(address: Address) -> str:
    """The file that declares a target, as people call it."""
    return f"{address.spec_path}/BUILD" if address.spec_path else "BUILD"


def describe(address: Address, target_type: str) -> str:
    """`src/svc/BUILD: katana_service "server"`."""
    return f'{build_file(address)}: {target_type} "{address.target_name}"'
