"""The beginning of every generated module.

In: a `Plan` and prose. Out: an empty `Module` with header and docstring.
"""

from katana.gen.openapi._plan import Plan
from katana.gen.source import Module


def module_of(plan: Plan, docstring: str) -> Module:
    """A module of the plan's package."""
    return Module(docstring, source=plan.api.source, digest=plan.digest, own=(plan.package.split(".", 1)[0],))
