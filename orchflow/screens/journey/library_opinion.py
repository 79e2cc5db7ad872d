"""Was this useful: two thumbs and a word below a guide, and for those who may see it what everybody said."""

from __future__ import annotations

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import moment, plain, quantity
from orchflow.guidance.opinions import OPINIONS, own_opinion, say, take_back, usefulness
from orchflow.people.permissions import Actor
from orchflow.screens.journey import library_state as state
from orchflow.screens.session import workspace, zone
from orchflow.ui import acts
from orchflow.ui.menus import menu
from orchflow.ui.states import problem


@st.fragment
def opinion(actor: Actor, page: str) -> None:
    """Ask it of a guide; only this part is drawn again, so that the reader stays where they are."""
    store = workspace().store
    failed = state.OPINION_FAILED.take()
    said = own_opinion(store, actor, page)
    thumbs, word = state.THUMBS.of(page), state.WORD.of(page)
    if said is not None and not thumbs.kept():
        thumbs.set(int(said.useful))
        word.set(said.word)
    with st.container(key="opinion", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Was this useful?**", width="content")
            st.feedback(
                "thumbs", key=thumbs.name, on_change=acts.each(_say), args=(actor, page), width="content"
            )
            if actor.may(OPINIONS.view):
                _everybody(actor, page)
        if failed is not None:
            problem(failed)
        if said is not None:
            ask = "What helped, or what would make it better?" if said.useful else "What did you look for?"
            st.text_input(
                "A word", key=word.name, max_chars=OPINIONS.fields["word"].length, placeholder=ask,
                label_visibility="collapsed", on_change=acts.each(_say), args=(actor, page), icon=":material/chat_bubble:",
            )  # fmt: skip
            st.caption(
                "Thank you"
                + ("; your word is kept." if said.word else ". A word helps whoever keeps this page.")
            )


def _say(actor: Actor, page: str) -> None:
    thumb = state.THUMBS.of(page).get()
    try:
        if thumb is None:
            take_back(workspace().store, actor, page)
        else:
            say(workspace().store, actor, page, useful=bool(thumb), word=state.WORD.of(page).get())
    except OrchflowError as error:
        state.OPINION_FAILED.set(error)


def _everybody(actor: Actor, page: str) -> None:
    told = usefulness(workspace().store, actor, page)
    count = told.useful + told.useless
    if not count:
        st.caption("Nobody has said yet", width="content")
        return
    label = f"{told.useful} of {quantity(count, 'reader')} found it useful"
    if not told.words:
        st.caption(label, width="content")
        return
    with menu(label, key="opinions", type="tertiary") as opened:
        for word in told.words if opened else ():
            icon = "thumb_up" if word.useful else "thumb_down"
            st.markdown(
                f":material/{icon}: {plain(word.word)}  \n:small[:gray[{plain(word.said_by)}, {plain(moment(word.said_at, zone()))}]]"
            )
