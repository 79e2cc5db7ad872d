"""A person's first week in cards: what to read, learn and tick on each of its five days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from orchflow import clock
from orchflow.format import day, plain, quantity
from orchflow.guidance.first_week import FirstWeek, WeekDay, first_week
from orchflow.people.permissions import Actor, Permission
from orchflow.people.users import UserRow
from orchflow.planning.tables import ItemState
from orchflow.screens.addresses import address_of
from orchflow.screens.session import workspace
from orchflow.store.engine import Store
from orchflow.ui.menus import menu
from orchflow.ui.overview import Entry, Tone, card, cards, entries, overview
from orchflow.ui.page import heading

WEEK, OWN = "first-week", "own-week"
SHOWN = 6
FRESH = timedelta(days=30)
"""So long after the day on which somebody joined their first week stands open on their account."""


def week_menu(actor: Actor, people: Sequence[UserRow]) -> None:
    """Whose first week to look at, for those who may see others'; drawn when it is opened."""
    if not actor.may(Permission.PERSON_FIGURES):
        return
    with menu("First week", icon=":material/calendar_view_week:", key=WEEK) as opened:
        if not opened:
            return
        names = {
            person.id: f"{person.display_name} ({person.username})" for person in people if person.active
        }
        chosen = st.selectbox(
            "Person", list(names), format_func=names.__getitem__, index=None, key="week-person"
        )
        if chosen is None:
            st.caption(
                "What somebody's job role reads, learns and ticks in the five working days from the day they joined."
            )
        else:
            show_week(workspace().store, actor, chosen)


def show_week(store: Store, actor: Actor, person_id: int) -> None:
    """A person's first week: a card for each day that holds something."""
    week = first_week(store, actor, person_id)
    told = [week.name] if week.person_id != actor.user_id else []
    told += [
        week.job_role_name or "no job role yet: an administrator gives one on People",
        f"joined on {day(week.joined)}",
    ]
    told += [f"{quantity(week.minutes, 'minute')} of reading"] if week.minutes else []
    st.caption(" · ".join(plain(each) for each in told))
    overview(week_cards(week), key=f"week-{person_id}")


def own_week(store: Store, actor: Actor) -> None:
    """One's own first week on one's account; once it is long over behind a menu."""
    if actor.user_id is None:
        return
    week = first_week(store, actor, actor.user_id)
    if clock.now().astimezone(store.zone).date() <= week.joined + FRESH:
        heading("Your first week")
        show_week(store, actor, actor.user_id)
        return
    with menu("Your first week", icon=":material/calendar_view_week:", key=OWN) as opened:
        if opened:
            show_week(store, actor, actor.user_id)


def week_cards(week: FirstWeek) -> str:
    """The days of a week as cards, three in a row."""
    days = [
        card(f"Day {place}", entries(lines, shown=SHOWN, nothing=""), beside=f"{each.day:%a} {day(each.day)}")
        for place, each in enumerate(week.days, start=1)
        if (lines := _lines(each))
    ]
    if not days:
        return card(
            "Nothing is due", '<p class="nothing">With a job role come guides, trainings and items.</p>'
        )
    return "".join(f'<div class="shelf">{cards(*days[n : n + 3])}</div>' for n in range(0, len(days), 3))


def _lines(each: WeekDay) -> list[Entry]:
    lines = [
        Entry(guide.title, "Read", f"{guide.minutes} min", to=address_of("library", {"page": guide.address}))
        for guide in each.guides
    ]
    lines += [Entry(topic, "Training") for topic in each.training]
    for item in each.items:
        closed = item.state is not ItemState.OPEN
        late = not closed and item.due_day < each.day
        to = address_of("my_checklist", {"item": str(item.id)})
        aside = "ticked" if item.state is ItemState.TICKED else f"due {day(item.due_day)}"
        tone: Tone = "good" if closed else "bad" if late else "plain"
        lines.append(Entry(item.text, item.step, aside, tone=tone, to=to))
    return lines
