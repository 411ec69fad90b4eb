"""Conditional requests (RFC 9110, 13).

In: the validators of what is there, and a request's conditions. Out: the response, 304, or 412. Never: a guess about
the state of a resource: only a handler knows it, or the content that it is about to send.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, cast

from katana.runtime._problem_statuses import PreconditionFailed, PreconditionRequired
from katana.runtime._remembered import remembered
from katana.runtime._reply import Head, Reply, StreamReply

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx

# RFC 9110, 8.8.3: entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
_TAG: Final = re.compile(r'(?:W/)?"[!#-~\x80-\xff]*"')
# Possessive throughout: what is between two commas is read in one way only, so a list that is none is soon known.
_ELEMENT: Final = rf"[ \t]*+(?:{_TAG.pattern})?+[ \t]*+"
_TAGS: Final = re.compile(rf"(?:{_ELEMENT},)*+{_ELEMENT}")
# RFC 9110, 5.6.7: what is none of these is no date, whatever others would make of it.
_DATE: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"
)
_NOT_MODIFIED: Final = Head(304)
_KEPT: Final = frozenset(("cache-control", "content-location", "etag", "expires", "last-modified", "vary"))
"""What a 304 repeats of the 200 that it stands for (RFC 9110, 15.4.5)."""


def entity_tag(version: object, *, weak: bool = False) -> str:
    """The entity-tag of a version, such as a number, a text or a time: `"42"`, `W/"42"` (RFC 9110, 8.8.3).

    Raises ValueError for a version whose text has blanks, quotes or control characters.
    """
    tag = f'"{version.isoformat() if isinstance(version, datetime) else version}"'
    if _TAG.fullmatch(tag) is None:
        raise ValueError(f"not a version that an entity-tag can hold: {version!r}")
    return f"W/{tag}" if weak else tag


def http_date(moment: datetime) -> str:
    """A time as HTTP writes it, to the second (RFC 9110, 5.6.7). Raises ValueError for one without a timezone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a timezone stands for no moment")
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def conditional[R: Reply | StreamReply](ctx: Ctx, reply: R) -> R | Reply:
    """The response to GET or HEAD under the request's conditions: itself, or 304 without content.

    Its validators are its fields `etag` and `last-modified`; a response in one piece without `etag` gets one made of
    its content.

    Raises:
        PreconditionFailed: `if-match` or `if-unmodified-since` does not hold.
        TypeError: the field `etag` is no entity-tag.
    """
    fields = {name.lower(): value for name, value in reply.fields}
    etag, modified = fields.get("etag"), fields.get("last-modified")
    found: Reply | StreamReply = reply
    if etag is None and isinstance(reply, Reply):
        etag = f'"{blake2b(reply.body, digest_size=12).hexdigest()}"'
        found = Reply(reply.head, reply.body, (*reply.fields, ("etag", etag)))
    elif etag is not None and _TAG.fullmatch(etag) is None:
        raise _no_tag(etag)
    moment = None if modified is None else _moment(modified)
    _check(ctx, etag, moment, exists=True)
    if _unchanged(ctx, etag, moment):
        return Reply(_NOT_MODIFIED, fields=tuple(f for f in found.fields if f[0].lower() in _KEPT))
    return cast("R", found)


def precondition(ctx: Ctx, etag: str | None, modified: datetime | None, *, required: bool) -> None:
    """Checks the conditions of a request that changes something; see `Ctx.precondition`."""
    if etag is not None and _TAG.fullmatch(etag) is None:
        raise _no_tag(etag)
    if modified is not None and modified.tzinfo is None:
        raise ValueError("a time without a timezone stands for no moment")
    exists = etag is not None or modified is not None
    checked = _check(ctx, etag, None if modified is None else modified.replace(microsecond=0), exists=exists)
    if required and not checked:
        raise PreconditionRequired("http.precondition", detail="the request is to say which version it changes")
    given = ctx.header("if-none-match")
    if given is not None and _matches(given, etag, weakly=True, exists=exists):
        raise _failed("if-none-match")


def range_holds(ctx: Ctx, etag: str | None, modified: datetime | None) -> bool:
    """Whether a part of what is there is what the request wants (step 5 of RFC 9110, 13.2.2); see `Ctx.range_holds`."""
    if "range" not in ctx.headers or ctx.method != "GET":
        return False
    given = ctx.header("if-range")
    if given is None:
        return True
    if _TAG.fullmatch(given) is not None:
        return given == etag and not given.startswith("W/")
    # RFC 9110, 8.8.2.2: within the second of its change a date does not tell two versions apart.
    strong = modified is not None and datetime.now(UTC) - modified >= timedelta(seconds=1)
    return strong and modified is not None and _moment(given) == modified.replace(microsecond=0)


def _check(ctx: Ctx, etag: str | None, modified: datetime | None, *, exists: bool) -> bool:
    """Steps 1 and 2 of RFC 9110, 13.2.2; whether there was anything to check.

    A date is ignored where there is none to compare it with (13.1.4).
    """
    given = ctx.header("if-match")
    if given is not None:
        if not _matches(given, etag, weakly=False, exists=exists):
            raise _failed("if-match")
        return True
    given = ctx.header("if-unmodified-since")
    since = None if given is None or modified is None else _moment(given)
    if since is None or modified is None:
        return False
    if modified > since:
        raise _failed("if-unmodified-since")
    return True


def _unchanged(ctx: Ctx, etag: str | None, modified: datetime | None) -> bool:
    """Steps 3 and 4 of RFC 9110, 13.2.2, for GET and HEAD."""
    given = ctx.header("if-none-match")
    if given is not None:
        return _matches(given, etag, weakly=True, exists=True)
    given = ctx.header("if-modified-since")
    return given is not None and modified is not None and (since := _moment(given)) is not None and modified <= since


def _matches(given: str, etag: str | None, *, weakly: bool, exists: bool) -> bool:
    """Whether a list of entity-tags has the one of what is there (None: it has none; RFC 9110, 8.8.3.2)."""
    if given.strip(" \t") == "*":
        return exists
    if etag is None:
        return False
    tags = _listed(given)
    if weakly:
        return etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in tags}
    return not etag.startswith("W/") and etag in tags


@remembered
def _listed(given: str) -> Iterable[str]:
    """The entity-tags of a list; none of one that is malformed."""
    return frozenset(_TAG.findall(given)) if _TAGS.fullmatch(given) else frozenset()


@remembered
def _moment(text: str) -> datetime | None:
    """The moment of an HTTP date; None for what is none, which is then ignored (RFC 9110, 13.1.3)."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _no_tag(etag: str) -> TypeError:
    return TypeError(f"{etag!r} is no entity-tag; make one with katana.runtime.entity_tag(version)")


def _failed(name: str) -> PreconditionFailed:
    return PreconditionFailed("http.precondition", detail=f"the condition of the field {name} does not hold")
