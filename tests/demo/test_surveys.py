"""The surveys of the demo tell what its story says."""

from __future__ import annotations

from typing import Any

import pytest

from orchflow.demo.rows import rows
from orchflow.people.permissions import SYSTEM
from orchflow.surveys.results import survey_results
from orchflow.surveys.standings import wave_standings
from orchflow.surveys.tables import SurveyKind

from .test_plan import Filled

TRUTH: dict[str, Any] = rows("surveys.yaml")["truth"]


def test_the_barrier_moves_from_knowledge_to_reinforcement(filled: Filled) -> None:
    ws, _ = filled
    results = survey_results(ws.store, SYSTEM, kind=SurveyKind.READINESS)
    assert {each.wave.title: each.whole.barrier_key for each in results} == TRUTH["barriers"]
    assert all(group.answers >= 5 for each in results for group in each.groups)
    ready = [share.value for each in results if (share := each.whole.figure("ready"))]
    assert ready == sorted(ready, reverse=True)


def test_recapture_and_satisfaction_are_what_people_think(filled: Filled) -> None:
    ws, _ = filled
    saved = survey_results(ws.store, SYSTEM, kind=SurveyKind.SAVED_TIME)[-1]
    back = saved.whole.figure("recapture")
    assert back is not None
    assert back.low <= TRUTH["recapture"] <= back.high
    assert back.value == pytest.approx(TRUTH["recapture"], abs=0.1)
    for each in survey_results(ws.store, SYSTEM, kind=SurveyKind.SATISFACTION):
        mean = each.whole.figure("satisfaction")
        assert mean is not None
        assert mean.value == pytest.approx(TRUTH["satisfaction"][each.wave.title], abs=0.5)


def test_seven_waves_were_told(filled: Filled) -> None:
    ws, _ = filled
    standings = wave_standings(ws.store, SYSTEM)
    assert len(standings) == 7
    assert all(each.answers for each in standings)
