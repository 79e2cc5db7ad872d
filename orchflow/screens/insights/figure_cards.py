"""What is told of a figure beside its rows, as cards: its sources, its target, and where else it is."""

from __future__ import annotations

from urllib.parse import urlencode

from orchflow import format as fmt
from orchflow.metrics.opening import Component, OpenedFigure
from orchflow.screens.catalogue import BY_NAME
from orchflow.ui.overview import Entry, card, cards, entries

SHOWN = 4


def around(opened: OpenedFigure, currency: str) -> str:
    """The cards as HTML."""
    answer = opened.answer
    return cards(
        card("Sources", entries(_sources(opened), shown=SHOWN, nothing="It is counted from what people write here.")),
        card("Target", entries(_targets(opened, currency), shown=SHOWN, nothing="It has no target.", marked=False),
             foot=f"Answered for by {opened.owner}. {_good(answer.direction)}"),
        card("Where else it is", entries(_elsewhere(opened, currency), shown=SHOWN, nothing="In the API and in exports.", marked=False)),
    )  # fmt: skip


def _good(direction: str) -> str:
    return {"up": "More is better.", "down": "Less is better.", "none": "Neither more nor less is better."}[
        direction
    ]


def _sources(opened: OpenedFigure) -> list[Entry]:
    return [
        Entry(
            one.source, one.reason or "Covered", f"to {fmt.day(one.newest)}" if one.newest else "",
            "good" if one.covered and not one.reason else "warn" if one.covered else "bad",
        )
        for one in opened.sources
    ]  # fmt: skip


def _targets(opened: OpenedFigure, currency: str) -> list[Entry]:
    unit = opened.answer.unit
    return [
        Entry(
            fmt.value(one.value, unit, currency), one.note,
            f"from {fmt.day(one.valid_from)}" if one.valid_from else one.owner,
        )
        for one in opened.targets
    ]  # fmt: skip


def _elsewhere(opened: OpenedFigure, currency: str) -> list[Entry]:
    screens = [
        Entry(BY_NAME[name].title, "In its strip", to=BY_NAME[name].url or ".") for name in opened.shown_on
    ]
    goals = [
        Entry(goal.name, "A goal that follows it", to=f"plan?{urlencode({'plan.level': 'Goals'})}")
        for goal in opened.goals
    ]
    return [
        *(_component(one, "A part of it", currency) for one in opened.composed_of),
        *(_component(one, "It is a part of this", currency) for one in opened.part_of),
        *screens,
        *goals,
    ]  # fmt: skip


def _component(one: Component, detail: str, currency: str) -> Entry:
    value = one.missing if one.value is None else fmt.value(one.value, one.unit, currency)
    return Entry(one.label, detail, value or "", to=one.opens)
