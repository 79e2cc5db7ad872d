"""All sprints: the velocity and predictability of one team, or of several side by side, and every sprint in a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from orchflow import format as fmt
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.work.rows import SprintRow
from orchflow.screens.filled import nothing_yet
from orchflow.screens.plan import sprint_results_data as screen
from orchflow.screens.plan import sprints_state as state
from orchflow.screens.plan.sprints_data import fitted
from orchflow.screens.plan.sprints_state import STATES
from orchflow.screens.session import currency, zone
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import Point, chart
from orchflow.ui.page import HALF, heading
from orchflow.ui.sprint_charts import MOST_SPRINTS, WORDS
from orchflow.ui.states import empty
from orchflow.ui.table import download_menu, show_frame

THIRD = 280
"""The least width of three charts side by side, in pixels."""
SIDE_BY_SIDE = 220
"""Pixels of a team's chart among those of others."""


def show_results(actor: Actor, sprints: Sequence[SprintRow], names: PlanNames, unit: str) -> None:
    """Draw them for the teams of `sprints`: teams count in points of their own, so their sprints are never mixed."""
    shown = {team: screen.velocity_screen(actor, team, unit) for team in teams_of(sprints, names)}
    closed = {team: one for team, one in shown.items() if one.results.sprints}
    if not closed:
        nothing_yet(
            "sprints", "No sprint was closed yet", "Velocity and predictability begin with the first close."
        )
    elif not any(one.weighs for one in closed.values()):
        empty(f"No closed sprint has {WORDS[unit]}", "Count them in tasks.", icon="event_repeat")
    elif len(closed) == 1:
        of_team(next(iter(closed.values())))
    else:
        side_by_side(closed, names, unit)
    results = [one.results for one in closed.values()]
    every = screen.every_sprint(sprints, results, names, {key: words for key, (words, _) in STATES.items()})
    with st.container(border=True, key="every-sprint"):
        heading("Every sprint", "Committed \\+ added − removed \\+ re\\-estimated \\= done \\+ carried over\\. Choose a row to open it\\.")  # fmt: skip
        rows = show_frame(
            every, key="sprints", columns=fitted(screen.EVERY_COLUMNS, every), alt="Every sprint and its results",
            height=min(31 * (len(every) + 1) + 2, 600), on_select="rerun", known_by="sprint_id",
        )  # fmt: skip
        if actor.may(Permission.EXPORT):
            download_menu(lambda: every, key="sprints", name="sprints", columns=screen.EVERY_COLUMNS)
    if rows:
        state.NEXT.set(int(every.iloc[rows[0]]["sprint_id"]))
        st.rerun()


def teams_of(sprints: Sequence[SprintRow], names: PlanNames) -> list[int | None]:
    """The teams that have sprints, by name; None for those that are everybody's."""
    return sorted({sprint.team_id for sprint in sprints}, key=lambda team: names.teams.get(team or 0, ""))


def of_team(shown: screen.VelocityScreen) -> None:
    """One team's figures and both charts of it."""
    figure_row(shown.figures, currency=currency(), zone=zone(), key="velocity-figures")
    closed = len(shown.results.sprints)
    last = f"the last {MOST_SPRINTS} of {closed} sprints" if closed > MOST_SPRINTS else ""
    with st.grid(2, min_column_width=HALF):
        chart(
            shown.velocity, shown.sprints, key="velocity", columns=screen.SPRINT_COLUMNS, on_click=open_sprint, note=last,
            alt="Bars: committed and done in each closed sprint, with the mean of the last",
        )  # fmt: skip
        chart(
            shown.predictability, shown.sprints, key="predictability", columns=screen.SPRINT_COLUMNS, on_click=open_sprint,
            note=last, alt="Line: share of the commitment that was done in each closed sprint",
        )  # fmt: skip


def side_by_side(shown: dict[int | None, screen.VelocityScreen], names: PlanNames, unit: str) -> None:
    """A small chart for each team, with its figures in words; each has a scale of its own."""
    word = WORDS[unit]
    heading(
        f"Velocity: {word} committed and done in each sprint",
        "Each team counts in a measure of its own: their heights do not compare\\. Choose a team above to see more of it\\.",
    )
    called = {team: names.teams.get(team or 0, "Everybody") for team in shown}
    drawn = sum(one.weighs for one in shown.values())
    beside = min((2, 3), key=lambda columns: -drawn % columns)
    with st.grid(beside, min_column_width=HALF if beside == 2 else THIRD):
        for team, one in shown.items():
            if not one.weighs:
                continue
            name = called[team]
            chart(
                one.velocity, one.sprints, key=f"velocity-{team}", columns=screen.SPRINT_COLUMNS, on_click=open_sprint,
                height=SIDE_BY_SIDE, title=name, note=fmt.plain(in_words(one)),
                alt=f"Bars: {word} committed and done in each closed sprint of {name}",
            )  # fmt: skip

    without = ", ".join(called[team] for team, one in shown.items() if not one.weighs)
    if without:
        st.caption(fmt.plain(f"No {word} in the sprints of {without}: count in tasks to see them."))


def in_words(shown: screen.VelocityScreen) -> str:
    """`23 a sprint · 82 % predictable · 6 sprints`."""
    velocity, predictability = (figure.value for figure in shown.figures)
    parts = [f"{fmt.count(velocity)} a sprint"]
    if predictability is not None:
        parts.append(f"{fmt.percent(predictability)} predictable")
    return " · ".join([*parts, fmt.quantity(len(shown.results.sprints), "sprint")])


def open_sprint(bar: Point) -> None:
    """The report of the sprint whose bar was clicked."""
    state.NEXT.set(int(bar.series))
