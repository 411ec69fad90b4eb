"""Names that generated code uses for itself.

In: nothing. Out: sets. Never: names of one emitter's local variables; an emitter keeps those apart by itself. A name
of a specification that is in the set gets a suffix.
"""

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
    ["BadGateway", "BadRequest", "Conflict", "ContentTooLarge", "ExpectationFailed", "FailedDependency", "Forbidden", "GatewayTimeout", "Gone", "HttpVersionNotSupported", "InsufficientStorage", "InternalServerError", "LengthRequired", "Locked", "MethodNotAllowed", "MethodNotImplemented", "MisdirectedRequest", "NotAcceptable", "NotFound", "PaymentRequired", "PreconditionFailed", "PreconditionRequired", "RangeNotSatisfiable", "RequestHeaderFieldsTooLarge", "RequestTimeout", "ServiceUnavailable", "TooManyRequests", "Unauthorized", "UnavailableForLegalReasons", "UnprocessableContent", "UnsupportedMediaType", "UpgradeRequired", "UriTooLong"]
)
"""The runtime's classes of problems."""

_BUILTINS = frozenset(
    ["ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup", "BlockingIOError", "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError", "ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "DeprecationWarning", "EOFError", "Ellipsis", "EncodingWarning", "EnvironmentError", "Exception", "ExceptionGroup", "False", "FileExistsError", "FileNotFoundError", "FloatingPointError", "FutureWarning", "GeneratorExit", "IOError", "ImportError", "ImportWarning", "IndentationError", "IndexError", "InterruptedError", "IsADirectoryError", "KeyError", "KeyboardInterrupt", "LookupError", "MemoryError", "ModuleNotFoundError", "NameError", "None", "NotADirectoryError", "NotImplemented", "NotImplementedError", "OSError", "OverflowError", "PendingDeprecationWarning", "PermissionError", "ProcessLookupError", "PythonFinalizationError", "RecursionError", "ReferenceError", "ResourceWarning", "RuntimeError", "RuntimeWarning", "StopAsyncIteration", "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError", "SystemExit", "TabError", "TimeoutError", "True", "TypeError", "UnboundLocalError", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "ValueError", "Warning", "ZeroDivisionError"]
)
"""Built-in classes and constants of CPython 3.12 and later; a list, so that names do not depend on which one runs."""

TYPE_NAMES = (
    _BUILTINS
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
