"""What a screen says while there is nothing on it: what to do, and the step of a flow that fills it."""

from __future__ import annotations

from orchflow.guidance.addresses import address_in_app
from orchflow.planning.journey.content import load_flows
from orchflow.screens.catalogue import BY_NAME, link
from orchflow.ui.states import Action, empty, way_to

STEP_ICON = ":material/signpost:"


def nothing_yet(screen: str, title: str, what_to_do: str = "", action: Action | None = None) -> None:
    """Say that there is nothing yet on the screen of that name, what to do, and lead to the step that fills it."""
    empty(title, what_to_do, action, also=step_that_fills(screen), icon=BY_NAME[screen].icon)


def lead_to_step(screen: str) -> None:
    """The way to that step alone, where a screen says in a form of its own what to do."""
    if (step := step_that_fills(screen)) is not None:
        way_to(step)


def step_that_fills(screen: str) -> Action | None:
    """The way to the step: where it is ticked off, or its guide while there is no such screen; None where no step fills it."""
    named = BY_NAME[screen].filled_by
    if named is None:
        return None
    number, key = named
    step = next(
        (
            step
            for flow in load_flows().flows
            if flow.flow == number
            for step in flow.steps
            if step.key == key
        ),
        None,
    )
    if step is None:
        return None
    address = address_in_app(f"step:{number}/{key}") if "flow" in BY_NAME else address_in_app(step.guide)
    name, _, query = (address or "").partition("?")
    return Action(f"Step: {step.name}", link(name), STEP_ICON, query)
