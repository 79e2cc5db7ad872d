"""Exemptions on the Checks screen: listed, asked for, decided upon by somebody else, and ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.errors import OrchflowError
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.exempted import Exempted
from orchflow.guidance.checks.exemptions import (
    CHECK_EXEMPTIONS,
    LIVE,
    CheckExemptionRow,
    ExemptionState,
    approve_exemption,
    end_exemption,
)
from orchflow.people.permissions import Actor
from orchflow.screens.home.home_cards import short_day
from orchflow.screens.journey import check_cards, check_words
from orchflow.screens.journey.checks_data import ChecksNow
from orchflow.screens.session import workspace, zone
from orchflow.store.engine import Store
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.overview import Entry, Tone, card, entries, overview, shelves
from orchflow.ui.states import empty, problem

COLUMNS = {
    "reason": GridColumn(
        CHECK_EXEMPTIONS.fields["reason"], help="Why it need not pass, and what is done instead"
    ),
    "expires": GridColumn(CHECK_EXEMPTIONS.fields["expires"], help="The last day on which it holds"),
}
USUAL_DAYS = 30
TITLES = {ExemptionState.ASKED: "Waiting for somebody to decide", ExemptionState.IN_FORCE: "In force"}
OVER_SHOWN = 5

Decide = Callable[[Store, Actor, int, int, str], CheckExemptionRow]


def everything(actor: Actor, now: ChecksNow) -> None:
    """Every exemption: what waits, what is in force, what is over."""
    if not now.exempted:
        empty(
            "No exemption was asked for",
            "Open a check that need not pass for a while and ask there; somebody else approves it, and it ends by itself.",
            icon="verified_user",
        )
        return
    parts = [
        card(
            title,
            entries(
                [_entry(each) for each in now.exempted if each.state is state], shown=12, nothing=nothing
            ),
        )
        for state, title, nothing in (
            (ExemptionState.ASKED, TITLES[ExemptionState.ASKED], "Nothing is asked for."),
            (ExemptionState.IN_FORCE, TITLES[ExemptionState.IN_FORCE], "Every check has to pass."),
        )
    ]
    past = [_entry(each) for each in now.exempted if each.state not in LIVE]
    if past:
        parts.append(card("Over", entries(past, shown=OVER_SHOWN, nothing="", marked=False)))
    overview(shelves(*parts), key="exemptions")
    if any(each.may_approve or each.may_end for each in now.exempted):
        st.caption("Open one to approve, refuse or end it.")


def live(actor: Actor, own: Sequence[Exempted]) -> None:
    """The exemptions of a check that are asked for or in force, with what this person may do about them."""
    for each in own:
        if each.state in LIVE:
            with st.container(border=True, gap="small", key=f"exemption-{each.id}"):
                st.markdown(
                    f":material/verified_user: **{fmt.plain(_title(each))}**  \n{fmt.plain(each.reason)}"
                    f"  \n:small[:gray[{fmt.plain(_who(each))}]]"
                )
                _buttons(actor, each)


def over(own: Sequence[Exempted]) -> None:
    """The exemptions of a check that are over."""
    past = [_entry(each) for each in own if each.state not in LIVE]
    if past:
        html = card("Exemptions that are over", entries(past, shown=OVER_SHOWN, nothing="", marked=False))
        overview(html, key="exemptions-over")


def _buttons(actor: Actor, each: Exempted) -> None:
    asked = each.state is ExemptionState.ASKED
    if not (each.may_approve or each.may_end):
        return
    with st.container(horizontal=True, gap="small"):
        if each.may_approve:
            acts.button(
                "Approve", key=f"exemption-approve-{each.id}", icon=":material/check:", type="primary",
                on_click=_decide, args=(actor, each, approve_exemption, "Approved", "Not approved"),
            )  # fmt: skip
        if each.may_end:
            label = "Withdraw" if asked and each.own else "Refuse" if asked else "End it"
            done = {"Withdraw": "Withdrawn", "Refuse": "Refused"}.get(
                label, "Ended: the check has to pass again"
            )
            acts.button(
                label, key=f"exemption-end-{each.id}", icon=":material/close:",
                on_click=_decide, args=(actor, each, end_exemption, done, f"Not {done.split(':')[0].lower()}"),
            )  # fmt: skip


def _decide(actor: Actor, each: Exempted, decide: Decide, said: str, failed: str) -> None:
    with notices.attempt(failed, said) as request:
        decide(workspace().store, actor, each.id, each.version, request)


@st.dialog("Ask for an exemption", icon=":material/verified_user:")
def ask(actor: Actor, key: str) -> None:
    """Why the check need not pass, and until when."""
    st.markdown(
        f"**{fmt.plain(CHECKS[key].question)}**  \nIt need not pass until the last day, once somebody else has approved that\\."
    )
    before = {"expires": clock.today(zone()) + timedelta(days=USUAL_DAYS)}
    written = field_form(COLUMNS, before, key=f"exemption-{key}", action="Ask")
    if written is None:
        return
    request = new_request()
    try:
        CHECK_EXEMPTIONS.create(workspace().store, actor, key=key, request=request, **written)
    except OrchflowError as error:
        problem(error, {name: column.heading for name, column in COLUMNS.items()})
    else:
        notices.done("Asked for; somebody else approves it", request)
        st.rerun()


def _entry(each: Exempted) -> Entry:
    return Entry(
        each.question, f"{_names(each)} · {each.reason}", *_when(each), to=check_cards.address(each.key)
    )


def _when(each: Exempted) -> tuple[str, Tone, Tone]:
    """What stands at the right of an exemption, the tone of its mark and that of the words."""
    today = clock.today(zone())
    day = short_day(each.expires, today)
    match each.state:
        case ExemptionState.ASKED:
            return f"until {day}", "warn", "plain"
        case ExemptionState.IN_FORCE if each.soon:
            return f"{check_words.days_to(each.expires, today)}", "warn", "bad"
        case ExemptionState.IN_FORCE:
            return f"until {day}", "good", "plain"
        case _:
            return each.state.value, "plain", "plain"


def _title(each: Exempted) -> str:
    until = f"until {fmt.day(each.expires)}"
    if each.state is ExemptionState.ASKED:
        return f"An exemption {until} is asked for"
    soon = f", {check_words.days_to(each.expires, clock.today(zone()))}" if each.soon else ""
    return f"Exempt {until}{soon}"


def _names(each: Exempted) -> str:
    """Who asked, approved and ended it."""
    said = [f"asked for by {each.asked_by or 'the operator'}"]
    if each.approved_at:
        said.append(f"approved by {each.approved_by or 'the operator'}")
    if each.ended_at:
        word = "ended" if each.approved_at else each.state.value
        said.append(f"{word} by {each.ended_by or 'the operator'}")
    return ", ".join(said)


def _who(each: Exempted) -> str:
    """Who asked, approved and ended it, and when."""
    said = [f"asked for by {each.asked_by or 'the operator'}, {check_words.written_moment(each.asked_at)}"]
    if each.own and each.state is ExemptionState.ASKED:
        said.append("somebody else approves it")
    if each.approved_at:
        said.append(
            f"approved by {each.approved_by or 'the operator'}, {check_words.written_moment(each.approved_at)}"
        )
    if each.ended_at:
        word = "ended" if each.approved_at else each.state.value
        said.append(
            f"{word} by {each.ended_by or 'the operator'}, {check_words.written_moment(each.ended_at)}"
        )
    return " · ".join(said)
