"""Checks of the plan: is work in order, given to people, and in time?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from orchflow.format import day, percent, quantity
from orchflow.guidance.checks.check import (
    Check,
    Mend,
    Outcome,
    all_of,
    failed,
    not_applicable,
    passed,
    within,
)
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import User
from orchflow.planning.completion import likely_date
from orchflow.planning.days import day_of
from orchflow.planning.flow.forecasts import forecast_report
from orchflow.planning.tables import (
    Comment,
    Dependency,
    Effort,
    EffortStatus,
    Goal,
    Project,
    ProjectStatus,
    Sprint,
    SprintState,
    State,
    Task,
)
from orchflow.store.tables import Change

OVERDUE_SHARE = 0.05
ANSWERED_DAYS, GOAL_DAYS, CLOSED_DAYS, SPRINTS_DAYS = 5, 14, 2, 90
NO_OPEN_TASK = "No task is open"
NO_RUNNING_SPRINT = "No sprint is running"
TASKS = frozenset({"task", "workflow_column"})
_PROJECT_CLOSED = (ProjectStatus.COMPLETED, ProjectStatus.CANCELLED)


def _dependencies(facts: CheckFacts) -> Outcome:
    before = aliased(Task)
    later = before.due > Task.due
    waiting = (
        sa.select(
            Task.title, before.title.label("before"), sa.func.coalesce(later, sa.false()).label("later")
        )
        .join(Dependency, Dependency.task_id == Task.id)
        .join(before, before.id == Dependency.depends_on_id)
        .where(facts.is_open(Task), facts.is_open(before))
    )
    pairs = facts.stored(waiting.order_by(Task.due, Task.id))
    missing = [f"{row.title} waits for {row.before}" for row in pairs if row.later]
    return all_of(len(pairs), missing, "open dependency", "due in order", "No open task waits for another")


def _overdue(facts: CheckFacts) -> Outcome:
    count = _count(facts, facts.is_open(Task))
    if not count:
        return not_applicable(NO_OPEN_TASK)
    late = _titles(facts, facts.is_open(Task), Task.due < facts.today)
    share = len(late) / count
    words = f"{len(late):,} of {quantity(count, 'open task')} overdue, {percent(share)}; under {percent(OVERDUE_SHARE)} is asked for"
    return (
        passed(words, share, OVERDUE_SHARE)
        if share < OVERDUE_SHARE
        else failed(words, late, share, OVERDUE_SHARE)
    )


def _blocked(facts: CheckFacts) -> Outcome:
    since = facts.before(ANSWERED_DAYS)
    blocked = Task.status.in_([key for key, state in facts.states.items() if state is State.BLOCKED])
    answered = sa.select(Comment.entity_id).where(Comment.entity == "task", Comment.created_at >= since)
    missing = _titles(facts, blocked, Task.updated_at < since, Task.id.not_in(answered))
    good = f"heard of in {ANSWERED_DAYS} days"
    return all_of(_count(facts, blocked), missing, "blocked task", good, "No task is blocked")


def _assigned(facts: CheckFacts) -> Outcome:
    running = sa.select(Sprint.id).where(Sprint.state == SprintState.ACTIVE)
    if not facts.stored(running.limit(1)):
        return not_applicable(NO_RUNNING_SPRINT)
    there = sa.select(User.id).where(User.active.is_(True))
    of_sprint = (facts.is_open(Task), Task.sprint_id.in_(running))
    missing = _titles(facts, *of_sprint, sa.or_(Task.assignee_id.is_(None), Task.assignee_id.not_in(there)))
    count = _count(facts, *of_sprint)
    return all_of(count, missing, "open sprint task", "given to a person", "The sprint has no open task")


def _count(facts: CheckFacts, *wanted: sa.ColumnElement[bool]) -> int:
    return int(facts.stored(sa.select(sa.func.count(Task.id)).where(*wanted))[0][0])


def _titles(facts: CheckFacts, *wanted: sa.ColumnElement[bool]) -> list[str]:
    return [
        row.title for row in facts.stored(sa.select(Task.title).where(*wanted).order_by(Task.due, Task.id))
    ]


def _sprint_runs(facts: CheckFacts) -> Outcome:
    sprints = facts.stored(
        sa.select(Sprint.name, Sprint.state, Sprint.start, Sprint.end).order_by(Sprint.end)
    )
    if not sprints:
        return not_applicable("There is no sprint yet")
    today = facts.today
    running = [
        row.name
        for row in sprints
        if row.state is SprintState.ACTIVE and (row.start or today) <= today <= (row.end or today)
    ]
    return passed(f"{', '.join(running)} runs today") if running else failed("No sprint runs today")


def _sprints_closed(facts: CheckFacts) -> Outcome:
    over = facts.today - timedelta(days=CLOSED_DAYS)
    ended = sa.select(Sprint.name, Sprint.end, Sprint.closed_at).where(
        Sprint.end < over,
        Sprint.end >= facts.today - timedelta(days=SPRINTS_DAYS),
        Sprint.started_at.is_not(None),
    )
    sprints = facts.stored(ended.order_by(Sprint.end))
    grace = timedelta(days=CLOSED_DAYS)
    missing = [
        row.name
        for row in sprints
        if row.closed_at is None or day_of(row.closed_at, facts.ws.zone) > row.end + grace
    ]
    none = f"No sprint ended in the last {SPRINTS_DAYS} days"
    return all_of(len(sprints), missing, "sprint", "closed in time", none)


def _measured(facts: CheckFacts) -> Outcome:
    whole = {
        row.project_id
        for row in facts.stored(
            sa.select(Goal.project_id).where(
                Goal.baseline.is_not(None), Goal.target.is_not(None), Goal.due.is_not(None)
            )
        )
    }
    projects = facts.stored(_open_projects())
    missing = [f"{row.number} {row.name}" for row in projects if row.id not in whole]
    return all_of(len(projects), missing, "open project", "with a measured goal", "No project is open")


def _open_projects() -> sa.Select[int, str, str]:
    opened = sa.select(Project.id, Project.number, Project.name).where(Project.status.not_in(_PROJECT_CLOSED))
    return opened.order_by(Project.position, Project.id)


def _goals_current(facts: CheckFacts) -> Outcome:
    """A goal that is bound to a figure has its value by itself, whenever it last moved."""
    goals = facts.stored(
        sa.select(Goal.id, Goal.name, Goal.live_figure, Goal.current)
        .join(Project, Project.id == Goal.project_id)
        .where(Project.status.not_in(_PROJECT_CLOSED))
        .order_by(Goal.id)
    )
    moved = _set_since(facts, [goal.id for goal in goals if not goal.live_figure])
    missing = [
        goal.name for goal in goals if (goal.current is None if goal.live_figure else goal.id not in moved)
    ]
    return all_of(
        len(goals), missing, "open goal", f"with a value of the last {GOAL_DAYS} days", "No goal is open"
    )


def _set_since(facts: CheckFacts, goals: Collection[int]) -> set[int]:
    if not goals:
        return set()
    set_lately = sa.select(Change.entity_id).where(
        Change.entity == "goal", Change.field == "current", Change.occurred_at >= facts.before(GOAL_DAYS)
    )
    return {row.entity_id for row in facts.stored(set_lately)} & set(goals)


def _forecast(facts: CheckFacts) -> Outcome:
    closed = (EffortStatus.COMPLETED, EffortStatus.CANCELLED)
    ends = sa.select(Effort.target_end).where(Effort.status.not_in(closed), Effort.target_end.is_not(None))
    target = max((row.target_end for row in facts.stored(ends)), default=None)
    if target is None:
        return not_applicable("No open effort has a day on which it is due")
    likely = likely_date(forecast_report(facts.ws, SYSTEM, now=facts.now))
    if likely.day is None and likely.missing.startswith("More"):
        return failed(f"{likely.missing} The target is {day(target)}", (), None, None)
    if likely.day is None:
        return not_applicable(likely.missing)
    words = f"Complete by {day(likely.day)} at 85 %; the target is {day(target)}"
    return within((likely.day - target).days, 0, words, limit_counts=True)


work = partial(Check, follows=TASKS)

CHECKS = (
    work(
        key="dependencies-planned", question="Do no open tasks wait for one that is due later than they are?",
        flow=5, step="orchestration-planning", level=1, may_lack=True, evaluate=_dependencies, follows=TASKS | {"dependency"},
        mend=Mend("Move the due day of the task that waits, or of the one that it waits for.", "timeline"),
    ),
    work(
        key="nothing-overdue", question="Are under 5 % of open tasks overdue?",
        flow=6, step="maintenance", level=2, may_lack=True, unit="percent", evaluate=_overdue,
        mend=Mend("Finish, move or cancel what is overdue; a day that nobody believes helps nobody.", "plan"),
    ),
    work(
        key="blocked-answered", question="Was each blocked task changed or commented within 5 days?",
        flow=2, step="communication-setup", level=2, may_lack=True, evaluate=_blocked, follows=TASKS | {"comment"},
        mend=Mend("Write on each task that is named who clears it, and until when.", "board"),
    ),
    work(
        key="tasks-assigned", question="Has every task of the running sprint a person?",
        flow=2, step="communication-setup", level=2, may_lack=True, evaluate=_assigned, follows=TASKS | {"sprint", "user_account"},
        mend=Mend("Give each task that is named to somebody, or take it out of the sprint.", "sprints"),
    ),
    work(
        key="sprint-running", question="Does a sprint run today?",
        flow=2, step="communication-setup", level=1, evaluate=_sprint_runs, follows=frozenset({"sprint"}),
        mend=Mend("Start the next sprint, with days that hold today.", "sprints"),
    ),
    work(
        key="sprints-closed", question="Was each sprint closed within two days of its end?",
        flow=6, step="maintenance", level=3, may_lack=True, evaluate=_sprints_closed, follows=frozenset({"sprint"}),
        mend=Mend("Close the sprint that is over; its open tasks go to the next one or back.", "sprints"),
    ),
    work(
        key="goals-measured",
        question="Has every open project at least one goal with baseline, target and due day?",
        flow=3, step="agent-selection", level=1, evaluate=_measured, follows=frozenset({"goal", "project"}),
        mend=Mend("Add a goal to each project that is named, with the value of today and the one to reach.", "plan"),
    ),
    work(
        key="goals-current", question="Was the value of each open goal set within 14 days?",
        flow=3, step="agent-selection", level=2, may_lack=True, evaluate=_goals_current, follows=frozenset({"goal", "project"}),
        mend=Mend("Set the present value of each goal that is named, or bind it to a figure.", "plan"),
    ),
    work(
        key="forecast-in-time", question="Is the plan expected to be complete by its target date at 85 %?",
        flow=6, step="expansion", level=3, unit="days", evaluate=_forecast, follows=frozenset({"effort"}),
        mend=Mend("Cut what is not needed by then, clear what is blocked, or tell the later date.", "flow_metrics"),
    ),
)  # fmt: skip
