"""Enablement: what people keep about trainings, skills, seats and champions, each in a grid of its own."""

from __future__ import annotations

from functools import partial

from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data import enablement_inputs_state as state
from orchflow.screens.data.enablement_grids import enablement_grids
from orchflow.screens.data.input_screen import About, show_inputs
from orchflow.screens.session import currency
from orchflow.ui.page import page

ABOUT = {
    "training": "A training is required of the job roles it names, of those whose required training has a line of its name, or of "
    "everybody. After the months for which it is valid it is due again.",
    "training_completion": "Who failed has not done it. A training that was done again counts by its latest day.",
    "skill_requirement": "0 none, 1 knows of it, 2 does it with help, 3 does it alone, 4 teaches it.",
    "skill_assessment": "The latest level counts; what an assessor found beats what somebody says of themselves.",
    "seat_purchase": "The price is of one seat a month. The day of renewal and the notice say what can be given back, and by when it "
    "has to be said; without them that is not known.",
    "champion": "Only the person says so, and whoever leaves is forgotten.",
}
OWN = " You see and enter your own."


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    page("Enablement", "What no source delivers: trainings, skills, seats, champions")
    of_people = ("training_completion", "skill_assessment")
    own = OWN if not actor.may(Permission.PERSON_FIGURES) else ""
    words = ABOUT | {key: ABOUT[key] + own for key in of_people}
    grids = partial(enablement_grids, actor=actor, money=currency())
    show_inputs(actor, grids, state.VIEW, state.VIEWS, About(words))
