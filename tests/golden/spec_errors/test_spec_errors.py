"""Every folder here is a document and the exact words that it is refused with.

`KATANA_UPDATE_GOLDEN=1 pytest tests/golden/spec_errors` writes the words anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from katana import spec
from katana.diagnostics import DiagnosticsError, render

CASES = Path(__file__).parent


@pytest.mark.parametrize("case", sorted(found.parent.name for found in CASES.glob("*/openapi.yaml")))
def test_a_bad_document_is_refused_in_these_words(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / case)
    with pytest.raises(DiagnosticsError) as caught:
        spec.compile(Path("openapi.yaml"), strict=True)
    found = render(caught.value.diagnostics, lambda file: Path(file).read_text("utf-8"))
    expected = Path("expected.txt")
    if os.environ.get("KATANA_UPDATE_GOLDEN"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text("utf-8")
