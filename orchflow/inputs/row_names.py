"""What inputs point to, by name: people, teams, projects, goals, other inputs. One reading for grids and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from orchflow.people.permissions import Actor
from orchflow.people.tables import Team, User
from orchflow.planning.names import plan_names
from orchflow.planning.row_names import RowNames, plain_name
from orchflow.planning.tables import Goal, Project
from orchflow.store.engine import Store
from orchflow.store.entity import DECLARED, Entity
from orchflow.store.field import Field
from orchflow.store.tables import Tracked
from orchflow.store.written import Refused


@dataclass(frozen=True)
class Named:
    """The rows that a field may point to: id → name as it is shown and written, `offered` those that may be chosen.

    `called` is the row that other words mean; Refused says why there is none.
    """

    names: Mapping[int, str]
    offered: tuple[int, ...]
    called: Callable[[str], int]

    def meant(self, written: str) -> int:
        """The row that a name, a number or other words mean; Refused says why there is none."""
        wanted = plain_name(written)
        same = [number for number, name in self.names.items() if plain_name(name) == wanted]
        if len(same) == 1:
            return same[0]
        try:
            return self.called(written)
        except Refused:
            if wanted.isdecimal() and int(wanted) in self.names:  # the row's own number
                return int(wanted)
            raise


@dataclass(frozen=True)
class InputNames:
    """The rows of each table that an input points to; those of another input are read when they are asked for."""

    by_table: dict[type[Tracked], Named]
    store: Store
    actor: Actor

    def of(self, field: Field) -> Named:
        """What a field may point to."""
        target = field.target
        assert target is not None
        if target not in self.by_table:
            self.by_table[target] = _named(DECLARED[target], self.store, self.actor)
        return self.by_table[target]

    def shown(self, field: Field, value: Any) -> Any:
        """A value as people read it: of what it points to the name."""
        if field.target is None or value is None:
            return value
        return self.of(field).names.get(value, str(value))


def input_names(store: Store, actor: Actor) -> InputNames:
    """The names of everything, for those who see the plan."""
    plan = plan_names(store, actor)
    with store.read() as session:
        goals = session.execute(
            sa.select(Goal.id, Project.number, Goal.name)
            .join(Project, Project.id == Goal.project_id)
            .order_by(Goal.project_id, Goal.position, Goal.id)
        ).all()
        usernames = {row.id: row.username for row in session.execute(sa.select(User.id, User.username))}
    namesakes = Counter(map(plain_name, plan.people.values()))
    people = {
        number: name if namesakes[plain_name(name)] == 1 else f"{name} ({usernames[number]})"
        for number, name in plan.people.items()
    }
    goal_names = RowNames("goal", ((goal.id, None, goal.name, goal.number) for goal in goals))
    teams = RowNames("team", ((number, None, name, "") for number, name in plan.teams.items()))
    return InputNames(
        {
            User: Named(people, tuple(filter(plan.active.__contains__, people)), plan.naming.called),
            Team: Named(plan.teams, tuple(plan.teams), teams.called),
            Project: Named(plan.projects, tuple(plan.projects), plan.called["project"].called),
            Goal: Named(
                {goal.id: f"{goal.number} {goal.name}" for goal in goals},
                tuple(goal.id for goal in goals),
                goal_names.called,
            ),
        },
        store,
        actor,
    )


def _named(entity: Entity[Any], store: Store, actor: Actor) -> Named:
    names = {row.id: str(getattr(row, entity.called_by)) for row in entity.list(store, actor)}
    called = RowNames(entity.name, ((number, None, name, "") for number, name in names.items()))
    return Named(names, tuple(names), called.called)


def written_name(value: Any) -> str:
    """A name in a cell as text: a spreadsheet's 7.0 is 7."""
    text = " ".join(str(value).split())
    whole = text.removesuffix(".0")
    if not text:
        raise Refused("must not be empty")
    return whole if whole.isdecimal() else text
