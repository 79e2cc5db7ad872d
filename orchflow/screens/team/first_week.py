"""A person's first week in cards: what to read, learn and tick on each of its five days."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from orchflow.format import day, quantity
from orchflow.guidance.first_week import FirstWeek, WeekDay, first_week
from orchflow.people.permissions import Actor
from orchflow.people.users import UserRow
from orchflow.planning.tables import ItemState
from orchflow.screens.addresses import address_of
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.session import workspace
from orchflow.store.engine import Store
from orchflow.ui.menus import menu
from orchflow.ui.overview import Entry, Tone, card, entries, overview

WEEK = "first-week"
SHOWN = 8


def week_menu(actor: Actor, people: Sequence[UserRow]) -> None:
    """Whose first week to look at; drawn when it is opened."""
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
    """The card of a person's first week."""
    overview(
        week_card(first_week(store, actor, person_id), own=actor.user_id == person_id),
        key=f"week-{person_id}",
    )


def week_card(week: FirstWeek, *, own: bool) -> str:
    """The week as one card: a list for each day that holds something."""
    whose = "Your first week" if own else f"First week of {week.name}"
    if not week.job_role:
        why = "An administrator gives a job role on People; its guides and trainings stand here then."
        return card(whose, f'<p class="nothing">{why}</p>' + _days(week), beside="no job role")
    foot = f"{quantity(week.minutes, 'minute')} of reading; joined on {day(week.joined)}."
    return card(whose, _days(week), beside=week.job_role_name, foot=foot)


def _days(week: FirstWeek) -> str:
    parts = []
    for place, each in enumerate(week.days, start=1):
        lines = _lines(each)
        if lines:
            title = f"<h3>Day {place} · {each.day:%a} {day(each.day)}</h3>"
            parts.append(title + entries(lines, shown=SHOWN, nothing=""))
    return "".join(parts)


def _lines(each: WeekDay) -> list[Entry]:
    lines = [
        Entry(guide.title, "Read", f"{guide.minutes} min", to=address_of("library", {"page": guide.address}))
        for guide in each.guides
    ]
    lines += [Entry(topic, "Training") for topic in each.training]
    for item in each.items:
        closed = item.state is not ItemState.OPEN
        late = not closed and item.due_day < each.day
        to = address_of("my_checklist", {"item": str(item.id)}) if "my_checklist" in BY_NAME else ""
        aside = "ticked" if item.state is ItemState.TICKED else f"due {day(item.due_day)}"
        tone: Tone = "good" if closed else "bad" if late else "plain"
        lines.append(Entry(item.text, item.step, aside, tone=tone, to=to))
    return lines
