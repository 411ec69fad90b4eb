"""Bounds on what one document may ask of the compiler.

In: nothing. Out: constants. Never: policy by file kind. Each is an order of magnitude above the largest public
description known (Microsoft Graph: 35 MB over its versions, about 12 levels deep), and low enough that a hostile
document is refused within seconds and without a deep native stack.
"""

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Size of one file."""

MAX_FILES = 5_000
"""Files that one document may refer to, itself included."""

MAX_DEPTH = 100
"""Nesting of mappings and sequences; every later pass may recurse this deep."""

MAX_EXPANDED_NODES = 5_000_000
"""Nodes of a YAML document after its aliases are expanded."""

MAX_ALIAS_NODES = 200_000
"""Of these, nodes that come from aliases."""

MAX_NUMBER_DIGITS = 400
"""Characters of a number; a binary64 needs at most 309 digits before the point."""
