"""What the Flow screen says, in words: the way with its steps, drift, and the cards below a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from orchflow import format as fmt
from orchflow.guidance.checks.results import CheckStanding, FlowLevel
from orchflow.guidance.counts import Counts
from orchflow.guidance.linked import LinkedPart, LinkedWork
from orchflow.guidance.pages import load_pages
from orchflow.guidance.progress import NOBODY, FlowProgress, PartProgress, StepProgress
from orchflow.guidance.reading import FlowReading
from orchflow.planning.journey.step import FlowStep
from orchflow.screens.addresses import address_of
from orchflow.screens.journey import check_words, library_cards
from orchflow.screens.session import role_name, workspace_roles
from orchflow.ui.overview import Entry, Link, Tone, card, cards, entries, points, told
from orchflow.ui.overview_steps import StepCard, step_cards, way_line

SHOWN, PARTS_SHOWN = 6, 12
EVIDENCE = {
    "text": "shown in words", "link": "shown by a link", "file": "shown by a file", "figure": "shown by a figure",
}  # fmt: skip
"""Kind of evidence → how it is said."""


def address(flow: str, step: str = "") -> str:
    """Where that flow, or a step of it, is shown."""
    return address_of("flow", {"flow": flow} | ({"step": step} if step else {}))


def window_words(reading: FlowReading) -> str:
    """From its first day to the day on which it should end, and how long its window is."""
    progress = reading.progress
    return fmt.period(progress.start_day, max(progress.planned_end or progress.start_day, progress.start_day))


def drift_words(progress: FlowProgress, today: date) -> tuple[str, Tone]:
    """How far a flow is behind or ahead, in words."""
    counts, drift = progress.counts, progress.drift_days
    if progress.finished_on is not None:
        when = f"complete since {fmt.day(progress.finished_on)}"
        late = f"{fmt.quantity(abs(drift), 'working day')} {'late' if drift > 0 else 'early'}"
        return (f"{when}, {late}", "bad" if drift > 0 else "good") if drift else (f"{when}, in time", "good")
    if counts.overdue and counts.next_due:
        behind = f"{fmt.quantity(drift, 'working day')} behind" if drift else "behind"
        return (
            f"{behind}: {fmt.quantity(counts.overdue, 'item')} overdue since {fmt.day(counts.next_due)}",
            "bad",
        )
    if today < progress.start_day:
        return f"begins on {fmt.day(progress.start_day)}", "plain"
    return ("in time", "good") if counts.items else ("nothing to tick yet", "plain")


def way_card(reading: FlowReading, today: date, current: str) -> str:
    """The way from the first day to the last, and its steps."""
    progress = reading.progress
    start, end = progress.start_day, progress.planned_end or progress.start_day
    passed = None
    if today >= start and not progress.counts.complete:
        passed = min(((today - start).days + 1) / ((end - start).days + 1), 1.0)
    share, expected = progress.counts.share, progress.counts.expected
    said = []
    if share is not None:
        said.append(f"{fmt.percent(share, digits=0)} done")
        if expected is not None and not progress.counts.complete:
            said.append(f"{fmt.percent(expected, digits=0)} should be by today")
    line = way_line(
        share, passed, f"first day {fmt.day(start)}", f"{_window(reading)}planned end {fmt.day(end)}"
    )
    steps = [
        _step_card(
            progress.key, number, step, today, current=step.key == current, names=_step_names(progress)
        )
        for number, step in enumerate(progress.steps, start=1)
    ]
    return card("The way", line + step_cards(steps), beside=" · ".join(said))


def _window(reading: FlowReading) -> str:
    """Where its window ends, and by how much the planned end is past it."""
    if not reading.window_days:
        return ""
    last = reading.progress.start_day + timedelta(days=reading.window_days - 1)
    return f"window of {fmt.quantity(reading.window_days, 'day')} to {fmt.day(last)} · "


def _step_names(progress: FlowProgress) -> dict[str, str]:
    return {step.key: step.name for step in progress.steps}


def _step_card(
    flow: str, number: int, step: StepProgress, today: date, *, current: bool, names: Mapping[str, str]
) -> StepCard:
    counts = step.counts
    lead = role_name(step.lead)
    due = f"due {_short(step.due_day, today)}" if step.due_day else ""
    said = f"{counts.items - counts.open} of {counts.items} done" if counts.items else "nothing required"
    judged, tone = _step_judged(step, names)
    return StepCard(
        str(number), step.name, " · ".join(filter(None, (lead, due))), said, counts.share, address(flow, step.key),
        judged, tone, current,
    )  # fmt: skip


def _step_judged(step: StepProgress, names: Mapping[str, str]) -> tuple[str, Tone]:
    if step.counts.complete:
        return "complete", "good"
    if step.counts.overdue:
        return f"{step.counts.overdue} overdue", "bad"
    if step.waits_for:
        first = names.get(step.waits_for[0], step.waits_for[0])
        more = f" and {len(step.waits_for) - 1} more" if len(step.waits_for) > 1 else ""
        return f"waits for {first}{more}", "plain"
    return "", "plain"


def _short(day: date, today: date) -> str:
    """`22 Nov`, with its year where that is another one."""
    return f"{day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")


def step_cards_below(content: FlowStep | None) -> str:
    """What the step takes and leaves, what may go wrong, and what companies ask."""
    if content is None:
        return ""
    return cards(
        card("Takes and leaves", body)
        if (body := points((("Takes", content.inputs), ("Leaves", content.outputs))))
        else "",
        card("What may go wrong", body)
        if (body := told([(each.risk, each.answer) for each in content.risks]))
        else "",
        card("What companies ask", body)
        if (body := told([(each.question, each.answer) for each in content.questions]))
        else "",
    )


def plan_card(work: LinkedWork, people: Mapping[int, str], today: date) -> str:
    """Effort, projects, goals and tasks of the step."""
    lines = [
        _part("Project", part, {"plan.q": part.name, "plan.level": "Projects"}) for part in work.projects
    ]
    lines += [_part("Goal", part, {"plan.q": part.name, "plan.level": "Goals"}) for part in work.goals]
    lines += [
        Entry(
            task.title, people.get(task.assignee_id or 0, "Nobody"),
            "closed" if task.closed else _short(task.due, today) if task.due else "no day",
            tone="good" if task.closed else "bad" if task.due and task.due < today else "plain",
            aside_tone="bad" if not task.closed and task.due and task.due < today else "plain",
            to=address_of("plan", {"task": str(task.id)}),
        )
        for task in work.tasks
    ]  # fmt: skip
    effort = next(iter(work.efforts.values()), "")
    beside = Link(f"Effort {effort}", address_of("plan", {"plan.effort": effort})) if effort else ""
    nothing = "No task of the plan names this step. A manager makes tasks of items chosen above."
    return card("In the plan", entries(lines, shown=SHOWN, nothing=nothing), beside=beside)


def _part(kind: str, part: LinkedPart, query: Mapping[str, str]) -> Entry:
    done = part.closed == part.tasks
    return Entry(
        part.name, f"{kind} · {part.closed} of {fmt.quantity(part.tasks, 'task')} of this step closed",
        tone="good" if done else "plain", to=address_of("plan", query),
    )  # fmt: skip


def checks_card(standings: Sequence[CheckStanding], level: FlowLevel | None, opens: bool) -> str:
    """The self-checks of the step, and the level that the flow has reached."""
    lines = [
        Entry(
            each.question, check_words.evidence(each), _check_aside(each),
            tone=check_words.tone(each), aside_tone="good" if each.state == "passed" else "plain",
            to=address_of("checks", {"check": each.key}) if opens else "",
        )
        for each in standings
    ]  # fmt: skip
    beside = ""
    if level is not None:
        beside = (
            f"flow: {level.name.lower()}, {level.settled} of {fmt.quantity(level.total, 'check')} settled"
        )
    return card(
        "Self-checks",
        entries(lines, shown=SHOWN, nothing="No self-check belongs to this step."),
        beside=beside,
    )


def _check_aside(standing: CheckStanding) -> str:
    if standing.exempt_until is not None and standing.state != "passed":
        return "exempt"
    return "flapping" if standing.flapping else check_words.SAID[standing.state].lower()


def progress_cards(
    counts: Counts, roles: Sequence[PartProgress], people: Sequence[PartProgress], *, everybody: bool
) -> str:
    """How far the flow is by job role and by person, those behind first, as far as the reader may see that."""
    nobody = "Nothing is given to you." if not everybody else "Nothing is given to anybody yet."
    foot = "" if everybody else "Of people you see yourself alone."
    return cards(
        card("By job role", entries(_behind_first(roles), shown=PARTS_SHOWN, nothing="Nothing is required."),
             beside=f"workspace {_share(counts)}"),
        card("By person", entries(_behind_first(people), shown=PARTS_SHOWN, nothing=nobody), foot=foot),
    )  # fmt: skip


def _behind_first(parts: Sequence[PartProgress]) -> list[Entry]:
    ranked = sorted(parts, key=lambda part: (-part.counts.overdue, -part.counts.open))
    return [_part_line(part) for part in ranked]


def _part_line(part: PartProgress) -> Entry:
    counts = part.counts
    open_ = fmt.quantity(counts.open, "item") + " open" if counts.open else "nothing open"
    late = f", {counts.overdue} overdue" if counts.overdue else ""
    name = part.name if part.key != NOBODY else f"{part.name} yet" if part.name == "Nobody" else part.name
    return Entry(name, f"{open_}{late}", _share(counts), tone=_tone(counts))


def _tone(counts: Counts) -> Tone:
    return "bad" if counts.overdue else "good" if counts.complete else "plain"


def _share(counts: Counts) -> str:
    return "–" if counts.share is None else fmt.percent(counts.share, digits=0)


def role_card(job_role: str | None, content: FlowStep | None, lead: str | None, own: int) -> str:
    """What the reader's job role does in the step, and its guide."""
    role = workspace_roles().get(job_role or "")
    if role is None:
        return ""
    works = job_role == lead or (content is not None and job_role in content.roles)
    part = (
        "You lead this step."
        if job_role == lead
        else "You work in this step."
        if works
        else "Others do this step."
    )
    mine = (
        f"{fmt.quantity(own, 'open item')} of it {'is' if own == 1 else 'are'} yours."
        if own
        else "Nothing open in it is yours."
    )
    lines = [
        Entry(
            guide.head.title,
            guide.head.intent,
            f"{guide.head.minutes} min",
            to=library_cards.address(guide.address),
        )
        for guide in load_pages().by_address.values()
        if guide.head.role == job_role and guide.head.step is None and guide.head.kind != "template"
    ]
    return card(
        f"For you as {role.name}", told([(part, mine)]) + entries(lines, shown=3, nothing="", marked=False)
    )
