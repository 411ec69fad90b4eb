"""The second half of an endpoint: what the controller returned becomes a reply.

In: the answers of an operation. Out: tests and `Reply(...)`. Never: an answer that the contract does not declare.
"""

from __future__ import annotations

from katana.gen.openapi import _media, _statuses
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._answers import Answer
from katana.gen.openapi._classes import Classes
from katana.gen.openapi._names import Names, constant, pascal
from katana.gen.openapi._plan import Method, Plan
from katana.gen.openapi._sending import Sending
from katana.gen.source import Chain, Doc, Group, Module, literal

_RUNTIME = "katana.runtime"


class Replies:
    """Prints heads, and the end of each endpoint."""

    def __init__(self, plan: Plan, module: Module, spell_type: Annotations) -> None:
        self._plan = plan
        self._module = module
        self._classes = Classes(plan.types, spell_type)
        self._sending = Sending(plan.types, module, spell_type)
        self._heads: dict[tuple[int, str], str] = {}

    def annotation(self, method: Method) -> str:
        """What an endpoint returns."""
        if not self.streams(method):
            return self._use("Reply")
        whole = {answer.form == "problem" or answer.kind != "stream" for answer in method.answers}
        return f"{self._use('Reply')} | {self._use('StreamReply')}" if True in whole else self._use("StreamReply")

    def streams(self, method: Method) -> bool:
        """Whether one of the replies may be sent chunk by chunk."""
        return any(answer.streams for answer in method.answers)

    def heads(self) -> None:
        """One `Head` for each status and media type."""
        names = Names()
        for method in self._plan.methods:
            for answer in method.answers:
                key = _head_key(answer)
                if key is not None and key not in self._heads:
                    media = constant(pascal(key[1].partition(";")[0].rpartition("/")[2]))
                    word = constant(_statuses.word(str(key[0])))
                    self._heads[key] = names.new(f"_{word}_{media}".rstrip("_"))
        if self._heads:
            self._module.space()
        for (status, content_type), name in sorted(self._heads.items()):
            arguments = (str(status), literal(content_type)) if content_type else (str(status),)
            self._module.line(Group(f"{name} = {self._use('Head')}(", arguments, ")"))

    def emit(self, method: Method) -> None:
        """Code that makes the reply out of `result`."""
        module = self._module
        anything = None
        problems: dict[str, None] = {}
        for answer in method.answers:
            if answer.form == "problem":
                problems[answer.name] = None
                continue
            test = self._test(answer)
            if test is None:
                anything = answer
                continue
            with module.block(("if ", test, ":")):
                self._answer(method, answer)
        if problems:
            names = tuple(self._use(name) for name in (["Problem"] if "Problem" in problems else problems))
            with module.block(("if isinstance(result, ", Chain("|", names), "):")):
                module.line(f"return {self._use('problem_reply')}(ctx, result)")
        if anything is not None:
            self._answer(method, anything)
            return
        module.line(self._undeclared(method))

    def _test(self, answer: Answer) -> Doc | None:
        """Whether `result` is this answer; None when any value is."""
        if answer.form == "empty":
            return f"isinstance(result, {self._use('NoContent')})"
        if answer.form == "class":
            return f"isinstance(result, {self._module.use(f'{self._plan.package}.responses', answer.name)})"
        if answer.kind == "stream":
            return f"isinstance(result, {self._module.use('collections.abc', 'AsyncIterable')})"
        type_ = answer.content.type if answer.content is not None else None
        classes = None if type_ is None else self._classes.of(type_)
        if classes is None:
            return None
        names = [name for name in classes if name != "None"]
        test = ("isinstance(result, ", Chain("|", tuple(names)) if len(names) > 1 else names[0], ")") if names else None
        if "None" not in classes:
            return test
        return "result is None" if test is None else ("result is None or ", *test)

    def _answer(self, method: Method, answer: Answer) -> None:
        """The statements that make the reply of one answer."""
        key = _head_key(answer)
        head = self._head(method, answer) if key is None else self._heads[key]
        reply = self._sending.reply(method.operation, answer, head)
        if method.has_uploads and answer.streams:
            reply = Group("uploads.until_sent(", (reply,), ")")
        self._module.line(("return ", reply))

    def _head(self, method: Method, answer: Answer) -> Doc:
        """A head with the status or the media type that the handler chose, if the contract has it."""
        status = answer.response.status
        fixed = _statuses.fixed(status)
        if fixed is None:
            low, high = (200, 599) if status == "default" else (int(status[0]) * 100, int(status[0]) * 100 + 99)
            with self._module.block(f"if not {low} <= result.status <= {high}:"):
                self._module.line(self._undeclared(method))
        chosen = "result.status" if fixed is None else str(fixed)
        if answer.ranged:
            return self._sending.ranged_head(answer, chosen)
        media = f", {literal(_media.content_type(answer.media_type))}" if answer.content is not None else ""
        return f"{self._use('Head')}({chosen}{media})"

    def _undeclared(self, method: Method) -> Doc:
        function = self._use("undeclared_response")
        return Group(f"raise {function}(", (literal(method.operation.operation_id), "result"), ")")

    def _use(self, name: str) -> str:
        return self._module.use(_RUNTIME, name)


def _head_key(answer: Answer) -> tuple[int, str] | None:
    status = _statuses.fixed(answer.response.status)
    if status is None or answer.form == "problem" or answer.ranged:
        return None
    return status, _media.content_type(answer.media_type) if answer.content is not None else ""
