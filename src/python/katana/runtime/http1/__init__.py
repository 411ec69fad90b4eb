"""HTTP/1.1.

In: limits and a dispatcher. Out: a protocol factory for an asyncio transport. Never: routing or configuration.
"""

from __future__ import annotations

from katana.runtime.http1._connection import CONTINUE, END, Connection, Phase, Request
from katana.runtime.http1._protocol import HttpProtocol
from katana.runtime.http1._shared import Shared

__all__ = ["CONTINUE", "END", "Connection", "HttpProtocol", "Phase", "Request", "Shared"]
