"""Definitions: every figure with its present value, what it is, how it is computed, its target and where it is shown."""

from __future__ import annotations

from datetime import date

import streamlit as st

from orchflow import clock
from orchflow.metrics.catalogue import GROUPS, METRICS
from orchflow.metrics.present import present
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import code_of
from orchflow.metrics.strips import screens_of
from orchflow.people.permissions import Actor, Role
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.insights.reader import insight_reader
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui.choosers import words
from orchflow.ui.figure_list import ListedFigure, figure_list
from orchflow.ui.page import page
from orchflow.ui.state import Keys

FIND = Keys("definitions").text("find")


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws = workspace()
    reader = insight_reader(actor)
    page(
        "Definitions",
        "Every figure: what it answers, how it is counted, and what is good",
        reader.coverage.as_of,
        zone=zone(),
    )
    wanted = words("Find", FIND, placeholder="Find a figure").lower()
    version = (
        reader.version + ws.store.version("plan") + ws.store.version("risks") + ws.warehouse.version("ingest")
    )
    groups = listed(actor, actor.role, reader.privacy, version, clock.today(zone()))
    figure_list(
        [(title, [one for one in group if wanted in searched(one)]) for title, group in groups] if wanted else groups,
        currency=currency(), zone=zone(), nothing="No figure matches these words.",
    )  # fmt: skip


def searched(one: ListedFigure) -> str:
    return f"{one.figure.key} {one.figure.label} {one.question} {one.owner}".lower()


WINDOWS = {"28 days": "last 28 days", "month": "this month", "now": ""}
"""The period of a figure for which nobody names one, in words; what is of now says itself what it is of."""


@st.cache_resource(max_entries=16, ttl="10m", show_spinner=False)
def listed(
    _actor: Actor, role: Role, privacy: Privacy, version: int, today: date
) -> list[tuple[str, list[ListedFigure]]]:
    """By their groups, the figures that somebody of `role` may see, as of `version` of the data and the plan."""
    ws = workspace()
    figures = present(
        ws, _actor, [key for key, own in METRICS.items() if _actor.may(own.permission)], privacy, clock.now()
    )
    return [
        (
            title,
            [
                ListedFigure(
                    figures[own.key], own.question, WINDOWS[own.window] or figures[own.key].note, own.owner,
                    tuple(BY_NAME[name].title for name in screens_of(own.key)), code_of(own.key),
                )
                for own in group
                if own.key in figures
            ],
        )
        for title, group in GROUPS.items()
    ]  # fmt: skip
