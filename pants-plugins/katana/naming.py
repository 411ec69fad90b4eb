"""Names of generated packages.

In: names of targets and directories, the `package` field. Out: importable dotted names. Never: reading a file.
"""

from __future__ import annotations

import keyword
import posixpath
import re
from typing import Optional

from pants.engine.addresses import Address
from pants.engine.target import StringField

from katana.errors import FieldError

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def word(text: str) -> str:
    """`text` as snake_case ASCII that may start an identifier."""
    plain = _NOT_WORD.sub("_", text.lower()).strip("_")
    if not plain:
        return "contract"
    return f"v{plain}" if plain[0].isdigit() else plain


def contract_package(address: Address, suffix: str) -> str:
    """`src/openapi:users`, "api" -> `users_api`."""
    return f"{word(address.target_name)}_{suffix}"


def service_package(address: Address) -> str:
    """`src/svc:server` -> `svc_server`; a service at the root of the repository is `service_server`."""
    return f"{word(posixpath.basename(address.spec_path) or 'service')}_{word(address.target_name)}"


class PackageField(StringField):
    """The dotted name of the package that a target generates."""

    alias = "package"

    @classmethod
    def compute_value(cls, raw_value: Optional[str], address: Address) -> Optional[str]:
        value = super().compute_value(raw_value, address)
        if value is None:
            return None
        for part in value.split("."):
            if not (part.isascii() and part.isidentifier()) or keyword.iskeyword(part):
                raise FieldError(
                    address,
                    "target",
                    cls.alias,
                    f"{value!r} cannot be imported: {part!r} is not a Python identifier. Write for example"
                    f" {word(value)!r}, or leave the field out.",
                )
        return value
