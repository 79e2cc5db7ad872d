"""What stands on Home's cards, in words: the way, what to do, what changed, the sprint, what is expected."""

from __future__ import annotations

from datetime import date

from orchflow import format as fmt
from orchflow.insights.changes import News
from orchflow.insights.home import HomeReport, PlanPart
from orchflow.insights.sprint_now import SprintAhead, SprintNow
from orchflow.insights.step import Step
from orchflow.insights.way import Expectation, Leg, Way
from orchflow.metrics.health import Status
from orchflow.metrics.metric import Figure, Number
from orchflow.screens.addresses import address_of
from orchflow.ui.figure_words import judged
from orchflow.ui.overview import Entry, Link, Tone, card, cards, entries, facts, folded
from orchflow.ui.overview_pictures import BurnDay, Stretch, band, burndown

STEPS_SHOWN = 4
CHANGES_SHOWN = 4
LEGS_SHOWN = 12
ROOM_FOR_WORDS = 2
"""With no more lines than that the card beside the chart has room for what they assume."""
URGENCY: dict[str, Tone] = {"broken": "bad", "attention": "warn", "todo": "plain"}
AGENTS_TOLD: tuple[Status, ...] = ("failing", "degraded", "healthy")
UNITS = {"points": "points", "count": "tasks"}
SHORT = {"points": "pts", "count": "tasks"}


def way_card(way: Way, today: date) -> str:
    """The band of the way, with what is complete and the next milestone beside its title."""
    legs = way.legs[:LEGS_SHOWN]
    told = ["│ today"] if any(leg.begun and not leg.complete for leg in legs) else []
    told.append(f"{way.complete} of {fmt.quantity(len(way.legs), 'effort')} complete")
    if way.milestone is not None:
        told.append(f"next milestone {way.milestone.title}, {short_day(way.milestone.due, today)}")
    if len(way.legs) > len(legs):
        told.append(f"the first {len(legs)} are shown")
    return card("Journey", band([_stretch(leg, today) for leg in legs]), beside=" · ".join(told))


def _stretch(leg: Leg, today: date) -> Stretch:
    said, judgement, tone = (
        fmt.percent(leg.share, digits=0) if leg.share is not None else "nothing in it",
        "",
        "plain",
    )
    drift = leg.drift
    if not leg.begun and leg.start is not None:
        said = f"from {short_day(leg.start, today)}"
    elif drift is not None and leg.complete:
        judgement, tone = drift_words(drift)
    elif drift is not None and drift > 0:  # by the first day on which it can be done; the likely one is later
        judgement, tone = f"{drift}+ days late", "bad"
    elif drift is not None and leg.end:
        judgement = f"until {short_day(leg.end, today)}"
    passed = None
    if leg.start and leg.end and leg.start <= today <= leg.end and not leg.complete:
        passed = ((today - leg.start).days + 1) / ((leg.end - leg.start).days + 1)
    elif leg.end and leg.end < today and not leg.complete:
        passed = 1.0
    to = address_of("plan", {"plan.effort": f"{leg.number} {leg.name}"})
    return Stretch(str(leg.number), leg.name, leg.share or 0.0, passed, said, judgement, tone, to)  # type: ignore[arg-type]


def drift_words(days: int) -> tuple[str, Tone]:
    """By how much something ends after its day, or before it, and whether that is good news."""
    if not days:
        return "on the day", "good"
    return (
        f"{fmt.quantity(abs(days), 'day')} {'late' if days > 0 else 'early'}",
        "bad" if days > 0 else "good",
    )


def lists(report: HomeReport, today: date, currency: str) -> str:
    """The cards beside each other, as far as there is something on them: what to do, what changed, the sprint that runs; and
    without cost what is expected of the plan."""
    plan, sprint = report.plan, report.own.sprint
    return cards(
        do_next(report, today),
        what_changed(report, currency) if report.changes or not report.data.coverage.empty else "",
        _running(sprint) if isinstance(sprint, SprintNow) else "",
        expected_card(plan, today) if plan and report.data.coverage.empty else "",
    )


def do_next(report: HomeReport, today: date) -> str:
    """What to do and who does it; beside its title how the agents are."""
    lines = [_step(step) for step in report.steps]
    ahead = report.own.sprint
    if isinstance(ahead, SprintAhead) and f"start-{ahead.id}" not in {step.key for step in report.steps}:
        lines.append(_ahead(ahead, today))
    states = report.data.statuses
    agents = ", ".join(f"{states[status]} {status}" for status in AGENTS_TOLD if status in states)
    beside = Link(f"Agents: {agents}", address_of("agents")) if agents else ""
    nothing = "Nothing wants attention: nothing is overdue, blocked or failing."
    return card("Do next", entries(lines, shown=STEPS_SHOWN, nothing=nothing), beside=beside)


def _ahead(sprint: SprintAhead, today: date) -> Entry:
    begins = "To begin" if sprint.start and sprint.start >= today else "It was to begin"
    when = (
        f"{begins} on {short_day(sprint.start, today)}; no sprint runs now"
        if sprint.start
        else "No sprint runs now"
    )
    return Entry(f"Next sprint: {sprint.name}", when, to=address_of("sprints"))


