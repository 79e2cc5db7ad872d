"""While there is nothing on a screen it says what to do, and leads to the step of the flow that fills it."""

from __future__ import annotations

from orchflow.guidance.pages import load_pages
from orchflow.people.permissions import Role
from orchflow.planning.journey.content import load_flows
from orchflow.screens.catalogue import BY_NAME, SCREENS
from tests.pages.conftest import Browser, page_links

STEPS = {(flow.flow, step.key): step for flow in load_flows().flows for step in flow.steps}


def test_the_step_that_fills_a_screen_ships_with_its_guide() -> None:
    named = [screen.filled_by for screen in SCREENS if screen.filled_by is not None]

    assert named
    assert all(STEPS[step].guide in load_pages().by_address for step in named)


def test_every_screen_that_begins_empty_leads_to_its_step(browser: Browser) -> None:
    viewer = browser.person(Role.VIEWER)

    for name in ("plan", "board", "sprints", "timeline", "flow_metrics", "cost", "agents", "risk"):
        shown = browser.visit(name, viewer)
        step = BY_NAME[name].filled_by
        assert not shown.exception, name
        assert step is not None
        assert f"Step: {STEPS[step].name}" in page_links(shown), name


def test_a_manager_lays_out_the_plan_or_reads_how(browser: Browser) -> None:
    shown = browser.visit("plan", browser.person(Role.MANAGER))

    assert "Lay out the journey" in [button.label for button in shown.button]
    assert "Step: Communication setup" in page_links(shown)
