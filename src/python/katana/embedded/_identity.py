"""Whom PostgreSQL runs as."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """The user, and the owner that PostgreSQL's files must have.

    `kind` is `self`, `namespace` (root without its powers: its files stay root's) or `nobody`.
    """

    kind: str
    uid: int
    gid: int
