"""The responses that an operation declares, by what a query can lead to.

In: a method of the plan. Out: the success, and the problem for each way to fail. Never: a status that is not declared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from katana.gen import openapi
from katana.gen.crud._match import Offer
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._resources import resource_of, singular
from katana.gen.crud._spelling import RUNTIME_SQL, Spelling
from katana.gen.source import Group, literal

_REFERENCES = re.compile(r"\breferences\b", re.IGNORECASE)
"""In a schema that has foreign keys."""

_BY_HAND = "write the method in a controller"


@dataclass(frozen=True)
class Failure:
    """A problem: the function of `ctx.problem`, its code, and the detail as Python text."""

    function: str
    code: str
    detail: str

    @property
    def statement(self) -> Group:
        """`return ctx.problem.not_found("user.not_found", detail=f"There is no user {user_id}.")`."""
        return Group(f"return ctx.problem.{self.function}(", (literal(self.code), f"detail={self.detail}"), ")")


def success_of(method: openapi.Method, *, rows: bool) -> openapi.Answer:
    """The response to a query that did what it should: the lowest 2xx, one with a body if there are rows for it.

    Raises:
        Misfit: there is none that a query can fill.
    """
    found = [a for a in method.answers if a.response.status.startswith("2") and a.response.status.isdecimal()]
    found.sort(key=lambda answer: answer.response.status)
    with_body = [a for a in found if a.kind == "json"] or [a for a in found if a.content is not None]
    answers = with_body if rows and with_body else [a for a in found if a.content is None]
    if answers:
        return answers[0]
    if found:
        raise Misfit(
            "crud-command",
            f"answers {found[0].response.status} with a body, and the query returns no row",
            "end the query in `RETURNING ...` and make it `:one`, or declare a 204",
        )
    raise Misfit("crud-response", "declares no success (a 2xx with a number)", _BY_HAND)


class Failures:
    """The problems of one operation."""

    def __init__(self, method: openapi.Method) -> None:
        self._method = method
        self._declared = {answer.response.status for answer in method.answers if answer.form == "problem"}
        self._resource = resource_of(method.operation.path)

    def not_found(self) -> Failure | None:
        """404: the item that the path names, or what it lies in, is not there."""
        path = self._method.path_arguments
        if "404" not in self._declared:
            return None
        noun = self._resource.one if self._resource.is_item or not self._resource.parent else None
        noun = noun or singular(self._resource.parent)
        if path and (self._resource.is_item or len(path) == 1):
            return Failure("not_found", f"{noun}.not_found", f'f"There is no {_words(noun)} {{{path[-1].name}}}."')
        return Failure("not_found", f"{noun}.not_found", literal(f"There is no such {_words(noun)}."))

    def conflict(self) -> Failure | None:
        """409: the item would be there twice."""
        if "409" not in self._declared:
            return None
        noun = self._resource.one
        detail = literal(f"Another {_words(noun)} has a value that has to be unique.")
        return Failure("conflict", f"{noun}.conflict", detail)

    def broken_reference(self) -> Failure | None:
        """What a foreign key says: the path or the body names something that is missing, or others need the item."""
        noun = self._resource.one
        if self._method.operation.method == "DELETE":
            if "409" not in self._declared:
                return None
            return Failure("conflict", f"{noun}.in_use", literal(f"Something refers to this {_words(noun)}."))
        if self._method.path_arguments and not self._resource.is_item and "404" in self._declared:
            return self.not_found()
        return self._unknown_reference()

    def reference_of_body(self) -> Failure | None:
        """What a foreign key says when the item that the path names is there; None if that cannot be told or said."""
        inside = self._method.path_arguments and not self._resource.is_item and "404" in self._declared
        return self._unknown_reference() if inside and self._method.has_body else None

    def asks_for_parent(self, offer: Offer) -> bool:
        """Whether the item of the path is looked for: behind an empty list, or a violated foreign key."""
        if self.not_found() is None:
            return False
        return offer.query.command in ("many", "page") or (
            self._may_break_reference(offer) and self.reference_of_body() is not None
        )

    def _unknown_reference(self) -> Failure | None:
        noun = self._resource.one
        detail = literal(f"The {_words(noun)} refers to something that does not exist.")
        for status, function in (("422", "unprocessable_content"), ("409", "conflict")):
            if status in self._declared:
                return Failure(function, f"{noun}.broken_reference", detail)
        return None

    def undeclared(self, offer: Offer) -> list[Misfit]:
        """The errors that the query answers with problems which the operation does not declare."""
        return [
            Misfit(
                "undeclared-query-problem",
                f"does not declare {error.status} as a problem, which the query answers to `{error.error}`",
                f"""declare `"{error.status}"` with `application/problem+json`, or take the annotation away""",
            )
            for error in offer.query.errors
            if self._declared.isdisjoint((str(error.status), f"{error.status // 100}XX", "default"))
        ]

    def of_errors(self, offer: Offer, spell: Spelling) -> list[tuple[str, Failure]]:
        """What to catch around a query that writes."""
        if not self._changes(offer):
            return []
        errors = [] if self._method.operation.method == "DELETE" else [("UniqueViolation", self.conflict())]
        if self._may_break_reference(offer):
            errors.append(("ForeignKeyViolation", self.broken_reference()))
        return [(spell.use(RUNTIME_SQL, error), failure) for error, failure in errors if failure is not None]

    def _changes(self, offer: Offer) -> bool:
        verb = self._method.operation.method
        inserts = re.search(r"\binsert\b", offer.query.sql, re.IGNORECASE) is not None
        return verb not in ("GET", "HEAD") and (inserts or verb == "DELETE" or self._method.has_body)

    def _may_break_reference(self, offer: Offer) -> bool:
        migrations = offer.plan.database.migrations
        return self._changes(offer) and any(_REFERENCES.search(migration.up) for migration in migrations)


def _words(noun: str) -> str:
    return noun.replace("_", " ")
