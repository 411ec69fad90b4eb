"""Bodies of the type `application/x-www-form-urlencoded`.

In: a request and the members that its schema names. Out: the value, or errors. Never: nested members: generators refuse
schemas that have them, because the standard leaves their spelling open.
"""

from typing import Any, Final, Literal

from msgspec import UNSET, Struct

from katana.runtime import BadRequest, Ctx, Query
from katana.runtime.generated._converted import Errors, converted
from katana.runtime.generated._details import pointer
from katana.runtime.generated._scalars import json_scalar
from katana.runtime.generated._schemas import Schemas
from katana.runtime.generated._shapes import Shape

_TEXT: Final = (("string",), False)


class FormInput(Struct, frozen=True, kw_only=True):
    """A form (WHATWG URL, 5.1; OpenAPI 3.1, 4.8.14.3); an absent optional one is UNSET.

    `members` maps each name to the scalar types of JSON that its text may spell, and whether it is an array, which is
    sent by repeating the name; any other member is text.
    """

    schema: str
    shape: Shape[Any]
    members: dict[str, tuple[tuple[str, ...], bool]]
    required: bool = True
    location: Literal["body"] = "body"
    name: str = ""

    def read(self, ctx: Ctx, schemas: Schemas) -> tuple[Any, Errors]:
        """The value and the errors; the value means something only when there are none.

        Raises:
            BadRequest: broken percent-encoding, bytes that are not UTF-8, or too many members.
        """
        if not ctx.body:
            return UNSET, [("", "is required")] if self.required else []
        try:
            pairs = Query(ctx.body.decode("utf-8"))
        except ValueError as error:
            raise BadRequest("request.malformed", detail=f"The body is not a form: {_reason(error)}.") from None
        value: dict[str, Any] = {}
        errors: Errors = []
        for name in pairs:
            kinds, array = self.members.get(name, _TEXT)
            values = [json_scalar(text, kinds) for text in pairs.all(name)]
            if len(values) > 1 and not array:
                errors.append((pointer([name]), "must be given once"))
            value[name] = values if array else values[0]
        found, more = converted(value, self.schema, self.shape, schemas)
        return found, [*errors, *more]


def _reason(error: ValueError) -> str:
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error).replace("the query", "it")
