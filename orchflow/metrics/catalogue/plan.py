"""How the plan goes: sprints, flow, dates. Computed from the history of changes, never from a task's present state alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from textwrap import shorten
from typing import TYPE_CHECKING

from orchflow.format import count, percent, quantity
from orchflow.metrics.catalogue import plan_rows as behind
from orchflow.metrics.metric import GRAINS, PLAN_DIMENSIONS, Metric, Number, Reading, share
from orchflow.people.permissions import Permission
from orchflow.people.small_groups import WITHHELD
from orchflow.planning.days import day_of
from orchflow.planning.flow.scorecard import scorecard
from orchflow.planning.sprints.velocity import SPRINTS_AVERAGED
from orchflow.planning.tables import State
from orchflow.planning.work.progress import progress_at

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts
    from orchflow.planning.sprints.burndown import Burndown, BurndownDay
    from orchflow.planning.sprints.scope import ScopeChange

NO_TASKS = "There are no tasks yet"
UNITS = {"points": "points", "count": "tasks", "hours": "hours"}
DAYS = {False: "", True: "working days"}

PEOPLE = {"user": "people are not measured by their tasks"}
WHOLE_SPRINTS = dict.fromkeys(("effort", "project", "flow"), "a sprint is planned and closed as a whole")

plan = partial(Metric, owner="Delivery", permission=Permission.PLAN_VIEW, undivided=PEOPLE)
flow = partial(plan, parts=PLAN_DIMENSIONS, grains=GRAINS, compared=True)
sprint = partial(
    plan, parts=("sprint",), grains=GRAINS, unit="count", window="now",
    undivided=PEOPLE | WHOLE_SPRINTS | {"team": "each sprint is of one team; take it by sprint"},
)  # fmt: skip
closed_sprints = partial(
    plan, parts=("team", "sprint"), window="now", compared=True,
    undivided=PEOPLE | WHOLE_SPRINTS | {"grain": "it moves only when a sprint is closed; take it by sprint"},
)  # fmt: skip


def _progress(facts: Facts) -> Reading:
    now = progress_at(facts.history("points"), facts.now)
    return Reading(
        now.share, f"{now.tasks_done:,} of {now.tasks - now.cancelled:,} tasks", "There is nothing to do yet"
    )


def _of_sprint(
    facts: Facts,
    value: Callable[[Burndown, BurndownDay], Number | None],
    note: Callable[[Burndown, BurndownDay], str],
) -> Reading:
    """A figure of the sprint's last day that is known by `facts.now`."""
    sprint, of = facts.burndown, UNITS[facts.plan.unit]
    days = (
        [day for day in sprint.days if day.remaining is not None and day.day <= facts.today] if sprint else []
    )
    last = days[-1] if days else None
    if sprint is None or last is None:
        return Reading(None, missing="The sprint has not started" if sprint else _none_started(facts), of=of)
    named = [] if facts.plan.tasks.sprint_ids else [sprint.name]
    return Reading(value(sprint, last), ": ".join(filter(None, [*named, note(sprint, last)])), of=of)


def _none_started(facts: Facts) -> str:
    return WITHHELD if facts.withheld_teams else "No sprint has started yet"


def _sprint_committed(facts: Facts) -> Reading:
    def begun(sprint: Burndown, _: BurndownDay) -> str:
        at = sprint.start.astimezone(facts.ws.zone) if sprint.start else None
        return f"at the start, {at.day} {at:%b, %H:%M}" if at else ""

    return _of_sprint(facts, lambda sprint, _: sprint.committed, begun)


def _sprint_done(facts: Facts) -> Reading:
    def of_scope(_: Burndown, last: BurndownDay) -> str:
        return (
            f"{percent(last.completed / last.scope, digits=0)} of the scope"
            if last.scope and last.completed is not None
            else "no scope"
        )

    return _of_sprint(facts, lambda _, last: last.completed, of_scope)


def _sprint_remaining(facts: Facts) -> Reading:
    def ideal(sprint: Burndown, last: BurndownDay) -> str:
        if last.ideal_rebaselined is None or sprint.closed is not None:
            return "at the close"
        return f"ideal by the end of today: {count(last.ideal_rebaselined)}"

    return _of_sprint(facts, lambda _, last: last.remaining, ideal)


