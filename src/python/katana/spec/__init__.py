"""The OpenAPI front end: documents to `katana.ir.Api`.

In: a path. Out: compiled IR, diagnostics with file, line and column, and the bundled document. Never: generated code.
The folders are the pipeline: `document` (text to values with places), `model` (references), `validation`, `lower`.
"""

from katana.spec._bundle import bundle
from katana.spec._compile import Compiled
from katana.spec._compile import compile_document as compile  # noqa: A004 - `spec.compile(path)` is what it does
from katana.spec._files import Loaded, Located, load, locate, referenced_files
from katana.spec.validation import extensions_schema

__all__ = (
    "Compiled",
    "Loaded",
    "Located",
    "bundle",
    "compile",
    "extensions_schema",
    "load",
    "locate",
    "referenced_files",
)
