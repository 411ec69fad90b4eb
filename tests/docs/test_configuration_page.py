"""The page of the configuration names every option and profile, and its example works."""

import re
from pathlib import Path

from katana.runtime._config import OPTIONS, PROFILES, resolve

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")


def _names(title: str) -> list[str]:
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)


def test_every_option_has_its_row() -> None:
    assert _names("Options") == [*(option.name for option in OPTIONS), "limits.*"]


def test_every_profile_has_its_row() -> None:
    assert _names("Profiles") == list(PROFILES)


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    example = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[0]
    (tmp_path / "katana.toml").write_text(example)
    config = resolve({}, {}, folder=str(tmp_path))
    assert (config.profile, config.admin_port, config.limits.idle_timeout) == ("prod-low-latency", 9090, 30.0)
