"""What the service manager is told (sd_notify(3)): ready, reloading, stopping, another main process.

In: a state, and the socket that the manager names in the environment. Out: a datagram. Never: an error: whoever manages
services otherwise hears nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time


def notify(state: str) -> None:
    """Sends a state such as `READY=1` to the manager, if there is one."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path or not hasattr(socket, "AF_UNIX"):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.sendto(state.encode(), "\0" + path[1:] if path.startswith("@") else path)


def reloading() -> str:
    """The state of a service that replaces its processes (Type=notify-reload wants to know since when)."""
    return f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"
