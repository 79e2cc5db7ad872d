"""How a source is connected: its fields to be changed, and the way to remove it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from orchflow.errors import Invalid, OrchflowError
from orchflow.format import plain, quantity
from orchflow.ingest.change_source import Changes, change_source, try_change
from orchflow.ingest.connect import ChangedMeanwhile, DoesNotWork, KeptSource, disconnect, kept_source
from orchflow.ingest.connection import CHANGEABLE, Connection
from orchflow.ingest.forget import forget_source
from orchflow.people.permissions import Actor
from orchflow.screens.data import sources_state as state
from orchflow.screens.data.source_form import KEPT, fields, refusal, trial
from orchflow.screens.session import require, workspace
from orchflow.ui.page import heading
from orchflow.ui.states import problem


def connection(actor: Actor, name: str) -> None:
    """Draw how the source called `name` is connected, for administrators."""
    if name not in {source.name for source in workspace().settings.sources}:
        _not_connected(name)
        return
    kept = state.OPENED.get()
    if kept is None or kept.name != name:
        kept = kept_source(workspace(), actor, name)
        state.OPENED.set(kept)
    if kept.locked:
        st.info(plain(kept.locked), icon=":material/lock:")
    else:
        _form(actor, kept)
    _remove_line(kept)


def _not_connected(name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        heading(
            "Not connected",
            "It is read no more. What was loaded from it counts in every figure until it is taken away.",
            level=3,
        )
        if st.button("Take it away…", key="source-forget", icon=":material/delete:"):
            forget_dialog(name)


@st.dialog("Take away what was loaded?", icon=":material/delete:")
def forget_dialog(name: str) -> None:
    """Says what goes and what stays, and asks."""
    actor = require()
    st.markdown(
        f"All calls, runs, conversations, agents and users that came from **{plain(name)}** leave every figure. They are listed "
        "under Removed. What another source delivered too stays, and so does the plan.\n\n"
        "Connected again under this name, it is read from the beginning."
    )

    def take_away() -> str:
        with st.spinner("Taking it away"):
            gone = sum(job.gone for job in forget_source(workspace(), actor, name).jobs)
        return f"{quantity(gone, 'row')} of {name} were taken away; they are listed under Removed."

    _confirm("Take it away", "forget", ":material/delete:", take_away)


def _form(actor: Actor, kept: KeptSource) -> None:
    assert kept.connection is not None
    failed = state.CHANGE_FAILED.get()
    with st.form(f"change-{kept.name}", border=False):
        wanted = fields(kept.connection.kind, kept)
        with st.container(horizontal=True):
            tried = st.form_submit_button("Try it", key="change-try", icon=":material/fact_check:")
            saved = st.form_submit_button("Save", key="change-save", type="primary", icon=":material/save:")
            anyway = bool(failed) and st.form_submit_button("Save all the same", key="change-anyway")
    st.caption(KEPT)
    changes = _changes(kept.connection, wanted)
    try:
        if tried:
            state.CHANGE_FAILED.clear()
            with st.spinner("Trying"):
                checks = try_change(workspace(), actor, kept.name, changes)
            trial(checks, "Save")
        elif (saved or anyway) and not changes:
            st.caption("Nothing was changed.")
        elif saved or anyway:
            state.CHANGE_FAILED.clear()
            with st.spinner("Saving" if anyway else "Trying"):
                change_source(workspace(), actor, kept.name, changes, kept.version, untried=anyway)
            _over(f"{kept.name} is changed; its schedule follows at once.")
        elif failed:
            trial(failed, "Save")
    except Invalid as error:
        refusal(error)
    except DoesNotWork as error:
        state.CHANGE_FAILED.set(error.checks)
        st.rerun()
    except OrchflowError as error:
        problem(error)
        if isinstance(error, ChangedMeanwhile):
            st.button(
                "Show it as it is now",
                key="change-anew",
                icon=":material/refresh:",
                on_click=state.OPENED.clear,
            )


def _changes(before: Connection, wanted: Connection) -> Changes:
    """The fields that were written anew; of the password, which is not shown, one that was written at all."""
    return {
        name: getattr(wanted, name) for name in CHANGEABLE if getattr(wanted, name) != getattr(before, name)
    }


def _remove_line(kept: KeptSource) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        heading(
            "Remove",
            "It is read no more. What was loaded from it stays, and counts in every figure.",
            level=3,
        )
        if st.button(
            "Remove…",
            key="source-remove",
            icon=":material/link_off:",
            disabled=bool(kept.fixed),
            help=plain(kept.fixed) or None,
        ):
            remove_dialog(kept)


@st.dialog("Remove the source?", icon=":material/link_off:")
def remove_dialog(kept: KeptSource) -> None:
    """Says what goes and what stays, and asks."""
    actor = require()
    st.markdown(
        f"**{plain(kept.name)}** is taken out of orchflow.yaml, with its password, and its schedule ends.\n\n"
        "**What was loaded from it stays**: its calls, runs and agents count in every figure as before. To take that away, too, "
        "press *Take it away* here afterwards."
    )

    def remove() -> str:
        disconnect(workspace(), actor, kept.name, kept.version)
        return f"{kept.name} is removed. What was loaded from it stays."

    _confirm("Remove", "remove", ":material/link_off:", remove)


def _confirm(label: str, key: str, icon: str, act: Callable[[], str]) -> None:
    """The two buttons of a window that asks; `act` is carried out by the one called `label` and says what it did."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key=f"{key}-cancel"):
            st.rerun()
        if st.button(label, key=f"{key}-now", type="primary", icon=icon):
            try:
                said = act()
            except OrchflowError as error:
                problem(error)
            else:
                _over(said)


def _over(said: str) -> None:
    """What was written is kept: begin anew, and say so."""
    state.OPENED.clear()
    state.SAID.set(said)
    st.rerun()
