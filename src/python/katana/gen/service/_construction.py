"""One controller and what it is made from.

In: nothing. Out: `Construction`. Never: behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass

from katana.gen.service._classes import ConstructorParameter, ControllerClass
from katana.gen.service._manifest import ControllerPart
from katana.gen.service._offers import Interface, Repository


@dataclass(frozen=True)
class Construction:
    """One controller: the class, what it implements, and the repository for each of its parameters."""

    part: ControllerPart
    cls: ControllerClass
    implements: tuple[Interface, ...]
    arguments: tuple[tuple[ConstructorParameter, Repository], ...]

    @property
    def is_generated(self) -> bool:
        """Whether it is a controller of the high layer, as it was generated."""
        return not self.part.path

    @property
    def qualified(self) -> str:
        """`svc.users.UsersController`."""
        return f"{self.part.module}.{self.cls.name}"
