"""Which waves there are and how many have answered: counts, never who."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from orchflow import clock
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.planning.days import day_of
from orchflow.store.engine import Store
from orchflow.surveys.invitations import invited_now
from orchflow.surveys.tables import SurveyTally, WaveState
from orchflow.surveys.waves import SURVEY_WAVES, SurveyWaveRow, state_on


@dataclass(frozen=True)
class WaveStanding:
    """A wave on a day: how many are invited (of a planned one, would be) and answered; `waits` says what keeps a planned one from
    opening, and what one whose last day is over waits for.
    """

    wave: SurveyWaveRow
    state: WaveState
    invited: int
    answers: int
    waits: str = ""


def wave_standings(store: Store, actor: Actor) -> list[WaveStanding]:
    """Every wave, the newest first."""
    waves = SURVEY_WAVES.list(store, actor)
    today = day_of(clock.now(), store.zone)
    sums = sa.select(
        SurveyTally.wave_id, sa.func.sum(SurveyTally.invited), sa.func.sum(SurveyTally.answers)
    ).group_by(SurveyTally.wave_id)
    with store.read() as session:
        counted = {number: (int(invited), int(answers)) for number, invited, answers in session.execute(sums)}
        told = []
        for wave in waves:
            state, waits = wave.state, ""
            invited, answers = counted.get(wave.id, (0, 0))
            if state != state_on(wave, today):
                waits = "its last day is over: it is closed by night, or now by who keeps surveys, and then its results are told"
            if state == WaveState.PLANNED:
                invited = len(invited_now(session, wave))
                if wave.closes < today:
                    waits = "its last day is over: choose a later one"
                elif invited < SMALLEST_GROUP:
                    waits = f"it would invite {invited}, and fewer than {SMALLEST_GROUP} are never told: invite more"
            told.append(WaveStanding(wave, state, invited, answers, waits))
    return told
