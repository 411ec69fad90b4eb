"""The filters of a query: each a condition that applies when its parameter is given, or when its switch is on.

In: a draft, its `filter` annotations. Out: the filters, and in the draft their parameters. Never: a filter that is
applied in part, or whose parameter something else needs.
"""

from __future__ import annotations

from collections.abc import Sequence

from katana.ir import Filter, QueryParameter
from katana.sql._annotations import BadNote
from katana.sql._draft import OWN, Draft
from katana.sql._names import py_name
from katana.sql._value_types import ValueTypes
from katana.sql._variant_notes import WrittenFilter


def add_filters(draft: Draft, written: Sequence[WrittenFilter], reserved: frozenset[str]) -> list[Filter]:
    """The filters. `reserved` are names that the method's other parameters have."""
    filters: list[Filter] = []
    for filter_ in written:
        name = _own_parameter(draft, filter_)
        switch = filter_.name if name == "" else name
        if switch is None:
            continue
        python = py_name(switch, reserved=reserved)
        taken = [parameter.py_name for parameter in draft.parameters] + [other.name for other in filters]
        if python in taken:
            message = f"two parameters have the Python name `{python}`"
            draft.bad(_note(filter_, message, "give one of them another name"))
        number = _ask(draft, filter_, switch if name else "", python)
        filters.append(Filter(name=python, parameter=number))
    return filters


def _own_parameter(draft: Draft, filter_: WrittenFilter) -> str | None:
    """The parameter that says whether the filter applies; empty for a switch, None for an error."""
    of_query = [parameter.name for parameter in draft.numbered.parameters]
    own = [name for name in filter_.parameters if name not in of_query]
    if filter_.highest > len(of_query):
        message = f"${filter_.highest} is no parameter of the statement"
        draft.bad(_note(filter_, message, "write `@name`; a parameter of a filter has a name"))
    elif len(own) > 1:
        message = " and ".join(f"@{name}" for name in own) + " in one filter"
        draft.bad(_note(filter_, message, "a filter has one parameter: write one filter for each"))
    elif own and filter_.name:
        message = f"a filter with the name `{filter_.name}` and the parameter @{own[0]}"
        draft.bad(_note(filter_, message, "remove the name; a filter applies when its parameter is given"))
    elif not own and not filter_.name:
        hint = f"give it a name to switch it on by: `-- filter: only_these: {filter_.condition.text}`"
        draft.bad(_note(filter_, "nothing says whether this filter applies", hint))
    elif own and own[0].startswith(OWN):
        draft.bad(_note(filter_, f"@{own[0]} is a name of Katana", "give the parameter another name"))
    elif own and own[0] in [parameter.name for parameter in draft.known]:
        hint = "combine the two by AND, or name another parameter"
        draft.bad(_note(filter_, f"@{own[0]} in two filters", hint))
    else:
        return own[0] if own else ""
    return None


def _ask(draft: Draft, filter_: WrittenFilter, parameter: str, python: str) -> int:
    """Describes the query with this filter alone. The number of its parameter; 0 without one or after an error."""
    numbered = draft.compose([filter_], None, filter_.condition)
    description = draft.ask(numbered, draft.types)
    if description is None or not parameter:
        return 0
    draft.known = list(numbered.parameters)
    draft.types = list(description.parameters)
    type_ = ValueTypes(description, draft.server.catalog.types, ()).parameters([each.name for each in draft.known])[-1]
    refusal = draft.server.refuse_type(type_)
    if refusal is not None:
        hint = refusal[1].replace("$1", f"@{parameter}")
        draft.error(filter_.note.place, f"parameter `{parameter}` {refusal[0]}", "unsupported-type", hint)
    draft.parameters.append(QueryParameter(name=parameter, py_name=python, type=type_, nullable=True))
    return len(draft.parameters)


def _note(filter_: WrittenFilter, message: str, hint: str) -> BadNote:
    place = filter_.note.place
    return BadNote(message, place.offset, width=len(place.text), hint=hint)
