"""The version of Katana. Never: imports, so that build tools may read it without the runtime's dependencies."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
