"""How many reactors a machine, or a container on it, has room for.

In: affinity and control groups of this process. Out: cores, and a number. Never: a guess above what the kernel grants.
"""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


def usable_cores() -> tuple[int, ...]:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def default_reactors() -> int:
    """One for each core that may be used, and not more than whole cores in the quota of the control group."""
    cores = len(usable_cores())
    quota = cpu_quota()
    return cores if quota is None else max(1, min(cores, int(quota)))


def cpu_quota(membership: Path = Path("/proc/self/cgroup"), root: Path = _ROOT) -> float | None:
    """The cores that the control groups of this process grant together; None when they set no limit.

    Version 2 (`cpu.max`) and version 1 (`cpu.cfs_quota_us`), the tightest of the group and those around it.
    """
    quotas = [quota for folder in _folders(membership, root) if (quota := _quota(folder)) is not None]
    return min(quotas, default=None)


def _folders(membership: Path, root: Path) -> list[Path]:
    """The folders of the process's groups, innermost first."""
    found: list[Path] = []
    for line in _lines(membership):
        _, controllers, group = (*line.split(":", 2), "", "")[:3]
        if controllers and "cpu" not in controllers.split(","):
            continue
        top = root / controllers if controllers else root
        inner = top / group.lstrip("/")
        found += [folder for folder in (inner, *inner.parents) if folder.is_relative_to(top)]
    return found


def _quota(folder: Path) -> float | None:
    words = " ".join(_lines(folder / "cpu.max")).split()
    if not words:
        words = [*_lines(folder / "cpu.cfs_quota_us"), *_lines(folder / "cpu.cfs_period_us")]
    if len(words) != 2 or not all(word.isdecimal() for word in words) or int(words[1]) == 0:
        return None  # `max`, -1, or no such group
    return int(words[0]) / int(words[1])


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
