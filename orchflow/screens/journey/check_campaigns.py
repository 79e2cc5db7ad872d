"""Campaigns on the Checks screen: how they stand, and begun, changed and ended by managers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.guidance.checks.campaigns import (
    CHECK_CAMPAIGNS,
    CampaignCheck,
    CampaignStanding,
    CampaignState,
    end_campaign,
)
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.names import names_by_id
from orchflow.people.permissions import Actor
from orchflow.screens.filled import nothing_yet
from orchflow.screens.journey import check_cards, check_words
from orchflow.screens.journey import checks_state as state
from orchflow.screens.journey.checks_data import ChecksNow
from orchflow.screens.session import workspace, zone
from orchflow.ui import acts, notices
from orchflow.ui.choosers import distinct
from orchflow.ui.field_input import field_input
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.overview import Entry, Tone, bullet, card, entries, overview, said
from orchflow.ui.states import closing

COLUMNS = {
    "name": GridColumn(CHECK_CAMPAIGNS.fields["name"], help="Like Ready for the audit"),
    "deadline": GridColumn(CHECK_CAMPAIGNS.fields["deadline"], help="Its last day"),
    "reason": GridColumn(CHECK_CAMPAIGNS.fields["reason"], help="What it is for"),
}
USUAL_DAYS = 28
TONES: dict[CampaignState, Tone] = {"running": "warn", "met": "good", "missed": "bad", "ended": "plain"}
CHECKS_SHOWN, PAST_SHOWN = 12, 8


def everything(actor: Actor, now: ChecksNow) -> None:
    """Every campaign: those that run with their checks, then those that were met, missed or ended."""
    manages = actor.may(CHECK_CAMPAIGNS.edit)
    if manages and st.button("New campaign", icon=":material/flag:", key="campaign-new", type="primary"):
        write(actor, None, [])
    if not now.campaigns:
        todo = "Name checks that are to pass by a day, and who sees to each of them."
        nothing_yet("checks", "No campaign yet", todo if manages else f"A manager begins one. {todo}")
        return
    for campaign in now.campaigns:
        if campaign.state != "ended":
            with st.container(border=True, gap="small", key=f"campaign-{campaign.id}"):
                overview(_card(campaign), key=f"campaign-card-{campaign.id}")
                if manages:
                    _buttons(actor, campaign)
    if ended := [_past(each) for each in now.campaigns if each.state == "ended"]:
        overview(
            card("Ended", entries(ended, shown=PAST_SHOWN, nothing="", marked=False)), key="campaigns-ended"
        )


def _card(campaign: CampaignStanding) -> str:
    checks = [_check(check) for check in campaign.checks]
    when = check_words.days_to(campaign.deadline, clock.today(zone()))
    beside = (
        f"{fmt.day(campaign.deadline)}, {when}"
        if campaign.state != "met"
        else f"met, due {fmt.day(campaign.deadline)}"
    )
    settled = f"{campaign.settled} of {fmt.quantity(campaign.total, 'check')} settled"
    if campaign.state == "missed":
        settled = f"Missed by {fmt.quantity(-campaign.days_left, 'day')}: {settled}"
    bar = said(settled, "bad" if campaign.state == "missed" else "plain")
    bar += bullet(campaign.settled, campaign.total, TONES[campaign.state], words="")
    why = said(campaign.reason) if campaign.reason else ""
    lines = entries(checks, shown=CHECKS_SHOWN, nothing="It has no check any more.", side=True)
    return card(campaign.name, why + bar + lines, beside=beside, bare=True)


def _check(check: CampaignCheck) -> Entry:
    owner = check.owner or "nobody"
    detail = check_words.SAID[check.state]
    if check.settled and check.state in ("failed", "could_not_be_evaluated"):
        detail += ", exempt"
    if check.left:
        detail += f" · the account of {check.owner or 'who sees to it'} is disabled: give it to somebody else"
    tone: Tone = "good" if check.settled else check_words.TONES[check.state]
    return Entry(check.question, detail, owner, tone, "bad" if check.left or (not check.owner and not check.settled) else "plain",
                 check_cards.address(check.key))  # fmt: skip


def _past(campaign: CampaignStanding) -> Entry:
    detail = f"{campaign.settled} of {campaign.total} settled · due {fmt.day(campaign.deadline)}"
    return Entry(
        campaign.name,
        detail,
        f"ended {fmt.day(campaign.ended_at.astimezone(zone()).date())}" if campaign.ended_at else "",
    )


def _buttons(actor: Actor, campaign: CampaignStanding) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button("Change", icon=":material/edit:", type="tertiary", key=f"campaign-change-{campaign.id}"):
            write(actor, campaign, [check.key for check in campaign.checks])
        acts.button(
            "End it", icon=":material/flag_check:", type="tertiary", key=f"campaign-end-{campaign.id}",
            on_click=_end, args=(actor, campaign),
        )  # fmt: skip


def _end(actor: Actor, campaign: CampaignStanding) -> None:
    with notices.attempt("Not ended", f"{campaign.name} is ended") as request:
        end_campaign(workspace().store, actor, campaign.id, campaign.version, request)


def write(actor: Actor, campaign: CampaignStanding | None, keys: Sequence[str]) -> None:
    """Ask for the campaign in a dialog: a new one, or as it is, with these checks to begin with."""
    title = "Change the campaign" if campaign else "New campaign"
    st.dialog(title, icon=":material/flag:", width="medium")(_form)(actor, campaign, keys)


def _form(actor: Actor, campaign: CampaignStanding | None, keys: Sequence[str]) -> None:
    number = campaign.id if campaign else 0
    before: dict[str, Any] = {"deadline": clock.today(zone()) + timedelta(days=USUAL_DAYS)}
    if campaign is not None:
        before = {name: getattr(campaign, name) for name in COLUMNS}
    written = {
        name: field_input(column, before.get(name), key=f"campaign-{number}-{name}")
        for name, column in COLUMNS.items()
    }
    questions = {check.key: check.question for check in CHECKS.values()}
    chosen = st.multiselect(
        "Checks", list(questions), [key for key in keys if key in questions], format_func=questions.__getitem__,
        key=state.CAMPAIGN_CHECKS.of(number).name,
    )  # fmt: skip
    owners = _owners(campaign, chosen, questions)
    action = "Store" if campaign else "Begin it"
    if acts.button(action, key=f"campaign-store-{number}", type="primary", width="stretch"):
        with closing() as request:
            _store(actor, campaign, {**written, "owners": owners}, request)


def _store(actor: Actor, campaign: CampaignStanding | None, values: Mapping[str, Any], request: str) -> None:
    store = workspace().store
    if campaign is None:
        CHECK_CAMPAIGNS.create(store, actor, request=request, **values)
    else:
        CHECK_CAMPAIGNS.update(store, actor, campaign.id, campaign.version, values, request)
    notices.done(f"{values['name']} is {'begun' if campaign is None else 'changed'}", request)


def _owners(
    campaign: CampaignStanding | None, chosen: Sequence[str], questions: Mapping[str, str]
) -> dict[str, int | None]:
    """Who sees to each check; whoever left stays until somebody else is chosen."""
    known = names_by_id(workspace().store)
    now = {check.key: check.owner_id for check in campaign.checks} if campaign else {}
    people: dict[int | None, str] = {
        number: person.name + ("" if person.active else " (disabled)")
        for number, person in sorted(known.items(), key=lambda pair: pair[1].name.casefold())
        if person.active or number in now.values()
    }
    names = distinct({None: "Nobody yet", **people})
    if chosen:
        st.caption("Who sees to it")
    options = list(names)
    return {
        key: st.selectbox(
            questions[key], options, options.index(now.get(key)), format_func=names.__getitem__,
            key=state.CAMPAIGN_OWNER.of(key).name,
        )
        for key in chosen
    }  # fmt: skip