def _step(step: Step) -> Entry:
    to = address_of(step.screen, step.query)
    return Entry(step.title, step.detail, step.owner, URGENCY[step.urgency], to=to)


def what_changed(report: HomeReport, currency: str) -> str:
    """The figures that moved, each with what moved it, and what happened for the first time."""
    lines = [_news(news, currency) for news in report.changes]
    nothing = "Nothing to compare with yet: it fills when there are two months, or as much of the last as of this one."
    compared = report.data.compared_with if report.data.changes else ""
    return card("What changed", entries(lines, shown=CHANGES_SHOWN, nothing=nothing), beside=compared)


def _news(news: News, currency: str) -> Entry:
    to = address_of(news.screen, news.query)
    if news.figure is None:
        return Entry(news.label, news.detail, tone="good", to=to)
    moved = news.figure
    now, before = (fmt.value(value, moved.unit, currency) for value in (moved.now, moved.previous))
    words, tone = judged(moved, currency)
    return Entry(f"{news.label} {before} → {now}", _cause(news, currency), words, tone, tone, to)


def _cause(news: News, currency: str) -> str:
    """What happened, or the agent that moved the figure most, with its part in the change."""
    if news.change is None:
        return news.detail
    movers = news.change.strongest(1)
    if not movers:
        return "nothing moved it"
    unit = news.change.figure.unit
    return f"most of it {movers[0].name}, {_signed(movers[0].delta, unit, currency)}"


def _signed(delta: Number, unit: str, currency: str) -> str:
    if unit == "percent":
        return f"{fmt.signed(float(delta) * 100)} pp"
    return f"{'+' if delta > 0 else '−'}{fmt.value(abs(float(delta)), unit, currency)}"


def _running(sprint: SprintNow) -> str:
    left, unit = _whole(sprint.left), UNITS[sprint.unit]
    last = next((day for day in reversed(sprint.burndown.days) if day.scope is not None), None)
    scope = fmt.number(last.scope if last else 0, digits=0)
    values: list[tuple[str, str, Tone]] = [
        (left, f"left of {scope} {SHORT[sprint.unit]}", "plain"),
        (str(sprint.in_progress), "in progress", "plain"),
        (str(sprint.blocked), "blocked", "bad" if sprint.blocked else "plain"),
    ]
    if sprint.days_left is not None:
        over = sprint.days_left < 0
        left_to_it = "today" if not sprint.days_left else fmt.days(abs(sprint.days_left))
        label = "over" if over else "to go" if sprint.days_left else "last day"
        values.append((left_to_it, label, "bad" if over else "plain"))
    begun = sprint.burndown
    days = [BurnDay(day.day, day.working, day.remaining, day.ideal_committed) for day in begun.days]
    alt = f"Burndown of {sprint.name}: {left} of {scope} {unit} left"
    picture = (
        burndown(days, committed=begun.committed, left=begun.committed - begun.done_before, alt=alt)
        if days
        else ""
    )
    foot = f"{fmt.quantity(sprint.others, 'more sprint')} running ·" if sprint.others else ""
    link = Link("Sprints", address_of("sprints")) if sprint.others else None
    board = Link("Board", address_of("board", {"board.sprint": sprint.name}))
    return card(sprint.name, facts(values) + picture, beside=board, foot=foot, more=link)


def _whole(figure: Figure) -> str:
    return fmt.number(figure.value, digits=0) if figure.value is not None else fmt.NOTHING


def expected_card(plan: PlanPart, today: date) -> str:
    """When the plan and its efforts will be done, against the days they are due, and what that assumes."""
    lines = [_expected(line, today) for line in plan.way.expected]
    whole = plan.way.expected[0].dates
    assumed = [
        (f"With {whole.confidence} %", f"{(whole.likely.missing or whole.likely.assumes).rstrip('.')}."), ("Earliest", f"{whole.earliest.assumes}."),
    ]  # fmt: skip
    return card(
        "Forecast against target",
        entries(lines, shown=5, nothing="", marked=False)
        + folded("What this assumes", assumed, unfolded=len(lines) <= ROOM_FOR_WORDS),
        beside=Link("Flow metrics", address_of("flow_metrics")),
    )


def _expected(line: Expectation, today: date) -> Entry:
    told, tone = [], "plain"
    if line.drift is not None:
        words, tone = drift_words(line.drift)
        told.append(words)
    if line.target is not None:
        told.append(f"due {short_day(line.target, today)}")
    earliest, likely = line.dates.earliest, line.dates.likely
    if not line.dates.open_tasks:
        told.append("all done")
    elif earliest.day is not None:
        told.append(f"earliest {short_day(earliest.day, today)}")
    aside = (
        f"{line.dates.confidence} % by {short_day(likely.day, today)}"
        if likely.day
        else "not known yet"
        if line.dates.open_tasks
        else ""
    )
    query = {"plan.effort": line.name} if line.effort_id else {}
    to = address_of("plan" if query else "flow_metrics", query)
    return Entry(line.name, " · ".join(told), aside, aside_tone=tone, to=to)  # type: ignore[arg-type]


def short_day(day: date, today: date) -> str:
    """A day without its year where that is this one."""
    return f"{day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")
