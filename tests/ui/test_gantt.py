"""What the Gantt chart sends to the browser, and what it does with what comes back."""

from __future__ import annotations

import json
from datetime import date, timedelta

from streamlit.testing.v1 import AppTest

from orchflow.ui.gantt import GanttLink, GanttRow, gantt_data

DAY = date(2026, 5, 4)
STATES = {"ready": "Ready", "done": "Done"}


def sent(rows: list[GanttRow], links: list[GanttLink] | None = None) -> dict[str, object]:
    return gantt_data(
        rows,
        links or [],
        label="Timeline",
        states=STATES,
        today=DAY,
        first=DAY,
        scale="weeks",
        critical=False,
    )


def test_days_are_numbers_and_what_is_at_rest_is_not_sent() -> None:
    data = sent([GanttRow("task-1", "<b>One</b>", 3, "ready", (DAY, DAY + timedelta(days=1)))])
    assert data["rows"] == [{"k": "task-1", "n": "<b>One</b>", "l": 3, "t": 0, "d": [20577, 20578]}]
    assert (data["today"], data["visible"]) == (20577, 84)


def test_a_row_bears_all_that_is_drawn_of_it() -> None:
    row = GanttRow(
        "project-1", "Hardware", 2, "done", (DAY, DAY), True, critical=True, overdue=True, milestone=True, idle=True,
        ahead=(DAY, DAY), slack=DAY, slack_days=2, baseline=(DAY, DAY), marks=((DAY, "Go"),), remark="late", words="3 tasks",
    )  # fmt: skip
    data = sent([row], [GanttLink(0, 0, critical=True, to_end=True)])
    assert data["rows"] == [
        {"k": "project-1", "n": "Hardware", "l": 2, "t": 1, "o": 0, "d": [20577, 20577], "p": [20577, 20577], "b": [20577, 20577],
         "z": 20577, "s": 2, "f": 15, "m": [[20577, "Go"]], "r": "late", "w": "3 tasks"}
    ]  # fmt: skip
    assert data["links"] == [[0, 0, 5]]


def test_hundreds_of_rows_are_little_to_send() -> None:
    rows = [GanttRow(f"project-{n}", f"{n} Project of the plan", 2, "ready", (DAY, DAY), True) for n in range(330)]  # fmt: skip
    assert len(json.dumps(sent(rows))) < 33_000


def test_the_component_is_served_from_files() -> None:
    def script() -> None:
        from datetime import date

        from orchflow.ui.gantt import GanttRow, gantt, gantt_data

        day = date(2026, 5, 4)
        data = gantt_data(
            [GanttRow("task-1", "One", 3, "ready", (day, day))], [], label="Timeline", states={"ready": "Ready"},
            today=day, first=day, scale="weeks", critical=False,
        )  # fmt: skip
        gantt(data, key="g", on_open=print, on_fold=print, on_fold_all=print)

    shown = AppTest.from_function(script).run()
    assert not shown.exception
    (element,) = shown.get("bidi_component")
    assert element.proto.js_source_path.endswith("gantt.js")
