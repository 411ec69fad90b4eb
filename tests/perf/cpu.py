"""CPU time (to the nanosecond) and memory of a process and all its descendants, from /proc (Linux)."""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of every thread of `pid` and its descendants so far, in seconds."""
    return sum(map(_on_cpu, _family(pid))) / 1e9


def resident_bytes(pid: int) -> int:
    """Memory of `pid` and its descendants that is resident now; what they share counts for each of them."""
    return sum(map(_resident, _family(pid)))


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            parent = _parent(entry)
            if parent:
                children.setdefault(parent, []).append(int(entry.name))
    found, stack = [], [pid]
    while stack:
        current = stack.pop()
        found.append(current)
        stack += children.get(current, [])
    return found


def _resident(pid: int) -> int:
    """The second field of statm, which is in pages (proc(5))."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _on_cpu(pid: int) -> int:
    """Nanoseconds on CPU; the first field of schedstat (Documentation/scheduler/sched-stats)."""
    total = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(task.read_text().split()[0])
        except OSError:
            continue
    return total
