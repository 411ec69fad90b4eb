"""Names that generated code uses for itself.

In: nothing. Out: sets. Never: names of one emitter's local variables; an emitter keeps those apart by itself. A name
of a specification that is in the set gets a suffix.
"""

import builtins
import http

ANNOTATION_NAMES = frozenset(
    (
        "bool",
        "bytes",
        "date",
        "datetime",
        "dict",
        "enum",
        "float",
        "frozenset",
        "int",
        "list",
        "msgspec",
        "object",
        "set",
        "str",
        "time",
        "timedelta",
        "tuple",
        "typing",
        "uuid",
    )
)
"""Looked up while a class body is evaluated: a field `date` would hide the type of the next one."""

ARGUMENT_NAMES = ANNOTATION_NAMES | frozenset(("self", "cls", "ctx", "body", "type", "result"))
"""Names in a method's signature and around it."""

MEMBER_NAMES = frozenset(("mro",))
"""Attributes that a class cannot redefine safely."""

_PROBLEMS = frozenset(
    "".join(word.capitalize() for word in status.phrase.replace("-", " ").replace("'", "").split())
    for status in http.HTTPStatus
)

TYPE_NAMES = (
    frozenset(dir(builtins))
    | _PROBLEMS
    | frozenset(
        (
            "ABC",
            "Annotated",
            "Any",
            "AsyncIterator",
            "Awaitable",
            "Callable",
            "ClassVar",
            "Ctx",
            "Decimal",
            "Endpoint",
            "Enum",
            "Final",
            "Generic",
            "Head",
            "IntEnum",
            "Iterable",
            "Iterator",
            "Literal",
            "Mapping",
            "Meta",
            "Never",
            "NoContent",
            "Optional",
            "Problem",
            "Protocol",
            "Raw",
            "Reply",
            "Resource",
            "Self",
            "Sequence",
            "Service",
            "StrEnum",
            "Struct",
            "TypeAlias",
            "TypeVar",
            "UNSET",
            "UUID",
            "Union",
            "Unset",
            "UnsetType",
        )
    )
)
"""Imported into modules that also import the types of a specification."""
