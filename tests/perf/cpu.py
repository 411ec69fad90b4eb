"""CPU time of a process and all its descendants, to the nanosecond, from /proc (Linux)."""

from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of every thread of `pid` and its descendants so far, in seconds."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            parent = _parent(entry)
            if parent:
                children.setdefault(parent, []).append(int(entry.name))
    total, stack = 0, [pid]
    while stack:
        current = stack.pop()
        total += _on_cpu(current)
        stack += children.get(current, [])
    return total / 1e9


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
