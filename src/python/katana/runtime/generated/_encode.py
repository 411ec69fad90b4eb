"""Values of generated types as JSON.

In: what a controller returned. Out: bytes (RFC 8259). Never: a check of the value.
"""

import msgspec

encode_json = msgspec.json.Encoder(decimal_format="number").encode
"""A value of generated types as JSON bytes."""
