"""Extensions that a role without superuser rights may install.

In: names, the installation of PostgreSQL. Out: a directory for `extension_control_path`. Never: a change to the wheel.

A trusted extension is one whose control file says so; a role that may create objects in its database may install it
(documentation, 36.17.1). The directory holds that file with the word added, beside links to the extension's scripts.
"""

from collections.abc import Iterable
from pathlib import Path


def trust(names: Iterable[str], *, installation: Path, directory: Path) -> str | None:
    """Fill `directory`; the value of `extension_control_path`, or None when none of the extensions is installed."""
    installed = installation / "share" / "extension"
    trusted = directory / "extension"
    found = [name for name in sorted(names) if (installed / f"{name}.control").is_file()]
    if not found:
        return None
    trusted.mkdir(parents=True)
    for name in found:
        control = (installed / f"{name}.control").read_text(encoding="utf-8")
        (trusted / f"{name}.control").write_text(f"{control.rstrip()}\ntrusted = true\n", encoding="utf-8")
        for script in installed.glob(f"{name}--*.sql"):
            (trusted / script.name).symlink_to(script)
    return f"{directory}:$system"
