"""One instance of a service on all cores: a supervisor and its reactors.

The supervisor forks and watches, and never serves; a reactor is one process with one event loop and a listening socket
of its own (`SO_REUSEPORT`), which the supervisor keeps open when the reactor dies, so that who waits in its queue is
served by the next. This package imports the server; nothing of the server imports this package.
"""

from katana.runtime.supervisor._cores import default_reactors
from katana.runtime.supervisor._order import Instance, OrderError
from katana.runtime.supervisor._supervisor import Supervisor

__all__ = ("Instance", "OrderError", "Supervisor", "default_reactors")
