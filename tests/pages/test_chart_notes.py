"""Notes on charts: kept by chart, changed by their authors, marked on the figure and listed beneath it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from orchflow import clock
from orchflow.costs.chart_notes import CHART_NOTES
from orchflow.errors import Forbidden, Invalid
from orchflow.people.permissions import Actor, Role
from orchflow.screens.chart_notes import ScreenNotes
from orchflow.ui.chart_notes import ChartNote, marked
from orchflow.ui.charts import lines
from tests.pages.conftest import Browser
from tests.pages.insight_facts import load_two_months, open_screen

DAY, LATER = date(2026, 11, 12), date(2026, 11, 14)
BAD = "<img src=x onerror=alert(1)> **5 %**"


def person(browser: Browser, role: Role) -> Actor:
    user = browser.person(role)
    return Actor(user.id, user.username, user.display_name, user.role)


def test_a_note_is_its_authors_and_a_manager_may_remove_it(browser: Browser) -> None:
    store = browser.ws.store
    mia, ann, max_, vera = (
        person(browser, role) for role in (Role.MEMBER, Role.ANALYST, Role.MANAGER, Role.VIEWER)
    )
    mine, theirs = ScreenNotes(mia, "cost"), ScreenNotes(ann, "cost")
    assert (mine.may_add, ScreenNotes(vera, "cost").may_add) == (True, False)
    mine.save("cost-bars", None, DAY, LATER, "Prices went up")
    [note] = theirs.of("cost-bars")
    assert (note.day, note.last, note.author, note.mine, note.removable) == (
        DAY,
        LATER,
        mia.display_name,
        False,
        False,
    )
    assert theirs.of("runs") == ScreenNotes(ann, "agents").of("cost-bars") == ()
    with pytest.raises(Forbidden, match="only its author"):
        theirs.save("cost-bars", note, DAY, None, "Not so")
    with pytest.raises(Forbidden):
        CHART_NOTES.create(store, vera, chart="cost/cost-bars", day=DAY, text="No")
    with pytest.raises(Invalid):
        mine.save("cost-bars", None, LATER, DAY, "Backwards")
    [note] = mine.of("cost-bars")
    mine.save("cost-bars", note, DAY, None, "Prices went up by a tenth")
    [note] = ScreenNotes(max_, "cost").of("cost-bars")
    assert (note.text, note.until, note.removable) == ("Prices went up by a tenth", None, True)
    ScreenNotes(max_, "cost").remove(note)
    assert mine.of("cost-bars") == ()


def figure() -> dict[str, Any]:
    frame = pd.DataFrame({"day": pd.date_range("2026-11-10", periods=9), "runs": range(9)})
    return lines(frame, "day", "runs", title="Runs", unit="count")


@pytest.mark.parametrize("drawn", [figure(), go.Figure(figure())])
def test_marks_stand_at_their_days_and_say_nothing_as_markup(drawn: Any) -> None:
    notes = [
        ChartNote(1, 1, DAY, None, BAD, "Ann", mine=True, removable=True),
        ChartNote(2, 1, DAY, LATER, 'A "small" incident', "Ann", mine=True, removable=True),
    ]
    layout: Any = marked(drawn, notes)["layout"]
    assert [(shape["type"], shape["x0"][:10], shape["x1"][:10]) for shape in layout["shapes"]] == [
        ("line", "2026-11-12", "2026-11-12"), ("rect", "2026-11-11", "2026-11-14"),
    ]  # fmt: skip
    assert [mark["x"] for mark in layout["annotations"]] == ["2026-11-12", "2026-11-13"]
    assert "<img" not in layout["annotations"][0]["hovertext"]
    assert 'A "small" incident · Ann' in layout["annotations"][1]["hovertext"]
    assert marked(drawn, []) is drawn


def test_notes_stand_beneath_the_chart_of_their_day(browser: Browser) -> None:
    load_two_months(browser.ws)
    today = clock.today(browser.ws.zone)
    analyst = ScreenNotes(person(browser, Role.MANAGER), "cost")
    analyst.save("cost-bars", None, today - timedelta(days=1), None, BAD)
    analyst.save("cost-bars", None, today - timedelta(days=400), None, "Long ago")
    shown = open_screen(browser, "cost", Role.ANALYST)
    assert not shown.exception
    listed = [caption.value for caption in shown.caption if "onerror" in caption.value]
    assert len(listed) == 1
    assert "\\*\\*5 %\\*\\*" in listed[0]
    assert "Long ago" not in listed[0]
    assert [button.label for button in shown.button if "Notes" in button.label] == [
        "Notes :gray[of Cost a day by provider]"
    ]