def _sprint_scope_change(facts: Facts) -> Reading:
    def until(sprint: Burndown, last: BurndownDay) -> list[ScopeChange]:
        return [
            change for change in sprint.scope_changes if day_of(change.occurred_at, facts.ws.zone) <= last.day
        ]

    def kinds(sprint: Burndown, last: BurndownDay) -> str:
        changes = [change.change for change in until(sprint, last)]
        said = [
            f"{changes.count(kind)} {kind}"
            for kind in ("added", "removed", "re-estimated")
            if kind in changes
        ]
        return ", ".join(said) or "nothing after the start"

    return _of_sprint(facts, lambda sprint, last: sum(change.points for change in until(sprint, last)), kinds)


def _none_closed(facts: Facts) -> str:
    return WITHHELD if facts.withheld_teams else "No sprint has been closed yet"


def _velocity(facts: Facts) -> Reading:
    closed = facts.velocity.sprints
    last = closed[-SPRINTS_AVERAGED:]
    teams = len({sprint.team_id for sprint in last})
    of_teams = f" of {teams} teams, each with a measure of its own" if teams > 1 else ""
    return Reading(
        facts.velocity.average,
        f"the mean of {quantity(len(last), 'sprint')}{of_teams}" if closed else "",
        _none_closed(facts), spark=tuple(sprint.done for sprint in closed), of=UNITS[facts.plan.unit],
    )  # fmt: skip


def _predictability(facts: Facts) -> Reading:
    last = facts.velocity.sprints[-SPRINTS_AVERAGED:]
    committed = Decimal(str(sum(sprint.committed for sprint in last)))
    return Reading(
        share(Decimal(str(sum(sprint.done_committed for sprint in last))), committed),
        f"of {committed:,.0f} {UNITS[facts.plan.unit]}" if last else "",
        _none_closed(facts) if not last else "Nothing was committed",
        spark=tuple(sprint.predictability for sprint in facts.velocity.sprints if sprint.predictability is not None),
    )  # fmt: skip


def _wip(facts: Facts) -> Reading:
    if facts.flow.first_day is None:
        return Reading(None, missing=NO_TASKS)
    ageing = facts.flow.ageing
    blocked = int((ageing.frame["state"] == State.BLOCKED.value).sum())
    return Reading(ageing.work_in_progress, f"{blocked} blocked")


def _throughput(facts: Facts) -> Reading:
    frame = facts.flow.throughput
    done = frame["done"][frame["day"] >= (facts.plan_from or facts.today)]
    days = len(done)
    if not days or facts.flow.first_day is None:
        return Reading(None, missing=NO_TASKS)
    weeks = done.to_numpy(float)[days % 7 :].reshape(-1, 7).sum(axis=1)
    return Reading(
        round(int(done.sum()) / days * 7, 1), f"{int(done.sum())} in {quantity(days, 'day')}", spark=tuple(map(float, weeks))
    )  # fmt: skip


def _cycle_time(facts: Facts, part: int) -> Reading:
    cycle, working = facts.flow.cycle, facts.plan.working
    percentiles = cycle.working if working else cycle.calendar
    return Reading(
        percentiles.get(part), f"half within {percentiles[50]:.1f}" if percentiles and part != 50 else "",
        "Nothing was started and finished in this period.", of=DAYS[working],
    )  # fmt: skip


def _oldest_work(facts: Facts) -> Reading:
    frame = facts.flow.ageing.frame
    if frame.empty:
        return Reading(None, missing="Nothing is in progress.", of=DAYS[facts.plan.working])
    age = frame["working_days" if facts.plan.working else "age_days"]
    return Reading(
        float(age.max()), shorten(facts.flow.titles.get(int(frame["task_id"].iloc[0]), ""), 44, placeholder=" …"), of=DAYS[facts.plan.working]
    )  # fmt: skip


def _forecasts_held(facts: Facts) -> Reading:
    score = scorecard(facts.ws, facts.actor, scope=facts.plan.tasks, now=facts.now)
    return Reading(score.share, f"{score.held} of {score.judged}", "No forecast can be judged yet")


