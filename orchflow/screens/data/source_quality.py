"""How good the data of a source is: its figures, its days with gaps, and what cannot be right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.format import plain
from orchflow.ingest.quality import DAYS, SourceQuality, unmatched_users
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.filled import nothing_yet
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui import charts, palette
from orchflow.ui.cards import figure_row
from orchflow.ui.page import heading
from orchflow.ui.table import Column, data_table

FIGURES = STRIPS["sources"]
DAY_COLUMNS = {"day": Column("Day", "day"), "events": Column("Events", "count"), "gap": Column("Gap", "flag")}


def quality(actor: Actor, name: str) -> None:
    today = clock.today(zone())
    facts = facts_of(actor, Filters(today - timedelta(days=DAYS - 1), today, sources=(name,)), Privacy())
    found = facts.quality
    assert found is not None
    figure_row(figures(facts, FIGURES, trends=False), currency=currency(), zone=zone(), key="quality")
    for lacking in facts.unconverted:
        st.page_link(link("exchange_rates"), label=plain(lacking.said), icon=":material/currency_exchange:")
    if found.twins:
        st.warning(
            f"{plain(', '.join(found.twins))} reads the same installation. What both deliver is counted once.",
            icon=":material/content_copy:",
        )
    if found.days.empty:
        nothing_yet("sources", "No usage yet", "Run the source to see its days.")
    else:
        days(found)
    counted("Values that cannot be right", found.impossible, "events")
    counted("Rows set aside", found.rejects, "rows")
    strangers = unmatched_users(workspace(), actor) if actor.may(Permission.PEOPLE_VIEW) else []
    if strangers:
        with st.expander(
            f"{len(strangers)} users of the platform are nobody here", icon=":material/person_off:"
        ):
            st.caption(
                "Their usage counts. Add them under People with the same e-mail address to match them."
            )
            st.markdown("\n".join(f"- {plain(person)}" for person in strangers))


def days(found: SourceQuality) -> None:
    frame = found.days
    figure = charts.stacked_bars(
        frame.assign(what="Events"), "day", "events", "what", title="Events a day, gaps marked", unit="count"
    )
    for bars in figure["data"]:
        bars["marker"]["color"] = palette.BLUE
    if found.gaps:
        figure["data"].append(
            {
                "type": "scatter", "mode": "markers", "name": "Gap", "x": list(found.gaps), "y": [0] * len(found.gaps),
                "marker": {"color": palette.BAD, "symbol": "x", "size": 8}, "hovertemplate": "no usage<extra></extra>",
            }
        )  # fmt: skip
        figure["layout"]["showlegend"] = True
    charts.chart(
        figure, pd.DataFrame(frame), key="days", columns=DAY_COLUMNS, of=found.source,
        alt=f"Usage events of {found.source} for each day, {len(found.gaps)} gaps marked",
    )  # fmt: skip


def counted(title: str, rows: Sequence[object], unit: str) -> None:
    if rows:
        frame = pd.DataFrame([vars(row) for row in rows])
        heading(title)
        data_table(
            frame, key=title.lower().replace(" ", "-"), alt=title, downloads=False,
            columns={"what": Column("What", width="large"), "times": Column(unit.capitalize(), "count")},
        )  # fmt: skip
