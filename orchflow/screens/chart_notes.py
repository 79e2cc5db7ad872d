"""The notes on the charts of a screen, as its reader may see and change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from orchflow.costs.chart_notes import CHART_NOTES
from orchflow.costs.tables.chart_notes import NOTES_TOPIC
from orchflow.people.naming import names_of
from orchflow.people.permissions import Actor, Permission, Role
from orchflow.screens.session import workspace
from orchflow.ui.chart_notes import ChartNote


@dataclass(frozen=True)
class ScreenNotes:
    """What is noted on the charts of one screen, by whoever may be there."""

    actor: Actor
    screen: str

    @property
    def may_add(self) -> bool:
        """Whether the reader may write notes."""
        return self.actor.may(Permission.PLAN_EDIT_OWN)

    def of(self, chart: str) -> tuple[ChartNote, ...]:
        """The notes of one chart, by their days."""
        ws = workspace()
        return _notes(self.actor, self.actor.user_id, self.actor.role, ws.store.version(NOTES_TOPIC)).get(
            self._key(chart), ()
        )

    def save(self, chart: str, note: ChartNote | None, day: date, until: date | None, text: str) -> None:
        """Write a new note, or change one."""
        store = workspace().store
        if note is None:
            CHART_NOTES.create(store, self.actor, chart=self._key(chart), day=day, until=until, text=text)
        else:
            CHART_NOTES.update(
                store, self.actor, note.id, note.version, {"day": day, "until": until, "text": text}
            )

    def remove(self, note: ChartNote) -> None:
        """Take a note away."""
        CHART_NOTES.delete(workspace().store, self.actor, note.id, note.version)

    def _key(self, chart: str) -> str:
        return f"{self.screen}/{chart}"


@st.cache_data(max_entries=32, show_spinner=False)
def _notes(
    _actor: Actor, user_id: int | None, role: Role, version: int
) -> Mapping[str, tuple[ChartNote, ...]]:
    """Every note, by its chart; those of others who are no longer here keep their author's name."""
    store = workspace().store
    rows = CHART_NOTES.list(store, _actor) if _actor.may(CHART_NOTES.view) else []
    names = names_of(store, {row.author_id for row in rows if row.author_id is not None})
    by_chart: dict[str, list[ChartNote]] = {}
    for row in rows:
        mine = row.author_id == user_id
        by_chart.setdefault(row.chart, []).append(
            ChartNote(
                row.id, row.version, row.day, row.until, row.text, names.get(row.author_id or 0, "Orchestrator Flow"), mine,
                mine or _actor.may(CHART_NOTES.edit),
            )
        )  # fmt: skip
    return {chart: tuple(notes) for chart, notes in by_chart.items()}
