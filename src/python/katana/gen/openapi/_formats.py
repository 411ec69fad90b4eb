"""String formats: which have a Python type, which are checked by a predicate.

In: a format's name. Out: names of `datetime`, `uuid` and of `katana.runtime.generated.formats`. Never: code of its own.
"""

PREDICATES = {
    "duration": "is_duration",
    "email": "is_email",
    "hostname": "is_hostname",
    "ipv4": "is_ipv4",
    "ipv6": "is_ipv6",
    "json-pointer": "is_json_pointer",
    "relative-json-pointer": "is_relative_json_pointer",
    "uri": "is_uri",
    "uri-reference": "is_uri_reference",
}
"""Formats whose values stay text."""

LOOSE = frozenset(("date-time", "time", "uuid"))
"""Formats of which msgspec reads more spellings than the format allows."""

_TYPES = {
    "byte": ("builtins", "bytes"),
    "date": ("datetime", "date"),
    "date-time": ("datetime", "datetime"),
    "time": ("datetime", "time"),
    "uuid": ("uuid", "UUID"),
}


def python_type(format_: str) -> tuple[str, str] | None:
    """Module and name of the type that stands for a format; None when it is `str`."""
    return _TYPES.get(format_)
