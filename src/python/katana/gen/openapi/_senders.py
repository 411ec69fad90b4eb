"""`senders.py`: the requests that a service sends by itself, webhooks and callbacks.

In: a `Plan`. Out: the module's text; only a docstring when the contract has none. Never: how a request is retried,
signed or kept away from private addresses, which is the runtime's.
"""

from katana.gen.openapi._header import module_of
from katana.gen.openapi._plan import Plan


def emit(plan: Plan) -> str:
    """The text of `senders.py`."""
    return module_of(plan, f"What {plan.title} sends by itself: nothing.").render()
