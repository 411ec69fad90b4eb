"""The `katana` command: what people and build tools run. Start at `main.py`; one module per command behind it.

In: arguments, files. Out: files, diagnostics and statistics, an exit status. Never: a traceback, a colour outside a
terminal, an import of what the chosen command does not need.
"""

__all__ = ()
