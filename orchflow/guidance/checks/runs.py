"""Checks of what agents do: do they answer, well and in time, and do people ask them?"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from orchflow.format import day, duration, percent, quantity
from orchflow.guidance.checks.check import Check, Mend, Outcome, failed, named, not_applicable, passed, within
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.metrics.read import figure, lines
from orchflow.people.permissions import Permission

NO_RUNS = "No runs of agents are loaded yet"
NO_DAY_ONE = "Day 1 is not known"
PILOT_DAYS, PILOT_PEOPLE = 14, 5
SEVERAL_DAYS, SEVERAL = 14, 2
WEEK = 7

runs = partial(Check, follows=frozenset({"runs", "platform"}), sees=Permission.PERSON_FIGURES)


def _answer(facts: CheckFacts) -> Outcome:
    told = facts.rows("check_answers")[0]
    if not told["runs"]:
        return not_applicable(NO_RUNS)
    if not told["completed"]:
        return failed(f"{quantity(told['runs'], 'run')}, none completed", (), 0, 1)
    return passed(
        f"{quantity(told['completed'], 'run')} completed, the first on {day(told['first_day'])}",
        told["completed"],
        1,
    )


def _by_user(facts: CheckFacts) -> Outcome:
    first = _first(facts, "first_run_day")
    if first is not None:
        return passed(f"{first[1]} completed a run of a person on {day(first[0])}")
    if not facts.rows("check_answers")[0]["runs"]:
        return not_applicable(NO_RUNS)
    return failed("No agent has completed a run of a person yet")


def _first_in_time(facts: CheckFacts) -> Outcome:
    return _in_time(
        facts, "first_run_day", facts.targets.time_to_first_agent_days, "worked", "No agent works yet"
    )


def _production_in_time(facts: CheckFacts) -> Outcome:
    limit = facts.targets.time_to_production_days
    return _in_time(facts, "production_day", limit, "in production", "No agent is in production yet")


def _in_time(facts: CheckFacts, reached: str, limit: int, reached_it: str, not_yet: str) -> Outcome:
    """Whether the first agent reached a milestone within `limit` days of Day 1; not to be said while they run."""
    start = facts.ws.start_date
    if start is None:
        return not_applicable(NO_DAY_ONE)
    first = _first(facts, reached)
    days = (max(first[0], start) - start if first else facts.today - start).days
    if first is None:
        words = (
            f"{not_yet}; the target of {quantity(limit, 'day')} ends on {day(start + timedelta(days=limit))}"
        )
        return failed(words, (), days, limit) if days > limit else not_applicable(words)
    words = f"{first[1]} {reached_it} on {day(first[0])}, {quantity(days, 'day')} after Day 1; the target is {limit}"
    return within(days, limit, words, limit_counts=True)


def _first(facts: CheckFacts, reached: str) -> tuple[date, str] | None:
    """The first day on which an agent reached a milestone, and the agent."""
    ways = facts.milestones.values()
    return min(((at, way.agent) for way in ways if (at := getattr(way, reached)) is not None), default=None)


def _pilot_people(facts: CheckFacts) -> Outcome:
    period = facts.days(PILOT_DAYS)
    if period.reach.runs_from is None:
        return not_applicable(NO_RUNS)
    count = int(figure(period, "users").value or 0)
    words = f"{count:,} different people used an agent in the last {PILOT_DAYS} days; {PILOT_PEOPLE} are asked for"
    return (
        passed(words, count, PILOT_PEOPLE)
        if count >= PILOT_PEOPLE
        else failed(words, (), count, PILOT_PEOPLE)
    )


def _error_rate(facts: CheckFacts) -> Outcome:
    target = facts.targets.error_rate
    days = [
        line
        for line in lines(facts.days(WEEK), ("error_rate",), grain="day")
        if line["error_rate"] is not None
    ]
    if not days:
        return not_applicable(f"No run ended in the last {WEEK} days")
    over = [
        f"{day(line['bucket'])} ({percent(line['error_rate'])})"
        for line in days
        if line["error_rate"] >= target
    ]
    worst = max(line["error_rate"] for line in days)
    words = f"{percent(worst)} on the worst of {quantity(len(days), 'day')} with runs; the target is under {percent(target)}"
    return (
        failed(f"{words}; missing: {named(over)}", over, worst, target)
        if over
        else passed(words, worst, target)
    )


def _quick(facts: CheckFacts) -> Outcome:
    took, limit = figure(facts.days(WEEK), "p95_latency_ms"), facts.targets.p95_latency_ms
    if took.value is None:
        return not_applicable(f"No run was completed in the last {WEEK} days")
    words = f"95 of 100 runs of the last {WEEK} days took at most {duration(took.value)}; the target is under {duration(limit)}"
    return within(float(took.value), limit, words)


def _several(facts: CheckFacts) -> Outcome:
    period = facts.days(SEVERAL_DAYS)
    if period.reach.runs_from is None:
        return not_applicable(NO_RUNS)
    answered = sorted(
        str(line["value"]) for line in lines(period, ("completed",), by="agent") if line["completed"]
    )
    words = f"{quantity(len(answered), 'agent')} completed runs in the last {SEVERAL_DAYS} days{': ' if answered else ''}{named(answered)}"
    return (
        passed(words, len(answered), SEVERAL)
        if len(answered) >= SEVERAL
        else failed(words, (), len(answered), SEVERAL)
    )


def _adoption(facts: CheckFacts) -> Outcome:
    rate, target = facts.figure("adoption_rate"), facts.targets.adoption_rate
    if rate.value is None:
        return not_applicable(rate.missing or NO_RUNS)
    words = (
        f"{percent(rate.value)} of those who may used an agent in 28 days; the target is {percent(target)}"
    )
    value = float(rate.value)
    return passed(words, value, target) if value >= target else failed(words, (), value, target)


CHECKS = (
    runs(
        key="first-answer", question="Did any agent answer a call without an error?",
        flow=1, step="initial-configuration", level=3, evaluate=_answer, sees=Permission.INSIGHTS_VIEW,
        mend=Mend("Ask hello-world a question on the platform, and load the source again.", "agents"),
    ),
    runs(
        key="first-agent-by-user",
        question="Did an agent complete a run asked for by a real user, not a service account?",
        flow=3, step="agent-development", level=2, evaluate=_by_user,
        mend=Mend("Let a person sign in to the platform and bring a real case to an answer.", "agents"),
    ),
    runs(
        key="first-agent-in-time", question="Was the first agent working within the target of 14 days?",
        flow=3, step="agent-development", level=3, unit="days", evaluate=_first_in_time,
        mend=Mend("Take the smallest candidate of the list, and have one expert use it.", "home"),
    ),
    runs(
        key="pilot-people", question="Did at least five different people use an agent in the last 14 days?",
        flow=3, step="integration", level=2, evaluate=_pilot_people,
        mend=Mend("Invite the next two colleagues, and sit beside them for their first case.", "agents"),
    ),
    runs(
        key="error-rate-low", question="Is the error rate under its target on each of the last 7 days?",
        flow=4, step="production-hardening", level=3, unit="percent", evaluate=_error_rate,
        mend=Mend("Group the failed runs of the day by agent and reason, and mend the largest group first.", "agents"),
    ),
    runs(
        key="answers-quick",
        question="Is the 95th percentile of run time under its target in the last 7 days?",
        flow=4, step="production-hardening", level=3, unit="ms", evaluate=_quick,
        mend=Mend("Split the slowest runs into fetching, model and screen; shorten what the model reads first.", "agents"),
    ),
    runs(
        key="production-in-time", question="Was the first agent in production within the target of 56 days?",
        flow=4, step="scaling-preparation", level=3, unit="days", evaluate=_production_in_time,
        mend=Mend("Look which of runs, people and error rate still keeps the agent from production.", "agents"),
    ),
    runs(
        key="several-agents", question="Did at least two different agents complete runs in the last 14 days?",
        flow=5, step="optimization", level=2, evaluate=_several,
        mend=Mend("Send the cases of the second agent through it, and load the source.", "agents"),
    ),
    runs(
        key="adoption-on-target", question="Do at least 80 % of invited people use an agent in 28 days?",
        flow=6, step="expansion", level=3, unit="percent", evaluate=_adoption,
        mend=Mend("Ask those who stay away which case the agents do not serve; train by department.", "agents"),
    ),
)  # fmt: skip