METRICS = (
    plan(
        rows=behind.tasks_of_scope, key="progress", label="Progress", question="How much of the plan is done?", unit="percent", direction="up",
        window="now", read=_progress, parts=PLAN_DIMENSIONS, grains=GRAINS, compared=True,
        definition="Done ÷ (all − cancelled): in points where every task has them, else in tasks.",
    ),
    sprint(
        rows=behind.tasks_of_sprint, key="sprint_committed", label="Committed", question="What did the sprint start with?", direction="none",
        read=_sprint_committed, grains=(),
        undivided=sprint.keywords["undivided"] | {"grain": "it is fixed at the start of the sprint"},
        definition="The sprint's scope at the instant of its start. It never changes afterwards.",
    ),
    sprint(
        rows=behind.tasks_of_sprint, key="sprint_done", label="Done", question="What has the sprint done?", direction="up",
        read=_sprint_done, definition="What of its scope is in a done state now, or was at the close.",
    ),
    sprint(
        rows=behind.tasks_of_sprint, key="sprint_remaining", label="Left", question="What is left of the sprint?", direction="down",
        read=_sprint_remaining,
        definition="Remaining at the end of a day is the scope minus what is in a done state then. Computed from the history of "
        "changes, never from a task's present state. Flat ideal lines on days off.",
    ),
    sprint(
        rows=behind.tasks_of_sprint, key="sprint_scope_change", label="Scope changed by", question="How did the sprint's scope move?", direction="none",
        read=_sprint_scope_change,
        definition="What was added, removed and estimated anew after the start, summed up.",
    ),
    closed_sprints(
        rows=behind.closed_sprints, key="velocity", label="Velocity", question="How much does a sprint finish?", unit="count", direction="up",
        read=_velocity,
        definition="What is in a done state at a sprint's close: the mean of the last three closed sprints; by sprint, its own. "
        "Teams estimate each in its own measure: take it by team.",
    ),
    closed_sprints(
        rows=behind.closed_sprints, key="predictability", label="Predictability", question="Do sprints finish what they commit to?", unit="percent",
        direction="up", read=_predictability,
        definition="What was done of what was committed at the start ÷ what was committed, of the last three closed sprints "
        "together. Unplanned work is not in it.",
    ),
    flow(
        rows=behind.tasks_in_progress, key="wip", label="Work in progress", question="How much is begun and not finished?", unit="count",
        direction="down", window="now", read=_wip,
        definition="Open tasks that were started: they have been in progress at least once.",
    ),
    flow(
        rows=behind.tasks_finished, key="throughput", label="Done a week", question="How much gets done?", unit="count", direction="up",
        read=_throughput,
        definition="Tasks that reached done in the period ÷ its days × 7; days before the plan's first task do not count. "
        "One that is reopened and done again counts again.",
    ),
    *(
        flow(
            rows=behind.tasks_measured, key=f"cycle_time_{part}", label=f"Cycle time, {part} %", question="How long does a task take?", unit="days",
            direction="down", read=partial(_cycle_time, part=part),
            definition=f"{part} % of the tasks finished in the period took no longer: from their first entry into in progress to their last "
            "into done. Reopened tasks count to their final close.",
        )
        for part in (50, 85, 95)
    ),
    flow(
        rows=behind.oldest_task, key="oldest_work", label="Oldest work in progress", question="What is stuck?", unit="days", direction="down",
        window="now", read=_oldest_work,
        definition="Now − first entry into in progress, of the open task that is oldest.",
    ),
    plan(
        no_rows="forecasts that were kept stand on Flow metrics", key="forecasts_held", label="Forecasts that held", question="Can the forecasts be trusted?", unit="percent",
        direction="up", window="now", read=_forecasts_held, parts=("effort", "team"),
        undivided=PEOPLE
        | dict.fromkeys(("project", "sprint", "flow"), "forecasts are kept of the plan, of efforts and of teams")
        | {"grain": "it is one score of all forecasts so far"},
        definition="Of the stored forecasts whose 85 % day is over, the share whose tasks were done by then.",
    ),
)  # fmt: skip
