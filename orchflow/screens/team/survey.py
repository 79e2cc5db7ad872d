"""A survey, as those who are invited answer it: one page that works on a phone with one thumb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import day, plain, quantity
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.screens.catalogue import link
from orchflow.screens.session import workspace
from orchflow.screens.team import survey_state as state
from orchflow.store.engine import Store
from orchflow.surveys.answers import asked, missing
from orchflow.surveys.cells import WHOLE
from orchflow.surveys.drafts import keep_draft, own_draft
from orchflow.surveys.questions import LONGEST_WORDS, Question
from orchflow.surveys.respond import OwnSurvey, own_survey, refuse, send_answers, waiting_surveys
from orchflow.ui.page import page
from orchflow.ui.state import Key
from orchflow.ui.states import empty, problem

WORDS_WARNING = (
    "What you write is shown as it is to those who may see people's figures, once five or more have written something. "
    "How you write may give you away."
)


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    store = workspace().store
    wave = state.WAVE.get()
    if not wave.isdecimal():
        _choose(store, actor)
        return
    try:
        own = own_survey(store, actor, int(wave))
    except OrchflowError as error:
        page("Survey", "")
        problem(error)
        return
    with st.container(key="survey-form", width=640):
        if own.standing == "answered":
            _thank(own)
        elif own.standing != "waits":
            page(own.title, "")
            try:
                refuse(own)
            except OrchflowError as error:
                problem(error)
        else:
            _form(store, actor, own)


def _choose(store: Store, actor: Actor) -> None:
    from orchflow import clock
    from orchflow.screens.session import zone

    page("Survey", "What is asked of you")
    waiting = waiting_surveys(store, actor.user_id, clock.today(zone()))
    if not waiting:
        empty("No survey waits for you", "One that does is on Home, under Do next.", icon="how_to_vote")
    for own in waiting:
        st.page_link(
            link("survey"), label=plain(f"{own.title}, until {day(own.closes)}"), icon=":material/how_to_vote:",
            query_params={"wave": str(own.id)},
        )  # fmt: skip


def _thank(own: OwnSurvey) -> None:
    page(own.title, "")
    st.success("Your answers are counted. Thank you.", icon=":material/check_circle:")
    st.markdown(
        "They cannot be changed or taken back: nobody can find them any more, you neither. "
        f"Results are told when the survey has ended, on {plain(day(own.closes))} at the latest."
    )


def _form(store: Store, actor: Actor, own: OwnSurvey) -> None:
    first = state.BEGUN.of(own.id)
    if not first.get():
        state.put(own.id, own.kind, own_draft(store, actor, own.id))
        first.set(True)
    answers = state.given(own.id, own.kind)
    keep_draft(store, actor, own.id, answers)
    questions, left = asked(own.kind, answers), missing(own.kind, answers)
    page(own.title, f"{quantity(len(questions), 'question')}, about a minute; until {day(own.closes)}")
    with st.expander("What is kept of your answers", icon=":material/lock:"):
        st.markdown(told_of(own))
    needed = [each for each in questions if each.form != "words"]
    for number, question in enumerate(questions, 1):
        unanswered = state.TRIED.of(own.id).get() and question in left
        _ask(own, question, f"{number} of {len(questions)}", answers, unanswered)
    done = len(needed) - len(left)
    st.progress(done / len(needed), text=f"{done} of {len(needed)} answered")
    st.caption("Once sent, answers cannot be changed or taken back: they are not yours any more.")
    if st.button("Send", type="primary", width="stretch", key="survey-send", icon=":material/send:"):
        _send(store, actor, own, answers, left)


def told_of(own: OwnSurvey) -> str:
    """What the form says of what becomes of answers, in Markdown."""
    group = "" if own.cell in ("", WHOLE) else f" and for the group **{plain(own.cell)}**"
    return (
        "- As soon as you send them, your answers are added to sums and are gone: no row holds them, with or without your "
        f"name.\n- The sums are kept for everybody asked{group}. A group is told apart only where at least "
        f"{SMALLEST_GROUP} answered; smaller ones are told together.\n"
        "- Beside them, without them, it is kept that you have answered, so that nobody is asked twice. That is forgotten when "
        "the survey ends, and until then nobody is shown it, administrators neither.\n"
        "- Results are told once, after the end.\n"
        "- Until you send them, answers wait in the server's memory for you alone."
    )


def _ask(
    own: OwnSurvey, question: Question, number: str, answers: Mapping[str, Any], unanswered: bool
) -> None:
    with st.container(border=True, key=f"survey-{question.key}"):
        st.markdown(f":small[:gray[{number}]]  \n**{plain(question.text)}**")
        key = state.widget(own.id, question)
        match question.form:
            case "words":
                st.text_area(
                    question.text, max_chars=LONGEST_WORDS, key=key.name, label_visibility="collapsed"
                )
                st.caption(WORDS_WARNING)
            case "split":
                for place, label in (question.places or {}).items():
                    _buttons(label, question, state.widget(own.id, question, place), "visible")
            case _:
                _buttons(question.text, question, key, "collapsed")
                if question.low:
                    numbers = list(question.options or ())
                    st.caption(
                        f"{numbers[0]} = {question.low.lower()}, {numbers[-1]} = {question.high.lower()}"
                    )
        if unanswered:
            st.markdown(":red[:material/error: This one is not answered yet.]")


def _buttons(label: str, question: Question, key: Key[Any], visible: Any) -> None:
    options = question.options or {}
    st.segmented_control(
        plain(label), list(options), format_func=options.__getitem__, key=key.name, label_visibility=visible, width="stretch"
    )  # fmt: skip


def _send(
    store: Store, actor: Actor, own: OwnSurvey, answers: Mapping[str, Any], left: list[Question]
) -> None:
    if left:
        state.TRIED.of(own.id).set(True)
        st.rerun()
    try:
        send_answers(store, actor, own.id, answers)
    except OrchflowError as error:
        problem(error)
        return
    state.forget()
    st.rerun()
