"""The waves of surveys: how many have answered each, opening and closing them, and the grid in which they are planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import day, plain
from orchflow.inputs.row_names import input_names
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data.input_grid import InputGrid
from orchflow.screens.data.input_screen import About, show_one
from orchflow.screens.session import workspace
from orchflow.screens.team import surveys_state as state
from orchflow.surveys.invitations import close_wave, open_wave
from orchflow.surveys.standings import WaveStanding, wave_standings
from orchflow.surveys.tables import WaveState
from orchflow.surveys.waves import SURVEY_WAVES
from orchflow.ui import acts, notices
from orchflow.ui.page import heading
from orchflow.ui.states import empty, problem

LOOK: Mapping[str, Mapping[str, Any]] = {
    "title": {"width": 220},
    "opens": {"width": 106},
    "closes": {"width": 106},
}
SHOWN = 6


def show_waves(actor: Actor) -> None:
    """Draw how the waves stand, and their grid for those who see people."""
    store = workspace().store
    standings = wave_standings(store, actor)
    running = [each for each in standings if each.state != WaveState.CLOSED]
    if not standings:
        empty("No survey is planned", "Write one in the grid below: its kind, its days and whom it asks."
              if actor.may(SURVEY_WAVES.edit) else "Managers plan them.", icon="how_to_vote")  # fmt: skip
    for each in running[:SHOWN]:
        _card(actor, each)
    if not actor.may(Permission.PEOPLE_VIEW):
        return
    heading("All surveys", "A planned one opens on its first day and asks those who are there then")
    names = input_names(store, actor)
    grid = InputGrid(
        SURVEY_WAVES, "survey-waves", "survey", lambda row: f"{row.title} from {day(row.opens)}", LOOK,
        {"audience": "everybody", "told_by": "team", "kind": "readiness"},
        first=("title", "kind", "opens", "closes", "state", "audience", "team_id", "job_role", "told_by"),
    )  # fmt: skip
    words = (
        "Of an open survey only the title and, until it is over, the last day can be changed: what people were told when they answered stays. "
        "Two of one kind are never open at a time."
    )
    show_one(actor, names, grid, About({SURVEY_WAVES.key: words}, lacking=lambda ws, grid, stored: ()))


def _card(actor: Actor, each: WaveStanding) -> None:
    wave, opened = each.wave, each.state == WaveState.OPEN
    with st.container(border=True, key=f"survey-wave-{wave.id}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            until = f"until {day(wave.closes)}" if opened else f"from {day(wave.opens)} to {day(wave.closes)}"
            heading(
                wave.title, f"{state.KINDS[wave.kind.value]} · {each.state.value} · {plain(until)}", level=3
            )
            if actor.may(SURVEY_WAVES.edit):
                _act(actor, each)
        if opened:
            share = each.answers / each.invited if each.invited else 0.0
            st.progress(share, text=f"{each.answers} of {each.invited} answered; nobody is shown who")
            if each.waits:
                st.caption(plain(each.waits[0].upper() + each.waits[1:]))
        elif each.waits:
            st.warning(f"It will not open: {plain(each.waits)}", icon=":material/group_off:")
        else:
            st.caption(f"Would invite {each.invited} people as they are now")


def _act(actor: Actor, each: WaveStanding) -> None:
    wave, store = each.wave, workspace().store
    opened = each.state == WaveState.OPEN
    if opened:
        pressed = acts.button("Close now", key=f"survey-close-{wave.id}", icon=":material/lock:")
    else:
        pressed = acts.button("Open now", key=f"survey-open-{wave.id}", icon=":material/play_arrow:", disabled=bool(each.waits))  # fmt: skip
    if not pressed:
        return
    try:
        (close_wave if opened else open_wave)(store, actor, wave.id, wave.version)
    except OrchflowError as error:
        problem(error)
    else:
        notices.done(f"“{wave.title}” is {'closed: its results can be read' if opened else 'open'}")
        st.rerun()
