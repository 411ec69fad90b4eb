"""Requests that a service sends by itself: webhooks and callbacks.

In: a request that generated code has typed. Out: the answer of the receiver, after as many attempts as it takes. Never:
a request to an address inside the service's own network, unless it was allowed. Who sends needs aiohttp: `pip install
katana[webhooks]`; who receives needs only `verify`.

Theory of operation. A message has an id that stays the same in all attempts, so that a receiver who got it twice can
tell: delivery is at least once. `_sender` decides when to try again, `_retry` how long to wait, `_signing` how the
receiver knows the sender, `_targets` where a request may go, and `_client` alone opens connections.
"""

from katana.runtime.webhooks._errors import DeliveryFailed, SendError, TargetRefused, UnexpectedAnswer
from katana.runtime.webhooks._exchange import Received
from katana.runtime.webhooks._retry import Retry
from katana.runtime.webhooks._sender import Delivery, Sender
from katana.runtime.webhooks._signing import InvalidSignature, Message, Signer, StandardSigner, verify
from katana.runtime.webhooks._targets import Targets

__all__ = (
    "Delivery",
    "DeliveryFailed",
    "InvalidSignature",
    "Message",
    "Received",
    "Retry",
    "SendError",
    "Sender",
    "Signer",
    "StandardSigner",
    "TargetRefused",
    "Targets",
    "UnexpectedAnswer",
    "verify",
)
