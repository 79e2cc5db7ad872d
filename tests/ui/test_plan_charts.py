"""Charts of sprints, flow and timeline: what is drawn, and what a click on it says."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from orchflow.ui import palette
from orchflow.ui.flow_charts import (
    cumulative_flow_figure,
    cycle_time_figure,
    how_long,
    throughput_figure,
    when_figure,
)
from orchflow.ui.sprint_charts import (
    burndown_figure,
    burnup_figure,
    predictability_figure,
    sprint_ticks,
    velocity_figure,
)

DAY = date(2026, 5, 4)


def burndown_frame() -> pd.DataFrame:
    days = [DAY + timedelta(days=n) for n in range(3)]
    return pd.DataFrame(
        {"day": days, "working": [True] * 3, "scope": [10.0, 10.0, None], "remaining": [8.0, 6.0, None],
         "ideal_committed": [6.0, 3.0, 0.0], "ideal_rebaselined": [6.0, 3.0, 0.0]}
    )  # fmt: skip


def named(figure: object) -> dict[str, object]:
    return {trace.name: trace for trace in figure.data}  # type: ignore[attr-defined]


def test_a_scope_change_has_a_marker_that_names_it_and_carries_its_day() -> None:
    figure = burndown_figure(
        burndown_frame(), {DAY: ["+3 <b>Order</b>"]}, unit="points", planned_end=None, committed=10, left=9
    )
    marker = named(figure)["Scope changed"]
    assert list(marker.x) == [DAY]  # type: ignore[attr-defined]
    assert marker.customdata[0][0] == "2026-05-04"  # type: ignore[attr-defined]
    assert "&lt;b&gt;" in marker.customdata[0][1]  # type: ignore[attr-defined]


def test_days_to_come_are_not_drawn_as_zero() -> None:
    figure = burndown_figure(burndown_frame(), {}, unit="points", planned_end=None, committed=10, left=9)
    assert list(named(figure)["Left"].y) == [9.0, 8.0, 6.0]  # type: ignore[attr-defined]


def test_the_ideal_line_begins_at_the_start_with_the_commitment() -> None:
    frame = burndown_frame()
    traces = named(burndown_figure(frame, {}, unit="points", planned_end=None, committed=10, left=9))
    ideal = traces["Ideal, as committed"]
    assert list(ideal.y) == [10, 6.0, 3.0, 0.0]  # type: ignore[attr-defined]
    assert ideal.x[0] == pd.Timestamp(DAY - timedelta(days=1))  # type: ignore[attr-defined]
    assert "Ideal, of the scope now" not in traces, "it is the same line"

    wider = frame.assign(scope=[12.0, 12.0, None])
    traces = named(burndown_figure(wider, {}, unit="points", planned_end=None, committed=10, left=9))
    assert {"Ideal, as committed", "Ideal, of the scope now"} <= traces.keys()
    colours = {trace.line.color for name, trace in traces.items() if name}  # type: ignore[attr-defined]
    assert len(colours) == 3


def test_a_sprint_of_one_day_is_drawn_from_its_start_to_its_end() -> None:
    frame = (
        burndown_frame()
        .head(1)
        .assign(remaining=[0.0], ideal_committed=[0.0], started=[10.0], completed=[10.0])
    )
    figure = burndown_figure(frame, {}, unit="points", planned_end=DAY, committed=10, left=10)
    assert [list(named(figure)[name].y) for name in ("Left", "Ideal, as committed")] == [[10, 0], [10, 0]]  # type: ignore[attr-defined]
    assert figure.layout.xaxis.ticktext == ("start", "4 May")
    up = burnup_figure(frame, unit="points", planned_end=DAY, committed=10, begun=0, done=0)
    assert {name: list(trace.y) for name, trace in named(up).items()} == {  # type: ignore[attr-defined]
        "Done": [0, 10], "Started": [0, 10], "Scope": [10, 10],
    }  # fmt: skip


def test_a_state_has_its_one_colour_on_charts_of_sprints() -> None:
    frame = burndown_frame().assign(started=4.0, completed=2.0)
    up = named(burnup_figure(frame, unit="points", planned_end=None, committed=10, begun=0, done=0))
    assert up["Done"].line.color == palette.colour_for("state", "done")  # type: ignore[attr-defined]
    assert up["Started"].line.color == palette.colour_for("state", "in_progress")  # type: ignore[attr-defined]


def test_velocity_stacks_what_was_unplanned_on_what_was_committed() -> None:
    frame = pd.DataFrame(
        {
            "sprint_id": [7],
            "number": [0],
            "name": ["Sprint 0"],
            "committed": [10.0],
            "done": [9.0],
            "unplanned": [2.0],
        }
    )
    traces = named(velocity_figure(frame, unit="points", average=9.0))
    assert list(traces["Done of committed"].y) == [7.0]  # type: ignore[attr-defined]
    assert list(traces["Done, unplanned"].base) == [7.0]  # type: ignore[attr-defined]
    assert [list(told) for told in traces["Committed"].customdata] == [["7", "Sprint 0"]]  # type: ignore[attr-defined]


def test_cumulative_flow_has_done_at_the_foot_and_leaves_empty_states_out() -> None:
    days = [DAY, DAY + timedelta(days=1)]
    frame = pd.DataFrame({"day": days} | {key: [1, 1] for key in ("backlog", "ready", "in_progress", "in_review", "blocked")} | {"done": [2, 2], "cancelled": [4, 4]})  # fmt: skip
    frame["in_review"] = 0
    assert [trace.name for trace in cumulative_flow_figure(frame, {}).data] == ["done", "blocked", "in_progress", "ready", "backlog"]  # fmt: skip


def test_states_of_the_cumulative_flow_are_told_apart_by_more_than_their_colour() -> None:
    counts = {"backlog": 20, "ready": 10, "in_progress": 4, "in_review": 3, "blocked": 2, "done": 151}
    frame = pd.DataFrame(
        {"day": [DAY, DAY + timedelta(days=1)]} | {key: [count] * 2 for key, count in counts.items()}
    )
    figure = cumulative_flow_figure(frame, {})

    bands = named(figure)
    looks = [bands[state].fillpattern.shape or "" for state in ("in_progress", "in_review", "blocked")]  # type: ignore[attr-defined]
    assert len(set(looks)) == 3
    assert figure.layout.yaxis.range[0] == 150, "what was done before takes no room"


def test_cycle_times_have_a_line_for_each_percentile() -> None:
    frame = pd.DataFrame({"task_id": [1], "title": ["Order"], "done_day": [DAY], "days": [4.0]})
    figure = cycle_time_figure(frame, "days", {50: 3.0, 85: 4.0, 95: 5.0}, unit="days")
    assert [note.text for note in figure.layout.annotations] == [
        "50 %: 3 days",
        "85 %: 4 days",
        "95 %: 5 days",
    ]


def test_a_forecast_without_a_date_leaves_its_mark_out() -> None:
    figure = when_figure([(DAY, 0.5)], {50: DAY, 95: None})
    assert len(figure.data) == 2


def test_sprints_of_one_name_are_two_places_of_the_chart() -> None:
    frame = pd.DataFrame(
        {"sprint_id": [7, 9], "number": [12, 12], "name": ["Sprint 12", "Sprint 12"],
         "committed": [10.0, 8.0], "done": [9.0, 8.0], "unplanned": [2.0, 0.0], "predictability": [0.7, 1.0]}
    )  # fmt: skip
    for figure in (velocity_figure(frame, unit="points", average=9.0), predictability_figure(frame)):
        assert list(figure.data[0].x) == ["7", "9"]
        assert figure.layout.xaxis.type == "category"
        assert figure.layout.xaxis.ticktext == ("12", "12")


def test_sprints_stand_under_their_numbers_and_few_of_them_under_their_names_too() -> None:
    named = pd.DataFrame({"number": [3, 4], "name": ["Production Hardening <b>", "Sprint 4"]})
    figure = burnup_figure(
        burndown_frame().assign(started=2.0, completed=1.0, scope=2.0), unit="count", planned_end=None, committed=2, begun=0, done=0
    )  # fmt: skip
    assert figure.layout.yaxis.dtick == 1, "two tasks have no halves"
    assert sprint_ticks(named) == ["3<br>Production<br>Hardening<br>&lt;b&gt;", "4"]
    assert sprint_ticks(pd.concat([named] * 3)) == ["3", "4"] * 3


def test_the_first_day_of_a_plan_is_drawn_and_its_axis_counts_whole_tasks() -> None:
    states = ("backlog", "ready", "in_progress", "in_review", "blocked", "done")
    frame = pd.DataFrame({"day": [DAY]} | {state: [0] for state in states}).assign(backlog=3)
    figure = cumulative_flow_figure(frame, {"backlog": "Backlog"})

    assert (list(figure.data[0].x), list(figure.data[0].y)) == (["Backlog"], [3])
    assert (figure.layout.yaxis.dtick, figure.layout.yaxis.tickformat) == (1, ",d")
    throughput = throughput_figure(pd.DataFrame({"day": [DAY], "done": [1]}), weekly=False)
    assert (throughput.layout.yaxis.dtick, throughput.layout.yaxis.tickformat) == (1, ",d")


def test_a_duration_is_worded_as_everywhere() -> None:
    assert [how_long(8.9, "days"), how_long(1, "working days")] == ["8.9 days", "1 working day"]
