"""`migrations.py`: the migrations as data.

In: a `Database`. Out: the module's text. Never: a character of the SQL changed; its checksum is compared at run time.
"""

from __future__ import annotations

from katana import ir
from katana.gen.source import Module, literal
from katana.gen.sql._sql_text import sql_lines
from katana.gen.sql._types import RUNTIME


def emit(module: Module, database: ir.Database) -> str:
    """The text of `migrations.py`."""
    migration = module.use(RUNTIME, "Migration")
    head = f"MIGRATIONS: tuple[{migration}, ...] = ("
    if not database.migrations:
        module.line(f"{head})")
        return module.render()
    with module.block(head):
        for step in database.migrations:
            with module.block(f"{migration}("):
                module.line(f"number={step.number},")
                module.line(f"name={literal(step.name)},")
                module.line(f"checksum={literal(step.checksum)},")
                module.verbatim(sql_lines(step.up, 8, "up="))
                if step.down:
                    module.verbatim(sql_lines(step.down, 8, "down="))
            module.line("),")
    module.line(")")
    return module.render()
