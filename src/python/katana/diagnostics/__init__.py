"""Problems in what a user wrote: where, what is wrong, what to write instead.

In: a location and words. Out: `Diagnostic` values, `DiagnosticsError` that carries all of them at once, and the text
a terminal shows. Never: reading files, printing. Imports nothing else of Katana; every front end raises these.
"""

from katana.diagnostics._catalogue import CATALOGUE
from katana.diagnostics._code import Code
from katana.diagnostics._diagnostic import Diagnostic, DiagnosticsError, Severity
from katana.diagnostics._render import render

__all__ = ("CATALOGUE", "Code", "Diagnostic", "DiagnosticsError", "Severity", "render")
