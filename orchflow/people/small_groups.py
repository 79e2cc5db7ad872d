"""The rule of small groups: how many people a figure has to be of, and what is said where it is withheld."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Forbidden
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import TeamMember, User

SMALLEST_GROUP = 5
WITHHELD = f"Figures of fewer than {SMALLEST_GROUP} people are not shown to you"
"""The one wording of what is withheld, and why not: on screens, in the API and in refusals."""
TOGETHER = (
    f"{WITHHELD}. What so few did on a day is told together with others, as Small groups, so that nobody's own figures can be "
    "read or worked out."
)
SINGLE = f"{WITHHELD}: a call or a run is one person's."
ASK = "Ask an administrator for a role that may see people's figures."


def withheld_teams(session: Session, actor: Actor) -> frozenset[int]:
    """The ids of the teams whose figures `actor` may not see: of one to four people, who have not left.

    Who is in a team sees its figures: they are what it works with.
    """
    return frozenset(team for team, people in _others(session, actor) if len(people) < SMALLEST_GROUP)


def pooled_teams(session: Session, actor: Actor) -> frozenset[int]:
    """The ids of the teams whose figures are told to `actor` only together: the withheld ones and, while these together
    are of too few people, the next larger."""
    pooled: set[int] = set()
    together: set[int] = set()
    for team, people in _others(session, actor):
        if len(people) >= SMALLEST_GROUP and (not pooled or len(together) >= SMALLEST_GROUP):
            break
        pooled.add(team)
        together |= people
    return frozenset(pooled)


def check_teams(session: Session, actor: Actor, teams: Collection[int | None]) -> None:
    """Forbidden where figures of one of `teams` are withheld from `actor`, or only told together with others'."""
    asked = {team for team in teams if team is not None}
    if asked and asked & pooled_teams(session, actor):
        raise Forbidden(WITHHELD, ASK)


def _others(session: Session, actor: Actor) -> list[tuple[int, set[int]]]:
    """The teams in which `actor` is not, with the people in them, the smallest first; none where all figures are seen."""
    if actor.may(Permission.PERSON_FIGURES):
        return []
    teams: dict[int, set[int]] = {}
    members = (
        sa.select(TeamMember.team_id, User.id).join(User, User.id == TeamMember.user_id).where(User.active)
    )
    for team, person in session.execute(members):
        teams.setdefault(team, set()).add(person)
    others = ((team, people) for team, people in teams.items() if actor.user_id not in people)
    return sorted(others, key=lambda entry: (len(entry[1]), entry[0]))
