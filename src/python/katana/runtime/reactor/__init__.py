"""The low layer: one event loop, and descriptors in the hands of the program.

In: sockets, files, callbacks. Out: bytes moved with as few copies as the kernel allows. Never: HTTP, validation or
limits: who works here has full control and full responsibility. `katana.runtime.serve` takes a `RawService` as it takes
a `Service`, so the supervisor, signals and options are the same.
"""

from katana.runtime.reactor._raw import Handler, RawService
from katana.runtime.reactor._reactor import Reactor, Timer, Watch

__all__ = ("Handler", "RawService", "Reactor", "Timer", "Watch")
