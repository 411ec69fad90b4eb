"""Files to values with locations: YAML 1.2 and JSON, within limits.

In: a path. Out: a `Source`: the JSON value of the file and the line and column of every node. Never: what the value
means. First stage of the front end.
"""

from katana.spec.document._limits import MAX_DEPTH, MAX_FILES
from katana.spec.document._places import Location
from katana.spec.document._pointer import escape, from_fragment, join, split
from katana.spec.document._source import Source, read

__all__ = ("MAX_DEPTH", "MAX_FILES", "Location", "Source", "escape", "from_fragment", "join", "read", "split")
