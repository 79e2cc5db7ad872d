"""What the plan asks for next: the reader's own tasks, what is overdue or blocked, the next milestone, sprints out of step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import shorten

import sqlalchemy as sa

from orchflow import format as fmt
from orchflow.insights.step import Step, Urgency
from orchflow.insights.way import Milestone
from orchflow.metrics.facts import Facts
from orchflow.people.permissions import Permission
from orchflow.people.tables import User
from orchflow.planning.tables import CLOSED, Sprint, SprintState, State, Task
from orchflow.planning.work.workflow import states_in

SOON = timedelta(days=7)
MINE_SHOWN = 3
OF_PLAN = {"plan.level": "Tasks"}
"""What the address of the plan says where its tasks are listed."""
TITLE = 80
"""So many letters of a task's title are shown."""


@dataclass(frozen=True)
class OpenTask:
    """A task that wants attention: overdue, due soon, or blocked."""

    id: int
    title: str
    due: date | None
    blocked: str | None
    owner_id: int | None
    owner: str | None


def plan_steps(facts: Facts, milestone: Milestone | None) -> list[Step]:
    """The steps of the plan: the reader's own first, then what concerns everybody."""
    tasks, today = _wanting(facts), facts.today
    me = facts.actor.user_id
    mine = [task for task in tasks if me is not None and task.owner_id == me]
    others = [task for task in tasks if task not in mine]
    steps = _mine(mine, today)
    steps += _together(
        "overdue", "overdue", [task for task in others if task.due and task.due < today], today
    )
    steps += _together("blocked", "blocked", [task for task in others if task.blocked is not None], today)
    steps += _sprints(facts)
    if milestone is not None:
        days = (milestone.due - today).days
        when = "today" if not days else f"in {fmt.quantity(days, 'day')}"
        detail = f"Due {fmt.day(milestone.due)}, {when}"
        late = milestone.earliest is not None and milestone.earliest > milestone.due
        if late:
            detail += f"; not before {fmt.day(milestone.earliest)} by what is open"
        steps.append(
            Step(
                f"milestone-{milestone.id}", "attention" if late else "todo", f"Next milestone: {_title(milestone.title)}", detail,
                "plan", {"task": str(milestone.id)}, milestone.owner or "nobody yet",
            )
        )  # fmt: skip
    return steps


def _wanting(facts: Facts) -> list[OpenTask]:
    """The open tasks that are overdue or blocked, and the reader's own that are due soon; the longest overdue first."""
    with facts.ws.store.read() as session:
        states = states_in(session)
        closed = [key for key, state in states.items() if state in CLOSED]
        blocked = [key for key, state in states.items() if state is State.BLOCKED]
        mine = sa.and_(Task.assignee_id == facts.actor.user_id, Task.due <= facts.today + SOON)
        rows = session.execute(
            sa.select(
                Task.id, Task.title, Task.due, Task.status, Task.blocked_reason, Task.assignee_id, User.display_name
            )
            .outerjoin(User, User.id == Task.assignee_id)
            .where(
                Task.status.not_in(closed), sa.or_(Task.due < facts.today, Task.status.in_(blocked), mine)
            )
            .order_by(Task.due.is_(None), Task.due, Task.position, Task.id)
        ).all()  # fmt: skip
    return [
        OpenTask(number, title, due, (reason or "") if status in blocked else None, person, name)
        for number, title, due, status, reason, person, name in rows
    ]


def _mine(tasks: Sequence[OpenTask], today: date) -> list[Step]:
    steps = [
        Step(
            f"mine-{task.id}", _urgency(task, today), _title(task.title), _state(task, today), "plan",
            {"task": str(task.id)}, "you", mine=True,
        )
        for task in tasks[:MINE_SHOWN]
    ]  # fmt: skip
    rest = len(tasks) - len(steps)
    if rest > 0:
        steps.append(
            Step(
                "mine-rest", "todo", f"{fmt.quantity(rest, 'more task')} of yours", "Overdue, blocked, or due within a week",
                "plan", OF_PLAN | {"plan.quick": "Mine"}, "you", mine=True,
            )
        )  # fmt: skip
    return steps


def _together(key: str, word: str, tasks: Sequence[OpenTask], today: date) -> list[Step]:
    """One step for all tasks of a kind: the single one by its name, several by their number and the first of them."""
    if not tasks:
        return []
    first = tasks[0]
    if len(tasks) == 1:
        return [
            Step(
                f"{key}-{first.id}", "attention", f"{_title(first.title)} is {word}", _state(first, today), "plan",
                {"task": str(first.id)}, first.owner or "nobody yet",
            )
        ]  # fmt: skip
    people = {task.owner_id for task in tasks if task.owner_id is not None}
    owner = (
        first.owner
        if len(people) == 1 and first.owner
        else fmt.quantity(len(people), "person") if people else "nobody yet"
    )  # fmt: skip
    return [
        Step(
            key, "attention", f"{len(tasks):,} tasks are {word}", f"{_longest(first, today)}{_title(first.title)}", "plan",
            OF_PLAN | {"plan.quick": key.capitalize()}, owner,
        )
    ]  # fmt: skip


def _longest(first: OpenTask, today: date) -> str:
    """What is said before the name of the first of several: by how much it is overdue."""
    if first.due and first.due < today:
        return f"Up to {fmt.quantity((today - first.due).days, 'day')}: "
    return "First: "


def _sprints(facts: Facts) -> list[Step]:
    """Sprints that should have ended, or begun: for those who may do it."""
    if not facts.actor.may(Permission.PLAN_EDIT):
        return []
    with facts.ws.store.read() as session:
        rows = session.execute(
            sa.select(Sprint.id, Sprint.name, Sprint.state, Sprint.start, Sprint.end, Sprint.team_id)
            .where(Sprint.state != SprintState.CLOSED)
            .order_by(Sprint.start, Sprint.id)
        ).all()
    running = {row.team_id for row in rows if row.state is SprintState.ACTIVE}
    steps: list[Step] = []
    asked: set[int | None] = set()
    for row in rows:
        if row.state is SprintState.ACTIVE and row.end and row.end < facts.today:
            steps.append(
                Step(
                    f"close-{row.id}", "attention", f"{row.name} is over and not closed", f"Its last day was {fmt.day(row.end)}",
                    "sprints", owner="you",
                )
            )  # fmt: skip
        elif (
            row.team_id not in running | asked
            and row.start
            and row.start <= facts.today
            and row.end
            and row.end >= facts.today
        ):
            asked.add(row.team_id)
            steps.append(
                Step(
                    f"start-{row.id}", "attention", f"{row.name} has not been started", f"It was to begin on {fmt.day(row.start)}",
                    "sprints", owner="you",
                )
            )  # fmt: skip
    return steps


def _urgency(task: OpenTask, today: date) -> Urgency:
    return "attention" if task.blocked is not None or (task.due and task.due < today) else "todo"


def _state(task: OpenTask, today: date) -> str:
    """How it stands: when it is or was due, and what holds it up."""
    said = []
    if task.due and task.due < today:
        said.append(f"overdue by {fmt.quantity((today - task.due).days, 'day')}")
    elif task.due:
        said.append("due today" if task.due == today else f"due {fmt.day(task.due)}")
    if task.blocked is not None:
        said.append(f"blocked: {shorten(task.blocked, 80, placeholder=' …')}" if task.blocked else "blocked")
    words = ", ".join(said)
    return words[:1].upper() + words[1:]


def _title(title: str) -> str:
    return shorten(title, TITLE, placeholder=" …") or title[:TITLE]
