"""Who does what: people of the organisation by job role, those of the nearest team first."""

from __future__ import annotations

from collections.abc import Sequence

from orchflow.demo.organisation import Person
from orchflow.demo.rows import rows
from orchflow.people.permissions import MATRIX, Permission

PLATFORM, SYSTEMS = "AI Platform", "Claims Systems"
SPRINT_TEAMS = (PLATFORM, SYSTEMS)
NEAREST = ("Leadership", PLATFORM, SYSTEMS, "Claims Intake", "Motor Claims", "Digital Products")
AT_MOST = {"domain_expert": 3, "business_analyst": 2, "product_manager": 2, "frontend_engineer": 3}
"""How many holders of a role work on the plan; of the others everyone of the nearest teams."""

SPRINT_SEATS: dict[str, dict[str, int]] = rows("plan/work.yaml")["sprint_seats"]


class Cast:
    """Hands out people; always the same ones in the same order."""

    def __init__(self, people: Sequence[Person]) -> None:
        near = [person for person in people if person.team in NEAREST and not person.left]
        near.sort(key=lambda person: (NEAREST.index(person.team), person.position))
        self._by_role: dict[str, list[Person]] = {}
        for person in near:
            holders = self._by_role.setdefault(person.job_role, [])
            if len(holders) < AT_MOST.get(person.job_role, 9):
                holders.append(person)

    def of_role(self, role: str) -> list[Person]:
        """The holders of a role, nearest first."""
        return self._by_role[role]

    def holder(self, role: str, team: str | None = None) -> Person:
        """The first holder of a role, in a team when it has one."""
        holders = self._by_role[role]
        return next((person for person in holders if person.team == team), holders[0])

    @property
    def lead(self) -> Person:
        """The AI lead."""
        return self.holder("ai_lead")

    def editor(self, role: str) -> Person:
        """Who writes into the plan what the holder of a role has to say: they themselves where they may."""
        holder = self.holder(role)
        return holder if Permission.PLAN_EDIT in MATRIX[holder.role] else self.lead

    def manager(self, team: str | None) -> Person:
        """Who plans and closes the sprints of a team; the AI lead those of everybody."""
        return self.holder("engineering_manager", team) if team else self.lead

    def members(self, team: str | None) -> list[Person]:
        """Who is in the sprints of a team, or of everybody."""
        if team is None:
            everyone = [person for holders in self._by_role.values() for person in holders]
            near = [person for person in everyone if person.team in NEAREST[:2]]
            return near + self.of_role("domain_expert")
        members: list[Person] = []
        for role, seats in SPRINT_SEATS[team].items():
            own = [person for person in self._by_role[role] if person.team == team]
            members += (own or self._by_role[role])[:seats]
        return members
