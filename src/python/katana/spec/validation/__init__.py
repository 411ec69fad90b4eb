"""What is wrong with a document: the standard first, then Katana's own rules.

In: a workspace. Out: findings in it. Never: IR, except to check values against compiled schemas.
"""

from katana.spec.validation._compiled import unfit_defaults
from katana.spec.validation._extensions_schema import extensions_schema
from katana.spec.validation._official import known_members
from katana.spec.validation._rules import check_rules
from katana.spec.validation._standard import VERSIONS, check_standard
from katana.spec.validation._unsupported import REFUSED

__all__ = (
    "REFUSED",
    "VERSIONS",
    "check_rules",
    "check_standard",
    "extensions_schema",
    "known_members",
    "unfit_defaults",
)
