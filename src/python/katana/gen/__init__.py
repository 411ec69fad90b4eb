"""The generators: from the IR to the text of Python modules.

In: `katana.ir` documents. Out: `{relative path: text}`, the same bytes for the same IR on every machine. Never: files,
clocks, specifications. One package per target (`openapi`, `sql`, `service`) over `source`, which knows how Python is
spelled and laid out.
"""
