"""Checks: what the workspace answers from its own data, and one check explained (`?check=backup-made`)."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow import clock
from orchflow.errors import OrchflowError
from orchflow.format import quantity
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.evaluate import run_checks
from orchflow.guidance.checks.exemptions import LIVE
from orchflow.guidance.checks.results import CheckStanding
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.addresses import way
from orchflow.screens.catalogue import SCREENS, link
from orchflow.screens.journey import check_campaigns, check_cards, check_exemptions, check_words, checks_data
from orchflow.screens.journey import checks_state as state
from orchflow.screens.journey.checks_data import ChecksNow
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.session import workspace, zone
from orchflow.screens.sidebar import may_open
from orchflow.ui import notices
from orchflow.ui.choosers import segments, select, words
from orchflow.ui.overview import overview
from orchflow.ui.page import boundary, page
from orchflow.ui.states import empty

ABOUT = "What the workspace answers from its own data"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    key = state.CHECK.get()
    if key in CHECKS:
        one(actor, key)
    elif key:
        page("Checks", ABOUT)
        empty(
            f"There is no check {key}", "It may have been renamed.", way("checks", "All checks"), icon="rule"
        )
    else:
        everything(actor)


def everything(actor: Actor) -> None:
    """The checks, the exemptions from them or the campaigns."""
    now = checks_data.checks_now(actor)
    actions = partial(acts_on, actor, None) if actor.may(Permission.PLAN_EDIT_OWN) else None
    evaluated = f" · evaluated {check_words.written_moment(now.evaluated_at)}" if now.evaluated_at else ""
    page("Checks", ABOUT + evaluated, actions=actions)
    notices.show_notice()
    view = segments("View", state.VIEWS, state.VIEW, width=300)
    with boundary():
        match view:
            case "exemptions":
                check_exemptions.everything(actor, now)
            case "campaigns":
                check_campaigns.everything(actor, now)
            case _:
                checks(now)


def checks(now: ChecksNow) -> None:
    """How far the flows are, and the checks of a flow, a level, a state or with some words."""
    flows, today = checks_data.flow_names(), clock.today(zone())
    overview(check_cards.levels_card(now.levels, now.standings, flows), key="levels")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="checks-filters"):
        chosen = select("State", state.STATES, state.STATE, width=150) or ""
        named = {0: "Every flow"} | {number: f"{number} {name}" for number, name in flows.items()}
        level = select("Level", state.LEVEL_NAMES, state.LEVEL, width=130) or 0
        flow = select("Flow", named, state.FLOW, width=230) or 0
        wanted = words("Find", state.FIND, placeholder="Find a check", width=220).casefold().split()
    shown = [
        check
        for check in now.standings
        if _in_state(check, chosen)
        and flow in (0, check.flow)
        and level in (0, check.level)
        and all(word in _words(check) for word in wanted)
    ]
    if shown:
        html = check_cards.flows_cards(shown, now.levels, flows, today)
        overview(html, key="checks" if len(shown) == len(now.standings) else "checks-some")
    else:
        empty("No check is like that", "Choose another state, flow or level, or other words.", icon="rule")


def _in_state(check: CheckStanding, wanted: str) -> bool:
    match wanted:
        case "":
            return True
        case "exempt":
            return check.exempt_until is not None
        case "flapping":
            return check.flapping
        case _:
            return check.state == wanted


def _words(check: CheckStanding) -> str:
    return " ".join((check.key, check.question, check.words or "", *check.missing)).casefold()


def one(actor: Actor, key: str) -> None:
    """One check, with what may be done about it."""
    back()
    now = checks_data.checks_now(actor)
    check = next(each for each in now.standings if each.key == key)
    flow = checks_data.flow_names()[check.flow]
    caption = f"Flow {check.flow} {flow} · {check.level_name} · {check.key}"
    own = [each for each in now.exempted if each.key == key]
    asked = any(each.state in LIVE for each in own)
    actions = partial(acts_on, actor, key, asked=asked) if actor.may(Permission.PLAN_EDIT_OWN) else None
    page(check.question, caption, actions=actions)
    notices.show_notice()
    check_exemptions.live(actor, own)
    open_to = {screen.name for screen in SCREENS if may_open(actor, screen)}
    more = checks_data.one_check(actor, CHECKS[key])
    overview(check_cards.one(check, more, clock.today(zone()), open_to), key="check")
    check_exemptions.over(own)


def acts_on(actor: Actor, key: str | None, *, asked: bool = False) -> None:
    """What may be done: with the check `key`, of which an exemption is `asked` for or in force, or (None) with all."""
    undo_button(workspace().store, actor, key="checks")
    if (
        key is not None
        and not asked
        and st.button("Ask for an exemption", icon=":material/verified_user:", key="checks-ask")
    ):
        check_exemptions.ask(actor, key)
    if actor.may(Permission.PLAN_EDIT):
        st.button(
            "Evaluate now", icon=":material/refresh:", key="checks-evaluate", on_click=evaluate, args=(actor, key)
        )  # fmt: skip


def evaluate(actor: Actor, key: str | None) -> None:
    """Evaluate all checks or one, and say what changed."""
    try:
        changed = run_checks(workspace(), actor, None if key is None else (key,))
    except OrchflowError as error:
        notices.refused(error, "Not evaluated")
        return
    what = quantity(len(CHECKS), "check") if key is None else "The check"
    moved = [change for change in changed if change.before is not None]
    told = f"{quantity(len(moved), 'state')} changed" if moved else "nothing changed"
    notices.done(f"{what} {'were' if key is None else 'was'} evaluated: {told}")


def back() -> None:
    """The way to all checks."""
    st.page_link(
        link("checks"),
        label="All checks",
        icon=":material/arrow_back:",
        query_params=state.CHECK.address(None),
    )
