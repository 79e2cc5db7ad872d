"""Days on which something cost out of the ordinary: found for each scope, with what they came of and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.errors import OrchflowError
from orchflow.insights.anomaly_words import (
    SCOPES,
    VERDICTS,
    came_of,
    days_of,
    said_of,
    say_of_each,
    scope_of,
    take_back,
    verdict_of,
)
from orchflow.metrics.filters import Filters, period_in_words
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.spending.anomalies import Anomalies, Episode
from orchflow.metrics.spending.anomaly_folds import Fold
from orchflow.metrics.spending.anomaly_scopes import WORKSPACE
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.insights import cost_analysis_state as state
from orchflow.screens.insights.events import events_of_scope
from orchflow.screens.insights.reader import InsightReader
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui import acts, notices
from orchflow.ui.charts import chart
from orchflow.ui.choosers import segments
from orchflow.ui.cost_charts import ordinary_band
from orchflow.ui.menus import menu
from orchflow.ui.page import heading
from orchflow.ui.states import empty, problem
from orchflow.ui.table import Column, Sheet, data_table, sheet

BAND = {"day": Column("Day", "day")}
SAY = "anomaly-say"
ALL = "all"


@dataclass(frozen=True)
class AnomalyScreen:
    """What is drawn, converted for the browser once."""

    found: Anomalies
    rows: Sheet


def show(actor: Actor, filters: Filters, reader: InsightReader) -> None:
    """Draw the panel for the days that the screen has chosen; its other filters choose the scopes that are told."""
    written = workspace().store.versions(("costs", "plan"))  # the plan holds the days off
    versions = (reader.version, sum(written.values()))
    today, money = clock.today(zone()), currency()
    screen = anomaly_screen(actor, filters, reader, reader.privacy, versions, today, money)
    found = screen.found
    if found.start is None or found.end is None:
        empty("No day can be judged yet", f"{found.missing}.", icon="query_stats")
        return
    chosen = None
    with st.container(border=True, key="anomalies"):
        heading("Out of the ordinary", fmt.plain(_summary(found)))
        if not found.items:
            empty("Nothing out of the ordinary", "Every day was as its weekday usually is.", icon="check")
        else:
            rows = data_table(
                screen.rows, key="anomaly-rows", name="anomalies", columns=columns(money), on_select="rerun",
                alt="Days out of the ordinary, by scope", downloads=actor.may(Permission.EXPORT),
            )  # fmt: skip
            fold = found.folds[rows[0]] if rows and rows[0] < len(found.folds) else None
            fold = fold or next(iter(found.open or found.folds))
            opinion(actor, fold)
            chosen = fold.head
    draw_band(actor, found, chosen, filters, reader.privacy, versions, money)


def opinion(actor: Actor, fold: Fold) -> None:
    """What is said of the cause chosen, and the way to say it, of all scopes or of one, or to take it back."""
    head = fold.head
    about = f"{head.worst.label}, {days_of(head)}"
    for each in fold.episodes:
        said = said_of(each)
        if said is not None and not each.open and (each is head or fold.open):
            note = f" – {said.note}" if said.note else ""
            st.caption(
                fmt.plain(f"{scope_of(each)}, {days_of(each)}: {VERDICTS[said.verdict].lower()}{note}")
            )
    if not actor.may(Permission.COSTS_EDIT):
        return
    store = workspace().store
    if not fold.open:

        def again() -> None:
            with notices.attempt("Not taken back", f"{about} is open again") as request:
                take_back(store, actor, fold, request=request)

        acts.button(
            "Open it again", key="anomaly-again", icon=":material/undo:", type="tertiary", on_click=again
        )
        return
    with menu(
        f"What was it? {fmt.plain(about)}", key=SAY, icon=":material/rate_review:", type="tertiary"
    ) as opened:
        if not opened:
            return
        st.caption("The same scope and days do not ring again\\. What is said is kept\\.")
        waiting = [each for each in fold.episodes if each.open]
        if len(waiting) > 1:
            names = {ALL: f"All {len(waiting)} scopes"} | {
                str(place): scope_of(each) for place, each in enumerate(waiting)
            }
            of = st.selectbox(
                "Of", list(names), format_func=lambda name: fmt.plain(names[name]), key="anomaly-of"
            )
            waiting = waiting if of == ALL else [waiting[int(of)]]
        verdict = segments("It was", VERDICTS, state.VERDICT)
        note = st.text_input(
            "Why", key="anomaly-note", max_chars=1000, placeholder="A load test, a launch, …"
        )
        if acts.button("Keep it", key="anomaly-keep", type="primary"):
            try:
                acts.once(lambda: say_of_each(store, actor, waiting, verdict, note))
            except OrchflowError as error:
                problem(error)
                return
            notices.done(f"{about}: {VERDICTS[verdict].lower()}")
            st.rerun()


def draw_band(
    actor: Actor, found: Anomalies, episode: Episode | None, filters: Filters, privacy: Privacy, versions: tuple[int, int], money: str
) -> None:  # fmt: skip
    """The cost of the scope chosen by day, within what is ordinary for it."""
    scope = (WORKSPACE, "") if episode is None else (episode.worst.dimension, episode.worst.value)
    picture, days = band_chart(actor, found, scope, filters, privacy, versions, money)
    if days.empty:
        return
    label = "Everything" if episode is None else episode.worst.label
    note = "" if episode is None else _came_of(episode)
    chart(
        picture, days, key="anomaly-band", title=f"{label}: cost a day within what is ordinary", note=fmt.plain(note),
        columns=BAND | _amounts(money), downloads=actor.may(Permission.EXPORT), events=events_of_scope(filters.start, filters.end, *scope),
        alt=f"Line with a band: the cost of {label} by day, what was expected, and the days out of the ordinary",
    )  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def anomaly_screen(
    _actor: Actor, filters: Filters, _reader: InsightReader, privacy: Privacy, versions: tuple[int, int], today: date, money: str
) -> AnomalyScreen:  # fmt: skip
    """The anomalies of these filters; `versions` are those of the data and of what people wrote."""
    found = facts_of(_actor, filters, privacy, _reader.coverage).spending.anomalies
    return AnomalyScreen(found, sheet(_rows(found), columns(money)))


@st.cache_resource(max_entries=64, show_spinner=False)
def band_chart(
    _actor: Actor, _found: Anomalies, scope: tuple[str, str], filters: Filters, privacy: Privacy, versions: tuple[int, int],
    money: str,
) -> tuple[dict[str, Any], Sheet]:  # fmt: skip
    """The chart of a scope, and its days."""
    frame = _found.band(*scope)
    picture = ordinary_band(frame, title="Cost a day", currency=money)
    return picture, sheet(frame, BAND | _amounts(money))


def columns(money: str) -> dict[str, Column]:
    """How the list is shown."""
    amounts = {name: Column(label, "money", currency=money) for name, label in (
        ("excess", "Off by"), ("cost", "Cost"), ("expected", "Expected"),
    )}  # fmt: skip
    return {
        "days": Column("When"), "scope": Column("Of"), "label": Column("Which", pinned=True), **amounts,
        "also": Column("Shows in", width="medium", if_any=True), "came_of": Column("Mostly from", width="large"), "events": Column("Happened then", if_any=True),
        "verdict": Column("Opinion", if_any=True),
    }  # fmt: skip


def _amounts(money: str) -> dict[str, Column]:
    labels = {
        "cost": "Cost",
        "expected": "Expected",
        "low": "Ordinary from",
        "high": "Ordinary to",
        "outside": "Out of the ordinary",
    }
    return {name: Column(label, "money", currency=money) for name, label in labels.items()}


def _rows(found: Anomalies) -> pd.DataFrame:
    rows = [
        (
            days_of(head), SCOPES[head.worst.dimension], head.worst.label, head.excess,
            sum(day.cost for day in head.days), sum(day.expected for day in head.days),
            ", ".join(scope for scope in dict.fromkeys(map(scope_of, fold.others)) if scope != scope_of(head)) or None, came_of(head.worst),
            ", ".join(dict.fromkeys(event for each in fold.episodes for day in each.days for event in day.events)) or None,
            verdict_of(fold) or None,
        )
        for fold in found.folds
        for head in (fold.head,)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[*columns("USD")])


def _summary(found: Anomalies) -> str:
    assert found.start is not None
    assert found.end is not None
    said = f"{len(found.open)} open of {len(found.folds)} · {period_in_words(found.start, found.end)} · {fmt.quantity(found.scopes, 'scope')} judged"
    if found.young:
        said += f", {found.young} too new for it"
    return f"{said} · of pure noise 0.6 % of days would be listed"


def _came_of(episode: Episode) -> str:
    worst = episode.worst
    parts = [f"mostly from {came_of(worst)}"] if worst.parts else []
    if worst.events:
        parts.append(f"that day: {', '.join(worst.events)}")
    return f"{period_in_words(worst.day, worst.day)}: {'; '.join(parts)}" if parts else ""
