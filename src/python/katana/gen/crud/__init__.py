"""The high layer: controllers that run the query which an operation stands for (docs/rfcs/0006-high-layer.md).

In: the APIs and databases of a service. Out: `Controllers`: the text of `crud.py`, and every operation that no query
serves, with what to write. Never: files, places in files; whoever knows them adds them.

`_match` finds the query, `_binding` its arguments, `_results` the response, `_answers` the problems; `_methods` prints.
"""

from katana.gen.crud._controllers import Controllers, CrudClass, Gap
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._resources import candidates
from katana.gen.crud._row_classes import unfit_rows

__all__ = ("Controllers", "CrudClass", "Gap", "Misfit", "candidates", "unfit_rows")
