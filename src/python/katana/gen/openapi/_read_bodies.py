"""Code that binds the body in an endpoint.

In: an operation with a body, its readings and its table of inputs. Out: statements. Never: the statements around them:
what catches their failures is the endpoint's, unless the body is read while it arrives.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._plan import Method, Plan
from katana.gen.openapi._policies import decoder_of
from katana.gen.openapi._readings import Reading, any_text
from katana.gen.openapi._replies import Replies
from katana.gen.openapi._request_types import request_type
from katana.gen.openapi._validators import Validators
from katana.gen.source import Chain, Doc, Group, Module, literal

_GENERATED = "katana.runtime.generated"


class BodyReaders:
    """Prints the reading of bodies."""

    def __init__(self, plan: Plan, module: Module, validators: Validators) -> None:
        self._plan = plan
        self._module = module
        self._validators = validators
        self._spell = Annotations(plan.types, plan.stand_ins, module, f"{plan.package}.dto", constrained=False)

    def prepare(self, method: Method) -> None:
        """What stands before the inputs are read: the type of a body that several branches bind."""
        if len(method.readings) > 1:
            self._module.line(("body: ", request_type(self._spell, method)))

    def bind(self, method: Method, table: str) -> None:
        """Code that binds `body` out of the whole body, among the other inputs."""
        if len(method.readings) > 1:
            self._choose(method, "not ctx.body", table)
            return
        decoded = self._decoded(method, 0, table)
        reading = method.readings[0]
        if not method.body_required and not self._by_table(reading):
            decoded = Chain("", (decoded, "if ctx.body", f"else {self._unset()}"))
        self._module.line(("body = ", decoded))
        self._check(method, 0, required=method.body_required)

    def receive(self, method: Method, call: Doc, replies: Replies) -> None:
        """Code that reads a body while it arrives, calls the controller, and makes the reply.

        A reply that is a stream may be made of the files of the body, so it is made while they are open.
        """
        if not method.has_uploads:
            self._choose(method, "ctx.stream.length == 0", "")
            self._module.line(call)
            replies.emit(method)
            return
        uploads = self._module.use(f"{_GENERATED}.multipart", "Uploads")
        with self._module.block(f"with {uploads}() as uploads:"):
            self._choose(method, "ctx.stream.length == 0", "")
            self._module.line(call)
            if replies.streams(method):
                replies.emit(method)
                return
        replies.emit(method)

    def _choose(self, method: Method, absent: str, table: str) -> None:
        """Branches by media type; two that only bind become one expression."""
        module = self._module
        if len(method.readings) > 1:
            module.line('content_type = ctx.content_type or ""')
        branches = self._branches(method, absent)
        simple = [self._simple(method, index, table) for _, index in branches]
        if len(branches) == 1:
            self._branch(method, branches[0][1], table)
        elif len(branches) == 2 and None not in simple:
            first, second = (each or "" for each in simple)
            module.line(("body = ", Chain("", (first, ("if ", branches[0][0]), ("else ", second)))))
        else:
            word = "if"
            for condition, index in branches:
                with module.block((f"{word} ", condition, ":") if condition else "else:"):
                    self._branch(method, index, table)
                word = "elif"

    def _branches(self, method: Method, absent: str) -> list[tuple[Doc, int]]:
        """Conditions, none for the last, and the reading of each; -1: there is no body.

        The server has refused all media types but those of the readings.
        """
        found: list[tuple[Doc, int]] = [] if method.body_required else [(absent, -1)]
        found += [(_condition(reading.media_types), index) for index, reading in enumerate(method.readings)]
        return [*found[:-1], ("", found[-1][1])]

    def _simple(self, method: Method, index: int, table: str) -> Doc | None:
        """The one expression that binds the body; None when it takes more than that."""
        if index < 0:
            return self._unset()
        if method.streams:
            return self._received(method, index)
        checked = (method.operation.name, index) in self._validators.body_checks
        return None if checked else self._decoded(method, index, table)

    def _branch(self, method: Method, index: int, table: str) -> None:
        expression = self._simple(method, index, table)
        if expression is not None:
            self._module.line(("body = ", expression))
        elif method.streams:
            self._arriving(method, index)
        else:
            self._module.line(("body = ", self._decoded(method, index, table)))
            self._check(method, index, required=True)

    def _by_table(self, reading: Reading) -> bool:
        """Whether only the row in the table of inputs can read the body."""
        return reading.kind != "json" and not (reading.kind == "text" and any_text(reading.content, self._plan.types))

    def _decoded(self, method: Method, index: int, table: str) -> Doc:
        """The value of a body that is there; what has no decoder of its own is read by its row in the table."""
        reading = method.readings[index]
        if self._by_table(reading):
            row = str(len(method.path_arguments))
            return Group(f"{self._generated('parameter')}(", ("ctx", table, row), ")")
        if reading.kind == "json":
            shape = f"validators.{self._validators.shapes[method.operation.name, index]}"
            if decoder_of(method.operation) == "dom":
                return Group(f"{shape}.read(", ("ctx",), ")")
            return Group(f"{shape}.decode(", ("ctx.body",), ")")
        return f"{self._generated('utf8_text')}(ctx)"

    def _check(self, method: Method, index: int, *, required: bool) -> None:
        check = self._validators.body_checks.get((method.operation.name, index))
        if check:
            guard = "" if required else f"body is not {self._unset()} and "
            with self._module.block(f"if {guard}not validators.{check}(body):"):
                self._module.line(f"raise {self._generated('REJECTED')}")

    def _arriving(self, method: Method, index: int) -> None:
        """Code for a body that is read whole, in an operation that streams."""
        module = self._module
        module.use_submodule(self._plan.package, "validators")
        table = f"validators.{self._validators.body_tables[method.operation.name, index]}"
        module.line("ctx.body = await ctx.stream.read()")
        recovered: Doc = ("(body,) = ", Group(f"{self._generated('recover')}(", ("ctx", table), ")"))
        if self._by_table(method.readings[index]):
            module.line(recovered)
            return
        with module.block("try:"):
            module.line(("body = ", self._decoded(method, index, table)))
            self._check(method, index, required=True)
        with module.block(f"except {self._generated('INVALID')}:"):
            module.line(recovered)

    def _received(self, method: Method, index: int) -> Doc | None:
        """The expression for a body that is read while it arrives; None for one that is read whole."""
        reading = method.readings[index]
        if reading.kind == "multipart":
            self._module.use_submodule(self._plan.package, "validators")
            form = f"validators.{self._validators.body_tables[method.operation.name, index]}"
            return Group(f"await {form}.receive(", ("ctx", "uploads"), ")")
        if reading.kind == "stream":
            self._module.use_submodule(self._plan.package, "validators")
            media_type = reading.media_types[0]
            ending = (
                "lines" if _media.of_lines(media_type) else "events" if _media.of_events(media_type) else "sequence"
            )
            function = self._module.use(f"{_GENERATED}.sequences", f"read_{ending}")
            elements = f"validators.{self._validators.body_tables[method.operation.name, index]}"
            return Group(f"{function}(", ("ctx", elements), ")")
        return self._stream(reading) if reading.kind == "bytes" else None

    def _stream(self, reading: Reading) -> str:
        type_ = self._plan.types.resolve(reading.content.type or ir.AnyType())
        if isinstance(type_, ir.StringType) and (type_.min_length or type_.max_length is not None):
            return f"{self._generated('sized')}(ctx.stream, {type_.min_length}, {type_.max_length})"
        return "ctx.stream"

    def _unset(self) -> str:
        return self._module.use("msgspec", "UNSET")

    def _generated(self, name: str) -> str:
        return self._module.use(_GENERATED, name)


def _condition(media_types: tuple[str, ...]) -> Doc:
    """The test for the media types of one reading: names, or ranges, or one range with a suffix."""
    start, star, suffix = media_types[0].partition("*")
    if suffix:
        starts = f"content_type.startswith({literal(start)})"
        return Chain("and", (starts, f"content_type.endswith({literal(suffix)})"))
    words = tuple(literal(name.removesuffix("*")) for name in media_types)
    if star:
        return Group("content_type.startswith(", words if len(words) == 1 else (Group("(", words, ")"),), ")")
    return f"content_type == {words[0]}" if len(words) == 1 else ("content_type in ", Group("(", words, ")"))
