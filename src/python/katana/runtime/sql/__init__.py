"""PostgreSQL for generated repositories: pipelined connections, typed errors, binary codecs, migrations.

In: statements and values. Out: results and values. Never: SQL of its own making, except for its migrations table.
"""

from katana.runtime.sql._database import Database
from katana.runtime.sql._statement import Statement

__all__ = ("Database", "Statement")
