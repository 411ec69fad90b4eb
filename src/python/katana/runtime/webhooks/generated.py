"""What only generated `senders.py` modules link to.

In: parts of requests and answers. Out: values of the contract. Never: a request; `Sender` makes those.
"""

from katana.runtime.webhooks._answers import received_header, received_json, received_problem, received_text, unexpected
from katana.runtime.webhooks._expression import Expression
from katana.runtime.webhooks._fields import query_fields
from katana.runtime.webhooks._sender import Outgoing

__all__ = (
    "Expression",
    "Outgoing",
    "query_fields",
    "received_header",
    "received_json",
    "received_problem",
    "received_text",
    "unexpected",
)
