"""Members of forms: from names and texts to plain JSON values.

In: the pairs of a form, in order, and what the contract says about each member. Out: one object, and errors with their
pointers. Never: validation, which the schema does afterwards.

Theory of operation. Pairs are sorted into a tree by their names: `tags` is a leaf of the root, `a[b][0]` a leaf three
levels down (OAS 3.1, style `deepObject`; several levels and `a[]` are what PHP, Rails and many public APIs mean by it).
Then each leaf is read as its member says: a scalar in one of the types that its text may spell, a JSON document, or an
array.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from katana.runtime import BadRequest
from katana.runtime.generated._converted import Errors
from katana.runtime.generated._details import pointer
from katana.runtime.generated._inputs import plain_json
from katana.runtime.generated._scalars import json_scalar

MAX_NESTING: Final = 16
"""How many brackets a name may have."""

_ONCE: Final = "must be given once"

Path = tuple[str | int, ...]


class Member(Struct, frozen=True, omit_defaults=True):
    """How a member is read from its texts.

    Attributes:
        kinds: the scalar types of JSON that a text (of an array: each item) may spell.
        many: it is an array.
        separator: what stands between the items of an array in one text; empty: it is sent by repeating the name.
        json: a text is a JSON document. If there are `kinds` too, only one that begins with a bracket is.
        members: its own members, named `name[member]`.
        rest: how members that are not in `members` are read, of an object with brackets.
        item: how an item of an array is read that is named `name[0]`.
    """

    kinds: tuple[str, ...] = ()
    many: bool = False
    separator: str = ""
    json: bool = False
    members: Mapping[str, "Member"] = {}
    rest: "Member | None" = None
    item: "Member | None" = None

    @property
    def nested(self) -> bool:
        """Whether its name may have brackets."""
        return bool(self.members) or self.rest is not None or self.item is not None


TEXT: Final = Member(("string",))
"""What a member is that the contract does not know."""

Tree = dict[str, Any]
"""Leaves are lists of texts or of finished values, branches are trees."""


def read_members(
    pairs: Iterable[tuple[str, Any]],
    members: Mapping[str, Member],
    rest: Member,
    float_hook: Callable[[str], Any] | None = None,
) -> tuple[dict[str, Any], Errors]:
    """The object that a form is, and what is wrong with it.

    A value that is no text is taken as it is; that of a member with a separator is the list of its texts. `float_hook`
    makes the numbers of JSON documents that have a fraction or an exponent.

    Raises:
        BadRequest: names nest too deep, or one is a leaf and a branch.
    """
    root: Tree = {}
    for name, value in pairs:
        _place(root, _path(name, members), value)
    reading = _Reading(float_hook)
    found = {name: reading.value(branch, members.get(name, rest), (name,)) for name, branch in root.items()}
    return found, reading.errors


def with_verdict(errors: Errors, verdict: Errors) -> Errors:
    """What was wrong with the texts, and what the schema says; of a text that has no value that is nothing new."""
    unread = {place for place, detail in errors if detail != _ONCE}
    return [*errors, *(error for error in verdict if error[0] not in unread)]


def _path(name: str, members: Mapping[str, Member]) -> list[str]:
    """The parts of a name; brackets only mean something in the names of members that have members."""
    base, bracket, below = name.partition("[")
    if not bracket or not below.endswith("]") or name in members or base not in members or not members[base].nested:
        return [name]
    parts = [base, *below[:-1].split("][")]
    if len(parts) > MAX_NESTING:
        raise BadRequest("request.malformed", detail="A name of the form nests too deep.")
    return parts


def _place(root: Tree, path: list[str], value: Any) -> None:
    node: Any = root
    for part in path[:-1]:
        node = node.setdefault(part, {})
        if not isinstance(node, dict):
            raise _ambiguous()
    leaf = node.setdefault(path[-1], [])
    if not isinstance(leaf, list):
        raise _ambiguous()
    leaf.append(value)


def _ambiguous() -> BadRequest:
    return BadRequest("request.malformed", detail="A name of the form stands with and without brackets.")


class _Reading:
    """Leaves and branches as values; `errors` fills up."""

    def __init__(self, float_hook: Callable[[str], Any] | None) -> None:
        self.errors: Errors = []
        self._float_hook = float_hook

    def value(self, branch: Any, member: Member, path: Path) -> Any:
        """The value of a leaf or a branch."""
        if isinstance(branch, dict):
            return self._branch(branch, member, path)
        if member.separator:
            self._once(branch, path)
            return [json_scalar(text, member.kinds) for text in branch[0]]
        if member.many:
            return [self._leaf(text, member, (*path, index)) for index, text in enumerate(branch)]
        self._once(branch, path)
        return self._leaf(branch[0], member, path)

    def _once(self, branch: list[Any], path: Path) -> None:
        if len(branch) > 1:
            self.errors.append((pointer(path), _ONCE))

    def _branch(self, branch: Tree, member: Member, path: Path) -> Any:
        if member.many:
            item = member.item or member
            keys = sorted(branch, key=_index)
            named = [branch[key] for key in keys if key]
            appended = [[text] for text in branch.get("", ())]
            return [self.value(one, item, (*path, number)) for number, one in enumerate([*named, *appended])]
        known = {name: member.members.get(name, member.rest or TEXT) for name in branch}
        return {name: self.value(branch[name], known[name], (*path, name)) for name in branch}

    def _leaf(self, text: Any, member: Member, path: Path) -> Any:
        if not isinstance(text, str):
            return text
        if member.json and (not member.kinds or text[:1] in ("{", "[")):
            try:
                return plain_json(text.encode(), self._float_hook)
            except BadRequest as problem:
                self.errors.append((pointer(path), str(problem.detail).removeprefix("The body ").rstrip(".")))
                return None
        return json_scalar(text, member.kinds)


def _index(key: str) -> tuple[bool, int, str]:
    """The place of an item; what is no index comes last."""
    number = int(key) if key.isascii() and key.isdigit() and len(key) <= 6 else -1
    return number < 0, number, key
