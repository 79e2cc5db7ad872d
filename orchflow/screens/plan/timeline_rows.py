"""The rows of the Timeline: which are shown, below what, with which bars and dependencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeAlias

from orchflow import format as fmt
from orchflow.planning.tables import CLOSED, DependencyKind
from orchflow.planning.timeline.plan_dates import Dated
from orchflow.planning.timeline.timeline import STARTED, Bar, Timeline
from orchflow.ui.gantt import Days, GanttLink, GanttRow

Span: TypeAlias = Literal["now", "open", "all"]
Folds: TypeAlias = Mapping[str, bool]
"""The rows that somebody folded (True) or unfolded (False), by key; they stay so whatever is shown beside them."""
BACK, AHEAD = timedelta(weeks=2), timedelta(weeks=10)
"""What is looked at by default: so far back, and so far ahead of today."""
AT_ONCE = 150
"""More rows than this are folded to projects until somebody unfolds them."""
LEVELS = {"effort": 1, "project": 2, "task": 3}
BEGUN = (*STARTED, *CLOSED)
FROM_START = (DependencyKind.START_TO_START, DependencyKind.START_TO_FINISH)
TO_END = (DependencyKind.FINISH_TO_FINISH, DependencyKind.START_TO_FINISH)


@dataclass(frozen=True)
class Outline:
    """The bars that are shown, in the order of the plan.

    `below` are the tasks of efforts and projects, by key; an effort of projects without tasks has none, but its key.
    `left_out` counts the tasks that are not among them. `progress` is the share done of efforts and projects, by key.
    """

    bars: tuple[Bar, ...]
    below: Mapping[str, tuple[Bar, ...]]
    left_out: int
    progress: Mapping[str, float]


def key_of(row: Dated) -> str:
    """What a row is known by in the browser."""
    return f"{row.kind}-{row.id}"


def outline(
    schedule: Timeline, span: Span, today: date, progress: Mapping[str, float] | None = None
) -> Outline:
    """What of a timeline is shown: all of it, what is open, or what of that begins before the weeks ahead are over."""
    tasks: dict[int | None, list[Bar]] = {}
    projects: dict[int | None, list[Bar]] = {}
    efforts: list[Bar] = []
    for bar in schedule.bars:
        if bar.row.kind == "effort":
            efforts.append(bar)
        else:
            (tasks if bar.row.kind == "task" else projects).setdefault(bar.row.parent, []).append(bar)
    ordered: list[Bar] = []
    below: dict[str, tuple[Bar, ...]] = {}
    for effort in efforts:
        inside: list[Bar] = []
        for project in projects.get(effort.row.id, []):
            own = [task for task in tasks.get(project.row.id, []) if is_shown(task, span, today)]
            if own or is_shown(project, span, today):
                inside += [project, *own]
                if own:
                    below[key_of(project.row)] = tuple(own)
        if inside or is_shown(effort, span, today):
            ordered += [effort, *inside]
            if inside:
                below[key_of(effort.row)] = tuple(bar for bar in inside if bar.row.kind == "task")
    shown = sum(bar.row.kind == "task" for bar in ordered)
    return Outline(tuple(ordered), below, sum(map(len, tasks.values())) - shown, progress or {})


def is_shown(bar: Bar, span: Span, today: date) -> bool:
    """Whether a row belongs to what is looked at. What is open and overdue lies in the present."""
    row = bar.row
    if span == "all":
        return True
    if not row.open:
        return False
    first = row.start or row.end or bar.earliest_start
    return span == "open" or (first is not None and first <= today + AHEAD)


def is_folded(shown: Outline, key: str, folds: Folds) -> bool:
    """Whether a row is folded: as somebody left it, else the projects of a long list are."""
    return folds.get(key, key.startswith("project-") and len(shown.bars) > AT_ONCE)


def with_fold(shown: Outline, folds: Folds, key: str, folded: bool) -> Folds:
    """`folds` once that row is `folded`, or is not; a row below which nothing lies does not fold."""
    return {**folds, key: folded} if key in shown.below else folds


def with_all_folded(shown: Outline, folds: Folds, folded: bool) -> Folds:
    """`folds` once every row that is shown is `folded`, or none is."""
    return {**folds, **dict.fromkeys(shown.below, folded)}


def rows_of(shown: Outline, folds: Folds) -> list[GanttRow]:
    """The rows that are not folded away."""
    rows: list[GanttRow] = []
    hidden = [False, False]
    for bar in shown.bars:
        key = key_of(bar.row)
        folded = is_folded(shown, key, folds) if key in shown.below else None
        match bar.row.kind:
            case "effort":
                hidden = [bool(folded), False]
                rows.append(group_row(bar, shown, folded))
            case "project":
                hidden[1] = bool(folded)
                if not hidden[0]:
                    rows.append(group_row(bar, shown, folded))
            case _ if not any(hidden):
                rows.append(task_row(bar))
    return rows


def group_row(bar: Bar, shown: Outline, folded: bool | None) -> GanttRow:
    """An effort or a project: as critical, and with as little slack, as its tasks; folded, it bears their milestones."""
    key = key_of(bar.row)
    own = shown.below.get(key, ())
    late = sum(task.late for task in own)
    share = shown.progress.get(key)
    said = [fmt.percent(share, digits=0)] if share is not None else []
    said += [f"{late} overdue"] if late else ["overdue"] if bar.late else []
    at_first = task_row(bar)
    marks = tuple((task.row.end, task.row.name) for task in own if task.row.milestone and task.row.end)
    return replace(
        at_first, folded=folded, critical=any(task.critical for task in own), idle=False, slack=None, slack_days=None,
        marks=marks if folded else (), remark=" · ".join(said), words=fmt.quantity(len(own), "task"),
    )  # fmt: skip


def task_row(bar: Bar) -> GanttRow:
    """One bar: planned where it has days, ahead where what is left does not lie within them."""
    row = bar.row
    first, last = row.start or row.end, row.end or row.start
    planned = None if first is None or last is None else (first, max(first, last))
    slack = bar.slack if row.open and not bar.critical else None
    return GanttRow(
        key_of(row), row.name, LEVELS[row.kind], row.state.value, planned,
        idle=row.state not in BEGUN, overdue=bar.late, critical=bar.critical, milestone=row.milestone,
        ahead=ahead_of(bar, planned), slack=bar.latest_end if slack else None, slack_days=slack, baseline=baseline_of(bar),
        words=words_of(bar),
    )  # fmt: skip


def ahead_of(bar: Bar, planned: Days | None) -> Days | None:
    """When what is left can be done, where that is after what is planned; it never begins before today."""
    if bar.earliest_start is None or bar.earliest_end is None:
        return None
    if planned is None:
        return bar.earliest_start, bar.earliest_end
    if bar.earliest_end <= planned[1]:
        return None
    return max(bar.earliest_start, planned[1] + timedelta(days=1)), bar.earliest_end


def baseline_of(bar: Bar) -> Days | None:
    """The days that the baseline kept."""
    first = bar.baseline_start or bar.baseline_end
    last = bar.baseline_end or bar.baseline_start
    return None if first is None or last is None else (first, max(first, last))


def words_of(bar: Bar) -> str:
    """How a bar moved since the baseline."""
    if not bar.baseline_end or not bar.row.end or bar.baseline_end == bar.row.end:
        return ""
    moved = (bar.row.end - bar.baseline_end).days
    return f"{fmt.days(abs(moved))} {'later' if moved > 0 else 'earlier'} than the baseline"


def links_of(schedule: Timeline, rows: Sequence[GanttRow], *, critical_only: bool) -> list[GanttLink]:
    """The dependencies between rows that are there; of a task that is folded away between what it is folded into."""
    place = {row.key: number for number, row in enumerate(rows)}
    effort_of = {bar.row.id: bar.row.parent for bar in schedule.bars if bar.row.kind == "project"}
    project_of = {bar.row.id: bar.row.parent for bar in schedule.bars if bar.row.kind == "task"}

    def seen(task: int) -> int | None:
        project = project_of.get(task)
        above = (f"task-{task}", f"project-{project}", f"effort-{effort_of.get(project or 0)}")
        return next((place[key] for key in above if key in place), None)

    critical = set(schedule.critical_path)
    links: dict[tuple[int, int], GanttLink] = {}
    for link in schedule.links:
        before, after = seen(link.predecessor), seen(link.successor)
        decides = link.predecessor in critical and link.successor in critical
        if before is None or after is None or before == after or (critical_only and not decides):
            continue
        tasks = rows[before].level == 3, rows[after].level == 3
        known = links.get((before, after))
        links[before, after] = GanttLink(
            before, after, decides or (known is not None and known.critical),
            tasks[0] and link.kind in FROM_START, tasks[1] and link.kind in TO_END,
        )  # fmt: skip
    return list(links.values())
