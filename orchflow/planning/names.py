"""What the rows of a plan point to, by name: people, teams, efforts, projects, sprints."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from orchflow.people.naming import Naming, naming_of
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import Team, TeamMember, User
from orchflow.planning.row_names import RowNames
from orchflow.planning.tables import Effort, Project, Sprint, SprintState
from orchflow.store.engine import Store


@dataclass(frozen=True)
class PlanNames:
    """Names by id, in the order of the plan; of people, also of those who have left, only the name.

    `active` are the people who may be given work, `members` the people of each team. `effort_of` is the effort of each
    project. `naming` knows people by every name, `called` the rows of a level by number and name. `running` are the sprints under way, `unfinished` those and the ones to come.
    """

    people: dict[int, str]
    active: frozenset[int]
    teams: dict[int, str]
    members: dict[int, tuple[int, ...]]
    efforts: dict[int, str]
    projects: dict[int, str]
    effort_of: dict[int, int]
    sprints: dict[int, str]
    running: tuple[int, ...]
    unfinished: tuple[int, ...]
    naming: Naming
    called: dict[str, RowNames]

    def teams_of(self, user_id: int | None) -> frozenset[int]:
        """The teams that a person is in."""
        return frozenset(team for team, people in self.members.items() if user_id in people)


def plan_names(store: Store, actor: Actor) -> PlanNames:
    """The names that everybody who sees the plan needs to read it."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        people = session.execute(
            sa.select(User.id, User.display_name, User.active).order_by(
                sa.func.lower(User.display_name), User.id
            )
        ).all()
        teams = dict(session.execute(sa.select(Team.id, Team.name).order_by(Team.name)).all())
        members: dict[int, list[int]] = {team_id: [] for team_id in teams}
        for team_id, user_id in session.execute(sa.select(TeamMember.team_id, TeamMember.user_id)):
            members[team_id].append(user_id)
        efforts = session.execute(
            sa.select(Effort.id, Effort.number, Effort.name).order_by(Effort.position, Effort.id)
        ).all()
        projects = session.execute(
            sa.select(Project.id, Project.number, Project.name, Project.effort_id)
            .join(Effort, Effort.id == Project.effort_id)
            .order_by(Effort.position, Effort.id, Project.position, Project.id)
        ).all()
        naming = naming_of(session)
        sprints = session.execute(
            sa.select(Sprint.id, Sprint.name, Sprint.team_id, Sprint.state, Sprint.number).order_by(
                Sprint.start, Sprint.number, Sprint.id
            )
        ).all()
    several = len({sprint.team_id for sprint in sprints}) > 1
    return PlanNames(
        people={user.id: user.display_name for user in people},
        active=frozenset(user.id for user in people if user.active),
        naming=naming,
        called={
            "effort": RowNames("effort", ((number, order, name, "") for number, order, name in efforts)),
            "project": RowNames(
                "project", ((number, order, name, "") for number, order, name, _ in projects)
            ),
            "sprint": RowNames(
                "sprint", ((s.id, s.number, s.name, teams.get(s.team_id, "")) for s in sprints)
            ),
        },
        teams=teams,
        members={team_id: tuple(sorted(people)) for team_id, people in members.items()},
        efforts={number: f"{order} {name}" for number, order, name in efforts},
        projects={number: f"{order} {name}" for number, order, name, _ in projects},
        effort_of={number: effort_id for number, _, _, effort_id in projects},
        sprints={
            number: f"{name} · {teams[team_id]}" if several and team_id in teams else name
            for number, name, team_id, _, _ in sprints
        },
        running=tuple(number for number, _, _, state, _ in sprints if state is SprintState.ACTIVE),
        unfinished=tuple(number for number, _, _, state, _ in sprints if state is not SprintState.CLOSED),
    )
