"""What stands on the cards of Flows, in words: the journey on one line, and what holds each flow."""

from __future__ import annotations

from datetime import date, timedelta

from orchflow import format as fmt
from orchflow.guidance.progress import FlowProgress
from orchflow.insights.flows import FlowLeg, JourneyReport
from orchflow.screens.addresses import address_of
from orchflow.screens.home.home_cards import drift_words, short_day
from orchflow.ui.journey_line import LineMark, LinePart, journey_line
from orchflow.ui.overview import Entry, Link, Tone, card, entries

PHASES = (
    ("Weeks 1–4", "wk 1–4", 1, 28),
    ("Months 2–3", "months 2–3", 29, 91),
    ("Ongoing", "ongoing", 92, 10_000),
)
"""The windows of the journey and what they are called in brief, by the first and last of their days."""
SHOWN = 12
FARTHEST = timedelta(days=1100)
"""What lies farther from today would leave the rest no room on the line."""


def flow_address(key: str) -> str:
    """Where that flow is worked on."""
    return address_of("flow", {"flow": key})


def journey_card(report: JourneyReport, today: date) -> str:
    """Every flow on one line of time, from Day 1 to the end of the last, or to today."""
    first, last = _reach(report, today)
    days = (last - first).days + 1

    def place(day: date) -> float:
        return (day - first).days / days

    parts = [_part(leg, place, first, today) for leg in report.legs]
    told = [
        f"{sum(leg.complete for leg in report.legs)} of {fmt.quantity(len(report.legs), 'flow')} complete"
    ]
    if report.day_one is not None:
        told.insert(0, f"Day 1 was {fmt.day(first)}" if first <= today else f"Day 1 is {fmt.day(first)}")
    begun = report.day_one is not None and first <= today
    words = f"today, day {report.day:,}" if report.day else "today"
    line = journey_line(
        parts,
        _marks(report.day_one or first, first, days),
        place(today) + 0.5 / days if begun else None,
        words,
    )
    return card("Journey", line, beside=" · ".join(told))


def holds_card(report: JourneyReport, today: date) -> str:
    """What holds each flow that was begun: what is overdue, what is due next, and the next level by its self-checks."""
    lines = [
        _held(leg, leg.progress, today)
        for leg in report.begun
        if leg.progress is not None and not leg.complete
    ]
    nothing = "Every flow that was begun is complete." if report.begun else "No flow was begun yet."
    more = Link("Checks", address_of("checks"))
    return card("What holds each flow", entries(lines, shown=SHOWN, nothing=nothing), beside=more)


def offers_card(report: JourneyReport) -> str:
    """What the flows are that were not begun yet."""
    lines = [
        Entry(
            f"{offer.number} {offer.name}", offer.summary,
            f"{fmt.quantity(offer.steps, 'step')}, {fmt.quantity(offer.items, 'item')}", to=flow_address(offer.key),
        )
        for offer in report.to_begin
    ]  # fmt: skip
    return card("Not begun yet", entries(lines, shown=SHOWN, nothing="", marked=False)) if lines else ""


def _reach(report: JourneyReport, today: date) -> tuple[date, date]:
    """The first and the last day of the line; without Day 1 the windows are laid out from today on."""
    day_one = report.day_one
    starts = [leg.start for leg in report.legs if leg.start]
    first = min([*starts, *([day_one] if day_one else [])], default=today)
    ends = [leg.end for leg in report.legs if leg.end]
    finished = [leg.progress.finished_on for leg in report.legs if leg.progress and leg.progress.finished_on]
    windows = [first + timedelta(days=leg.window[1] - 1) for leg in report.legs if leg.window and not leg.end]
    until = [today] if day_one is not None and first <= today else []
    last = min(max([*ends, *finished, *windows, *until, first]), max(today, first) + FARTHEST)
    return max(first, today - FARTHEST), last


def _marks(day_one: date, first: date, days: int) -> list[LineMark]:
    before = (day_one - first).days
    marks = []
    for label, brief, start, end in PHASES:
        left, right = (start - 1 + before) / days, min((end + before) / days, 1.0)
        if left < 1:
            marks.append(LineMark(label, brief, left, right))
    return marks


def _part(leg: FlowLeg, place: object, first: date, today: date) -> LinePart:
    assert callable(place)
    start = leg.start or first + timedelta(days=(leg.window or (1, 1))[0] - 1)
    end = max(leg.end or first + timedelta(days=(leg.window or (1, 1))[1] - 1), start)
    said, judged, tone = _words(leg, today)
    progress = leg.progress
    late = None
    if progress is not None and progress.finished_on and progress.finished_on > end:
        late = place(progress.finished_on + timedelta(days=1))
    elif progress is not None and not leg.complete and end < today and progress.counts.items:
        late = place(today)
    share = None if progress is None else progress.counts.share or 0.0
    return LinePart(
        str(leg.number), leg.name, place(start), place(end + timedelta(days=1)), share, _when(leg), said, judged, tone, late,
        flow_address(leg.key),
    )  # fmt: skip


def _when(leg: FlowLeg) -> str:
    """Its window in days of the journey, and once it is known in days of the calendar."""
    window = f"days {leg.window[0]}–{leg.window[1]}" if leg.window else "of our own"
    return f"{window} · {fmt.period(leg.start, leg.end)}" if leg.start and leg.end else window


def _words(leg: FlowLeg, today: date) -> tuple[str, str, Tone]:
    progress = leg.progress
    if progress is None:
        if leg.start is not None and leg.start <= today:
            return "not begun", f"was to begin {short_day(leg.start, today)}", "warn"
        return f"from {short_day(leg.start, today)}" if leg.start else "not begun", "", "plain"
    if not progress.counts.items:
        return "nothing required yet", "", "plain"
    said = fmt.percent(progress.counts.share, digits=0)
    drift = progress.drift_days
    if leg.complete:
        return (said, *drift_words(drift))
    if drift > 0:
        return said, f"{fmt.quantity(drift, 'day')} behind", "bad"
    return said, "in time", "good"


def _held(leg: FlowLeg, progress: FlowProgress, today: date) -> Entry:
    counts, told = progress.counts, []
    tone: Tone = "bad" if counts.overdue else "plain"
    if counts.overdue and counts.next_due:
        told.append(
            f"{fmt.quantity(counts.overdue, 'item')} overdue since {short_day(counts.next_due, today)}"
        )
    elif counts.next_due:
        told.append(f"next due {short_day(counts.next_due, today)}")
    at = next((step for step in progress.steps if step.counts.items and not step.counts.complete), None)
    if at is not None:
        told.append(f"at {at.name}, {at.counts.open:,} open")
    if counts.unassigned:
        told.append(f"{counts.unassigned:,} with nobody")
    if leg.level is not None:
        told.append(_level(leg))
    if leg.newer:
        told.append("newer content is offered")
        tone = "warn" if tone == "plain" else tone
    return Entry(
        f"{leg.number} {leg.name}", " · ".join(told), leg.owner or "no owner", tone, to=flow_address(leg.key)
    )


def _level(leg: FlowLeg) -> str:
    assert leg.level is not None
    level = leg.level
    said = f"level {level.level} of 3" + (f", {level.name.lower()}" if level.level else "")
    return f"{said}: {level.settled:,} of {fmt.quantity(level.total, 'check')} settled"
