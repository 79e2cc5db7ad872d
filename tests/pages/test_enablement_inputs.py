"""The screen of what people keep about enablement: its grids, and who sees whose rows."""

from __future__ import annotations

from datetime import date

import pytest

from orchflow.enablement.trainings import TRAINING_COMPLETIONS, TRAININGS
from orchflow.people.permissions import SYSTEM, Role
from orchflow.screens.data.enablement_inputs_state import VIEWS
from tests.pages.conftest import Browser

ROWS = {
    "training": ("trainings", {"name": "Prompts", "everybody": True}),
    "training_completion": ("completions", {"training_id": "Agents at work", "day": "2026-11-01"}),
    "skill_requirement": ("skills-needed", {"skill": "Prompting", "job_role": "Backend engineer", "level": 3}),
    "skill_assessment": ("skills-found", {"skill": "Prompting", "level": 2, "day": "2026-11-01"}),
    "seat_purchase": ("seats", {"platform": "Orchestrator AI", "seats": 60, "price": 30, "valid_from": "2026-11-01"}),
    "champion": ("champions", {"helps_with": "Agents for claims"}),
}  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_a_manager_writes_a_row_of_each_kind(browser: Browser, view: str) -> None:
    if view == "training_completion":
        TRAININGS.create(browser.ws.store, SYSTEM, name="Agents at work")
    key, row = ROWS[view]
    person = browser.person(Role.MANAGER)
    shown = browser.open("enablement_inputs", person, **{"enablement_inputs.view": VIEWS[view]})
    assert not shown.exception
    shown.session_state[f"{key}-sheet"].stage.add(row)
    shown.run()
    next(button for button in shown.button if button.label.startswith("Save ")).click().run()
    assert not shown.exception
    stored = [line for line in shown.session_state[f"{key}-sheet"].shown if not line.key.startswith("new-")]
    assert len(stored) == 1


def test_a_viewer_sees_no_completion_of_others_and_no_history_of_them(browser: Browser) -> None:
    store, manager = browser.ws.store, browser.person(Role.MANAGER)
    training = TRAININGS.create(store, SYSTEM, name="Agents at work")
    TRAINING_COMPLETIONS.create(
        store, SYSTEM, training_id=training.id, person_id=manager.id, day=date(2026, 11, 1)
    )
    shown = browser.open(
        "enablement_inputs", browser.person(Role.VIEWER), **{"enablement_inputs.view": "Done"}
    )
    assert not shown.exception
    assert shown.session_state["completions-sheet"].shown == []
    assert "completions-history" not in {button.key for button in shown.button}
