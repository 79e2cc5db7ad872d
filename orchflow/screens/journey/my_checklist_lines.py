"""A checklist as the lines of a list: parts by when it is to be done, in each the steps, in these the items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Literal

from orchflow import format as fmt
from orchflow.guidance.my_items import MyItem, MyList, When
from orchflow.guidance.next_entry import Next, Urgency
from orchflow.planning.tables import Evidence, ItemState, Through
from orchflow.screens.addresses import address_of
from orchflow.screens.journey.item_evidence import ASKED
from orchflow.screens.session import role_name, zone
from orchflow.ui.overview import Entry, Tone, card, entries, facts
from orchflow.ui.row_list import Line

PARTS: dict[When, str] = {
    "overdue": "Overdue",
    "soon": "Due in 7 days",
    "later": "Later",
    "waiting": "Waiting for other steps",
    "lately": "Ticked in the last 7 days",
}

TONES: dict[Urgency, Tone] = {"broken": "bad", "attention": "warn", "todo": "plain"}


def head(listed: MyList, ahead: Sequence[Next]) -> str:
    """A card with how much is to do and when, as small figures, and what is next of it with its reason."""
    many = {when: len(listed.of(when)) for when in PARTS}
    cells: list[tuple[str, str, Tone]] = [
        (f"{many['overdue']:,}", "overdue", "bad" if many["overdue"] else "plain"),
        (f"{many['soon']:,}", "due in 7 days", "plain"),
        (f"{many['later']:,}", "later", "plain"),
        (f"{many['waiting']:,}", "waiting", "plain"),
    ]
    given = f"{listed.ticked:,} of {fmt.quantity(listed.applies, 'item')} ticked" if listed.applies else ""
    return card("Next", facts(cells, even=True) + _ahead(ahead), beside=given)


def ahead_card(ahead: Sequence[Next]) -> str:
    """What is next where nothing is on the list."""
    return card("Next", _ahead(ahead))


def _ahead(ahead: Sequence[Next]) -> str:
    listed = [
        Entry(
            each.title, each.reason, tone=TONES[each.urgency],
            to=address_of(each.screen, each.query),
        )
        for each in ahead
    ]  # fmt: skip
    return entries(listed, shown=len(listed), nothing="Nothing wants to be done now.")


def lines(shown: Sequence[MyItem], listed: MyList, today: date, *, ticks: bool) -> list[Line]:
    """Those of the items that are `shown`; `ticks`: with boxes."""
    made = []
    for when, part in groupby(shown, lambda each: each.when):
        made.append(Line("", PARTS[when], aside=f"{len(listed.of(when)):,}", heading=True))
        for _, step in groupby(part, lambda each: each.item.step_id):
            items = list(step)
            made.append(
                Line("", f"{items[0].flow_number} {items[0].flow_name} · {items[0].step_name}", minor=True)
            )
            made += [_line(each, today, ticks=ticks) for each in items]
    return made


def _line(each: MyItem, today: date, *, ticks: bool) -> Line:
    item = each.item
    late = each.when == "overdue"
    aside = "" if item.due_day is None else fmt.day(item.due_day)
    if late and item.due_day is not None:
        aside = f"{fmt.quantity((today - item.due_day).days, 'day')} late"
    elif item.due_day == today and each.when != "lately":
        aside = "today"
    if each.when == "lately":
        aside = _became(each)
    return Line(
        str(item.id), item.text, " · ".join(filter(None, _details(each))), aside, "bad" if late else "plain",
        to=address_of("my_checklist", {"item": str(item.id)}), tick=_tick(each) if ticks else "",
    )  # fmt: skip


def _details(each: MyItem) -> list[str]:
    item = each.item
    if each.when == "lately":
        return [item.reason or ""]
    role = item.role
    waits = f"waits for {', '.join(each.waits_for)}" if each.waits_for else ""
    return [
        waits if each.when == "waiting" else "",
        "" if item.required else "optional",
        f"asks for {ASKED[Evidence(item.evidence)]}" if item.evidence is not Evidence.NONE else "",
        "checks itself" if item.check_key else "",
        "is a task" if item.task_id else "",
        f"for every {role_name(role)}" if each.shared and role_name(role) else "",
        waits if each.when != "waiting" else "",
    ]


def _became(each: MyItem) -> str:
    item = each.item
    if item.state is ItemState.NOT_APPLICABLE:
        return "does not apply"
    by_itself = " by itself" if item.ticked_through is Through.CHECK else ""
    day = fmt.day(item.ticked_at.astimezone(zone()).date()) if item.ticked_at else ""
    return f"{day}{by_itself}"


def _tick(each: MyItem) -> Literal["", "open", "ticked"]:
    ticks: dict[ItemState, Literal["open", "ticked"]] = {ItemState.OPEN: "open", ItemState.TICKED: "ticked"}
    return ticks.get(each.item.state, "")
