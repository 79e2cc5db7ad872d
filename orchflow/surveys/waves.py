"""Waves of surveys, as managers plan them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from orchflow import clock
from orchflow.errors import Problem
from orchflow.format import day
from orchflow.inputs.stretches import exactly
from orchflow.people.permissions import Permission
from orchflow.planning.days import day_of
from orchflow.store.entity import Entity
from orchflow.store.history import zone_of
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules
from orchflow.surveys.tables import Audience, SurveyWave, WaveState

if TYPE_CHECKING:
    SurveyWaveRow: TypeAlias = SurveyWave
else:
    SurveyWaveRow = row_type("SurveyWaveRow", SurveyWave, __name__)

AUDIENCES: Final = {Audience.TEAM: "team_id", Audience.JOB_ROLE: "job_role"}
LATER: Final = frozenset({"title", "closes"})
"""What may be changed of an open wave: what people were told of groups when they answered stays so."""


class _WaveRules(Rules):
    """What was said to those who answered stays true."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        problems += exactly(value("audience"), AUDIENCES, self.entity, value)
        if row is not None and row.state != WaveState.PLANNED:
            problems += self._of_opened(row, values)
        return problems

    def _of_opened(self, row: Any, values: dict[str, Any]) -> list[Problem]:
        """A wave that is over stays over, written down or not: an answer between two readings of it would be told by both."""
        today = day_of(clock.now(), zone_of(self.session))
        opened = "was answered under what is said here: plan another survey"
        going = state_on(row, today) == WaveState.OPEN
        problems = [
            Problem(None, name, opened) for name in values if name not in (LATER if going else {"title"})
        ]
        if going and "closes" in values and values["closes"] < today:
            problems.append(
                Problem(None, "closes", f"is before today, {day(today)}: close it now, or choose a later day")
            )
        return problems


def _kept(row: Any) -> str:
    return "" if row.state == WaveState.PLANNED else "was opened, and its results would be lost"


SURVEY_WAVES = Entity(
    SurveyWave,
    SurveyWaveRow,
    "Rounds of surveys: readiness, where saved time went, satisfaction.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    order=(SurveyWave.opens.desc(), SurveyWave.id.desc()),
    span=("opens", "closes"),
    rules=_WaveRules,
    deletable=_kept,
    known_by=("title", "kind", "opens"),
    called_by="title",
)


def state_on(wave: Any, today: date) -> WaveState:
    """Where a wave stands on a day: one whose last day is over takes no answers, whether or not that was written down.

    Its results are told once it was: from then on its sums stay as they are.
    """
    if wave.state == WaveState.OPEN and wave.closes < today:
        return WaveState.CLOSED
    state: WaveState = wave.state
    return state
