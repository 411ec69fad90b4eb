"""Every code of a diagnostic, with what it says and what to do.

In: nothing. Out: `CATALOGUE`, by area. Never: the codes of what cannot be generated yet, which stand in the tables that
refuse it (`gen/openapi/_unsupported.py`, `spec/validation/_unsupported.py`). docs/reference/diagnostics.md is made of
this, and a test holds that no code is missing.
"""

from katana.diagnostics._catalogue_openapi import FILES, OPENAPI
from katana.diagnostics._catalogue_python import CRUD, SERVICES
from katana.diagnostics._catalogue_sql import SQL
from katana.diagnostics._code import Code

CATALOGUE: dict[str, dict[str, Code]] = {
    "Files of a specification": FILES,
    "OpenAPI documents": OPENAPI,
    "SQL": SQL,
    "Services and controllers": SERVICES,
    "The high layer": CRUD,
}
"""Codes by area; the name of an area is the title of its part of the page."""
