"""How Python text is spelled: literals, layout, imports, docstrings, the header of a generated file.

In: names, values and prose, all of them possibly hostile. Out: text that `ruff format` leaves alone (120 columns).
Never: what the text means. The rule that keeps a specification from becoming code: prose enters only through
`Module.comment` and `Module.docstring`, values only through `literal`, names only through `identifier`.
"""

from katana.gen.source._layout import WIDTH, Chain, Doc, Group, flat, layout
from katana.gen.source._literals import SourceError, identifier, literal
from katana.gen.source._module import GENERATOR, Module
from katana.gen.source._prose import one_line, printable

__all__ = (
    "GENERATOR",
    "WIDTH",
    "Chain",
    "Doc",
    "Group",
    "Module",
    "SourceError",
    "flat",
    "identifier",
    "layout",
    "literal",
    "one_line",
    "printable",
)
