"""The number of reactors follows what the container grants."""

from __future__ import annotations

from pathlib import Path

import pytest

from katana.runtime.supervisor._cores import cpu_quota


def _group(root: Path, path: str, **files: str) -> None:
    folder = root / path
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


@pytest.mark.parametrize(
    ("inner", "outer", "quota"),
    [("max 100000", "max 100000", None), ("150000 100000", "max 100000", 1.5), ("400000 100000", "200000 100000", 2.0)],
)
def test_the_tightest_group_of_version_2_counts(tmp_path: Path, inner: str, outer: str, quota: float | None) -> None:
    _group(tmp_path, "pod", cpu__max=f"{outer}\n")
    _group(tmp_path, "pod/container", cpu__max=f"{inner}\n")
    membership = tmp_path / "cgroup"
    membership.write_text("0::/pod/container\n")
    assert cpu_quota(membership, tmp_path) == quota


@pytest.mark.parametrize(("value", "quota"), [("-1", None), ("50000", 0.5), ("300000", 3.0)])
def test_version_1_is_read_too(tmp_path: Path, value: str, quota: float | None) -> None:
    _group(tmp_path, "cpu,cpuacct/job", cpu__cfs_quota_us=f"{value}\n", cpu__cfs_period_us="100000\n")
    membership = tmp_path / "cgroup"
    membership.write_text("5:memory:/job\n4:cpu,cpuacct:/job\n")
    assert cpu_quota(membership, tmp_path) == quota


def test_a_system_without_control_groups_sets_no_limit(tmp_path: Path) -> None:
    assert cpu_quota(tmp_path / "none", tmp_path) is None
