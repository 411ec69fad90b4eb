"""One entry of the catalogue."""

from typing import NamedTuple


class Code(NamedTuple):
    """What a diagnostic with this code says, what to do about it, and whether it is a warning."""

    says: str
    advice: str
    warning: bool = False
