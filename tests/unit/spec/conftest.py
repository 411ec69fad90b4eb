"""Documents written in a test, compiled from a folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from katana import ir, spec
from katana.diagnostics import DiagnosticsError

HEAD = 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\n'


class Bench:
    """A folder with a document in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str | dict[str, Any], name: str = "openapi.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    def compile(self, text: str | dict[str, Any]) -> spec.Compiled:
        """The compiled document; `text` gets a head if it has none."""
        if isinstance(text, str) and not text.startswith("openapi"):
            text = HEAD + text
        return spec.compile(self.write(text))

    def refused(self, text: str | dict[str, Any], *, strict: bool = False) -> list[tuple[str, int, int]]:
        """Code, line and column of every error; lines count from the first of `text`."""
        headless = isinstance(text, str) and not text.startswith("openapi")
        path = self.write(HEAD + text if isinstance(text, str) and headless else text)
        with pytest.raises(DiagnosticsError) as caught:
            spec.compile(path, strict=strict)
        shift = HEAD.count("\n") if headless else 0
        return [
            (found.code, found.line - shift, found.column)
            for found in caught.value.diagnostics
            if strict or found.severity == "error"
        ]

    def schemas(self, schemas: dict[str, Any], version: str = "3.1.0") -> dict[str, ir.TypeDef]:
        """The types of a document that has nothing but these schemas."""
        compiled = self.compile(
            {
                "openapi": version,
                "info": {"title": "T", "version": "1"},
                "paths": {},
                "components": {"schemas": schemas},
            }
        )
        return {one.name: one for one in compiled.api.types}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def one_type(bench: Bench) -> Callable[..., ir.TypeDef]:
    """The type `Subject` that a schema compiles to."""
    return lambda schema, version="3.1.0", **others: bench.schemas({"Subject": schema, **others}, version)["Subject"]
