"""The SQL front end: migrations and annotated queries become `katana.ir.Database`.

In: files. Out: IR described by a real PostgreSQL, or diagnostics with file, line, column and PostgreSQL's own words.
Never: a type or a nullability guessed from text.
"""

from katana.sql._compile import compile  # noqa: A004 - katana.sql.compile is what callers read
from katana.sql._describe import Supported
from katana.sql._discover import discover
from katana.sql._lock import Inputs, read_lock, write_lock

__all__ = ("Inputs", "Supported", "compile", "discover", "read_lock", "write_lock")
