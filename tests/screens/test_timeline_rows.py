"""The rows of the Timeline: what is looked at by default, what folds, what is drawn of each, which lines join them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from orchflow.planning.calendar import WorkingCalendar
from orchflow.planning.tables import State
from orchflow.planning.timeline.critical_path import Dependence
from orchflow.planning.timeline.plan_dates import Dated
from orchflow.planning.timeline.timeline import Timeline, lay_out
from orchflow.screens.plan import timeline_rows
from orchflow.screens.plan.timeline_rows import Folds, links_of, outline, rows_of, with_all_folded, with_fold
from orchflow.ui.gantt import GanttLink, GanttRow

TODAY = date(2026, 5, 11)  # a Monday


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def task(number: int, project: int, start: int | None, end: int | None, state: State = State.READY, **values: Any) -> Dated:  # fmt: skip
    first, last = (None if days is None else after(days) for days in (start, end))
    return Dated("task", number, project, f"Task {number}", first, last, state, **values)


PLAN = [
    Dated("effort", 1, None, "1 Infrastructure", after(-60), after(30), State.IN_PROGRESS),
    Dated("effort", 2, None, "2 Operations", after(100), after(200), State.BACKLOG),
    Dated("project", 11, 1, "1.1 Hardware", after(-60), after(-30), State.DONE),
    Dated("project", 12, 1, "1.2 Software", after(-20), after(30), State.IN_PROGRESS),
    Dated("project", 21, 2, "2.1 Monitoring", after(100), after(200), State.BACKLOG),
    task(1, 11, -60, -50, State.DONE),
    task(2, 12, -10, -3, State.IN_PROGRESS),
    task(3, 12, -2, 2),
    task(4, 12, 4, 8, milestone=True),
    task(5, 12, None, None),
    task(6, 21, 100, 120),
]
LINKS = [Dependence(1, 2), Dependence(2, 3), Dependence(3, 4), Dependence(4, 6)]


def drawn(plan: list[Dated] = PLAN, links: list[Dependence] = LINKS) -> Timeline:
    return lay_out(plan, links, WorkingCalendar(), TODAY)


def rows(span: Any = "now", folds: Folds | None = None) -> dict[str, GanttRow]:
    return {row.key: row for row in rows_of(outline(drawn(), span, TODAY), folds or {})}


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        ("now", ["effort-1", "project-12", "task-2", "task-3", "task-4", "task-5"]),
        ("open", ["effort-1", "project-12", "task-2", "task-3", "task-4", "task-5", "effort-2", "project-21", "task-6"]),
        ("all", ["effort-1", "project-11", "task-1", "project-12", "task-2", "task-3", "task-4", "task-5", "effort-2", "project-21", "task-6"]),
    ],
)  # fmt: skip
def test_at_first_only_what_is_open_around_today_is_shown(span: Any, shown: list[str]) -> None:
    assert list(rows(span)) == shown
    assert outline(drawn(), span, TODAY).left_out == 6 - sum(key.startswith("task") for key in shown)


def test_what_is_open_and_overdue_is_of_today_however_long_ago_it_was_planned() -> None:
    old = drawn([PLAN[0], PLAN[3], task(7, 12, -400, -390)], [])
    [_, _, row] = rows_of(outline(old, "now", TODAY), {})
    assert (row.overdue, row.days) == (True, (after(-400), after(-390)))
    assert row.ahead is not None
    assert row.ahead[0] >= TODAY, "nothing that is to come lies in the past"


def test_a_row_folds_away_what_is_below_it_and_a_long_list_begins_folded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = outline(drawn(), "now", TODAY)
    folded = with_fold(shown, {}, "project-12", True)
    kept = {row.key: row for row in rows_of(shown, folded)}
    assert list(kept) == ["effort-1", "project-12"]
    assert kept["project-12"].marks == ((after(8), "Task 4"),), "a folded row bears the milestones"
    assert kept["project-12"].remark == "1 overdue"
    assert len(rows_of(shown, with_fold(shown, folded, "project-12", False))) == 6
    assert [row.key for row in rows_of(shown, with_all_folded(shown, {}, True))] == ["effort-1"]
    for key in ("task-2", "project-11", "nothing", "x" * 5000):
        assert with_fold(shown, folded, key, True) == folded, "nothing lies below it"
    monkeypatch.setattr(timeline_rows, "AT_ONCE", 5)
    assert list(rows()) == ["effort-1", "project-12"]
    assert len(rows_of(shown, with_all_folded(shown, {}, False))) == 6


def test_what_somebody_unfolded_stays_so_among_fewer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_rows, "AT_ONCE", 8)
    long, few = (outline(drawn(), span, TODAY) for span in ("open", "now"))
    assert "task-2" not in rows("open")
    folds = with_fold(long, {}, "project-12", False)
    assert [row.key for row in rows_of(long, folds)][:3] == ["effort-1", "project-12", "task-2"]
    assert [row.key for row in rows_of(few, folds)][:3] == ["effort-1", "project-12", "task-2"]


def test_a_project_that_is_late_though_its_tasks_are_not_says_so() -> None:
    ended = replace(PLAN[3], end=after(-5))
    late = drawn([PLAN[0], ended, task(1, 12, -20, -10, State.DONE)], [])
    [_, project, _] = rows_of(outline(late, "all", TODAY, {"project-12": 1.0}), {})
    assert (project.overdue, project.remark) == (True, "100 % · overdue")


def test_each_bar_says_what_it_is() -> None:
    found = rows()
    late, waiting, mark, undated = (found[f"task-{number}"] for number in (2, 3, 4, 5))
    assert (late.idle, late.overdue, late.ahead) == (False, True, (TODAY, TODAY))
    assert (waiting.idle, waiting.days) == (True, (after(-2), after(2)))
    assert mark.milestone
    assert (undated.days, undated.ahead) == (None, (TODAY, TODAY))
    assert all(row.ahead is None or row.ahead[0] >= TODAY for row in found.values())


def test_slack_and_the_baseline_are_said() -> None:
    plan = [PLAN[0], PLAN[3], task(1, 12, 0, 4), task(2, 12, 0, 11)]
    schedule = drawn(plan, [])
    bars = tuple(replace(bar, baseline_end=after(2)) if bar.row.id == 1 else bar for bar in schedule.bars)
    [_, _, short, long] = rows_of(outline(replace(schedule, bars=bars), "now", TODAY), {})
    assert (short.slack, short.slack_days, short.words) == (after(11), 5, "2 days later than the baseline")
    assert (long.slack, long.slack_days, long.critical) == (None, None, True)


def test_lines_join_what_is_seen() -> None:
    everything = rows_of(outline(drawn(), "all", TODAY), {})
    places = {row.key: number for number, row in enumerate(everything)}
    found = links_of(drawn(), everything, critical_only=False)
    pairs = [(f"task-{link.predecessor}", f"task-{link.successor}") for link in LINKS]
    assert [(link.before, link.after) for link in found] == [
        (places[before], places[after]) for before, after in pairs
    ]
    folds = dict.fromkeys(("project-11", "project-12", "effort-2"), True)
    folded = rows_of(outline(drawn(), "all", TODAY), folds)
    assert [row.key for row in folded] == ["effort-1", "project-11", "project-12", "effort-2"]
    assert [(link.before, link.after) for link in links_of(drawn(), folded, critical_only=False)] == [
        (1, 2),
        (2, 3),
    ]
    assert links_of(drawn(), rows_of(outline(drawn(), "now", TODAY), {}), critical_only=True) == []


def test_ends_of_a_dependency_follow_its_kind() -> None:
    from orchflow.planning.tables import DependencyKind as Kind

    plan = [PLAN[0], PLAN[3], task(1, 12, 0, 4), task(2, 12, 0, 11)]
    [link] = links_of(
        schedule := drawn(plan, [Dependence(1, 2, Kind.START_TO_FINISH)]),
        rows_of(outline(schedule, "now", TODAY), {}), critical_only=False,
    )  # fmt: skip
    assert link == GanttLink(2, 3, from_start=True, to_end=True)
