"""Where a type checker finds what the build generates: a source root made for one check.

In: generated text. Out: a directory that comes first on the path of imports, so that the IR and not a stale file
decides. Never: anything outside that directory.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

import katana.ir
from katana.gen.service import ControllerPart


def lay_out(root: Path, generated: Mapping[str, str]) -> Path:
    """Fills `root` with generated modules and with what they import; returns it.

    The runtime is this tool's own, and so is msgspec: the code was generated for them, and without their types every
    DTO would be `Any` and nothing would be checked.
    """
    for path, text in generated.items():
        file = root.joinpath(*path.split("/"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name, package in (("katana", Path(katana.ir.__file__).parents[1]), ("msgspec", Path(msgspec.__file__).parent)):
        if package.is_dir():
            (root / name).symlink_to(package.resolve(), target_is_directory=True)
    return root


def source_root_of(part: ControllerPart) -> Path:
    """The directory from which `import part.module` finds `part.path`."""
    path = Path(part.path)
    depth = len(part.module.split(".")) + (path.name == "__init__.py")
    return path.resolve().parents[depth - 1]
