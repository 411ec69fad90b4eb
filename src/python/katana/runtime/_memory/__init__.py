"""What a process does about its memory while it serves: RFC 0009.

In: how much is asked of a server. Out: collections of CPython's cyclic collector at times when nobody waits for them,
and counts of what they cost. Never: a collection while a handler runs, unless the handler asks for it.
"""

from katana.runtime._memory._memory import Load, Memory
from katana.runtime._memory._plain import collect_during
from katana.runtime._memory._status import MemoryStatus

__all__ = ("Load", "Memory", "MemoryStatus", "collect_during")
