"""The screen of what people keep about value: its grids, and what is told beside them."""

from __future__ import annotations

import pytest

from orchflow.people.permissions import SYSTEM, Role
from orchflow.screens.data.value_inputs_state import VIEWS
from orchflow.value.benefits import BENEFITS
from tests.pages.conftest import Browser

ROWS = {
    "use_case": ("use-cases", {"title": "Read claims"}),
    "work_baseline": ("baselines", {"agent": "writer", "day": "2026-11-01", "minutes": 24}),
    "benefit": ("benefits", {"title": "Typing", "agent": "writer", "starts": "2026-11-01", "minutes_likely": 12}),
    "assumption": ("assumptions", {"kind": "Recapture", "likely": 50, "valid_from": "2026-11-01"}),
}  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_a_row_that_is_written_is_stored(browser: Browser, view: str) -> None:
    key, row = ROWS[view]
    shown = browser.open("value_inputs", browser.person(Role.MANAGER), **{"value_inputs.view": VIEWS[view]})
    assert not shown.exception
    shown.session_state[f"{key}-sheet"].stage.add(row)
    shown.run()
    next(button for button in shown.button if button.label.startswith("Save ")).click().run()
    assert not shown.exception
    stored = [line for line in shown.session_state[f"{key}-sheet"].shown if not line.key.startswith("new-")]
    assert len(stored) == 1


def test_bad_cells_and_benefits_that_overlap_are_told(browser: Browser) -> None:
    paper = {
        "title": "Paper",
        "agent": "writer",
        "kind": "cost_avoided",
        "currency": "USD",
        "starts": "2026-11-01",
    }
    BENEFITS.create(browser.ws.store, SYSTEM, **paper, likely=5)
    BENEFITS.create(
        browser.ws.store, SYSTEM,
        **{**paper, "title": "Print"}, likely=4, grade="measured", evidence_day="2026-11-02", ends="2026-12-01",
    )  # fmt: skip
    shown = browser.open("value_inputs", browser.person(Role.MANAGER), **{"value_inputs.view": "Benefits"})
    (told,) = (warning.value for warning in shown.warning)
    assert "is not counted from 1 Nov 2026 to before 1 Dec 2026" in told
    stage = shown.session_state["benefits-sheet"].stage
    stage.add({"title": "Typing", "agent": "writer", "starts": "2026-11-01"})
    shown.run()
    next(button for button in shown.button if button.label.startswith("Save ")).click().run()
    assert "how many minutes a completed run saves" in " ".join(line.value for line in shown.markdown)
