"""Documents as resolved models: nodes of known kinds, references that lead to nodes, findings with places.

In: the path of a root document. Out: `Workspace`, `Node`, `walk`, `Findings`. Never: schemas' meaning, Python.
Second stage of the front end.
"""

from katana.spec.model import keywords
from katana.spec.model._everything import everything, references
from katana.spec.model._expressions import expressions, is_expression
from katana.spec.model._findings import Findings
from katana.spec.model._grammar import GRAMMAR, METHODS, PARSED_DATA, PATTERNED, REFERABLE, SECTION
from katana.spec.model._links import Links
from katana.spec.model._node import Node
from katana.spec.model._operations import (
    Place,
    body_entry,
    declared,
    effective,
    has_no_body,
    is_ignored_header,
    is_misplaced_example,
    parameter_key,
    places,
    template_names,
)
from katana.spec.model._outgoing import Sent, sent
from katana.spec.model._reference import ReferenceRefusedError
from katana.spec.model._reference import parse as parse_reference
from katana.spec.model._sequences import (
    EVENT_MEMBERS,
    EVENT_STREAM,
    Kind,
    bare,
    element,
    events,
    is_array,
    is_sequential,
)
from katana.spec.model._unread import is_unread, is_xml
from katana.spec.model._walk import component_section, is_component, reachable, walk
from katana.spec.model._workspace import Workspace

__all__ = (
    "EVENT_MEMBERS",
    "EVENT_STREAM",
    "GRAMMAR",
    "METHODS",
    "PARSED_DATA",
    "PATTERNED",
    "REFERABLE",
    "SECTION",
    "Findings",
    "Kind",
    "Links",
    "Node",
    "Place",
    "ReferenceRefusedError",
    "Sent",
    "Workspace",
    "bare",
    "body_entry",
    "component_section",
    "declared",
    "effective",
    "element",
    "events",
    "everything",
    "expressions",
    "has_no_body",
    "is_array",
    "is_component",
    "is_expression",
    "is_ignored_header",
    "is_misplaced_example",
    "is_sequential",
    "is_unread",
    "is_xml",
    "keywords",
    "parameter_key",
    "parse_reference",
    "places",
    "reachable",
    "references",
    "sent",
    "template_names",
    "walk",
)
