"""The rule of small groups: how many people a figure has to be of, and what is said where it is withheld."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import TeamMember, User
from orchflow.store.engine import Store

K = TypeVar("K")
P = TypeVar("P")
SMALLEST_GROUP = 5
WITHHELD = f"Groups under {SMALLEST_GROUP} people are not shown to you"
"""The one wording of what is withheld, and why not: on screens, in the API and in refusals."""
TOGETHER = (
    f"{WITHHELD}. What so few did on a day is told together with others, as Small groups, so that nobody's own figures can be "
    "read or worked out."
)
SINGLE = f"{WITHHELD}: a call or a run is one person's."
ASK = "Ask an administrator for a role that may see people's figures."


@dataclass(frozen=True)
class TeamsTogether:
    """The teams of which somebody is told nothing apart, with the people in them."""

    people: Mapping[int, set[int]] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[int]:
        """Which teams these are."""
        return frozenset(self.people)

    def enough(self, teams: Collection[int]) -> bool:
        """Whether those of `teams` are together of enough people."""
        return len({person for team in teams for person in self.people.get(team, ())}) >= SMALLEST_GROUP


def teams_together(session: Session, actor: Actor) -> TeamsTogether:
    """The teams of one to four people who have not left and, while these together are of too few, the next larger.

    Those who are in a team see its figures: they are what it works with.
    """
    return TeamsTogether(pooled(_others(session, actor)))


def pooled(groups: Mapping[K, set[P]]) -> dict[K, set[P]]:
    """The groups that are not told apart: of one to four people and, while these together are of too few, the next larger."""
    together: dict[K, set[P]] = {}
    people: set[P] = set()
    for group, members in sorted(groups.items(), key=lambda entry: (len(entry[1]), str(entry[0]))):
        if len(members) >= SMALLEST_GROUP and (not together or len(people) >= SMALLEST_GROUP):
            break
        if members:
            together[group] = members
            people |= members
    return together


def withheld_teams(store: Store, actor: Actor) -> frozenset[int]:
    """The ids of the teams whose figures `actor` is not shown."""
    if actor.may(Permission.PERSON_FIGURES):
        return frozenset()
    with store.read() as session:
        return teams_together(session, actor).ids


def not_of(team: InstrumentedAttribute[int | None], teams: frozenset[int]) -> sa.ColumnElement[bool]:
    """The condition that a row belongs to none of `teams`; what is everybody's does not."""
    return sa.or_(team.is_(None), team.not_in(teams))


def _others(session: Session, actor: Actor) -> dict[int, set[int]]:
    """The teams in which `actor` is not, with the people in them; none where all figures are seen."""
    if actor.may(Permission.PERSON_FIGURES):
        return {}
    teams: dict[int, set[int]] = {}
    members = (
        sa.select(TeamMember.team_id, User.id).join(User, User.id == TeamMember.user_id).where(User.active)
    )
    for team, person in session.execute(members):
        teams.setdefault(team, set()).add(person)
    return {team: people for team, people in teams.items() if actor.user_id not in people}
