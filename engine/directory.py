"""Who may: the port through which the engine asks about people. Knows no table (D13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Seat:
    """A role held for one scope: 市级经办 of the region 621100, or of one subject's own people."""

    role: str
    scope: str


@dataclass(frozen=True)
class Person:
    """Somebody who can hold work: opaque id, shown name and organisation.

    `lent` names the absent colleagues whose seats somebody has for a time; they are among `seats`.
    """

    id: str
    name: str
    org_name: str
    seats: frozenset[Seat]
    lent: Mapping[Seat, str] = field(default_factory=dict, hash=False)


class Directory(Protocol):
    """Answered by clusters/people/organisations; a test passes a hand-written one."""

    def person(self, session: Session, person_id: str) -> Person | None:
        """The person with own and delegated seats, or None when unknown or disabled."""

    def candidates(self, session: Session, role: str, scope: str) -> Sequence[Person]:
        """Everybody who may work for `role` in exactly `scope`."""

    def scope_of(self, role: str, case_scope: str, case_key: str = "") -> str:
        """The scope in which `role` handles a case of `case_scope` (city role, county case -> the city).

        `case_key` is the case's business key: the subject of a case may have people of its own.
        """

    def superior(self, role: str, scope: str) -> Seat | None:
        """Whom a missing post is raised to: the seat one level above, None at the top."""
