"""Targets that the workspace keeps beat those of the settings, each from its day on; past days keep theirs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from orchflow import clock
from orchflow.errors import Invalid
from orchflow.metrics.document import answer, describe, facts_for
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import SYSTEM
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts


def test_a_target_holds_from_its_day_on_until_the_next_one(ws: Workspace, facts: SmallFacts) -> None:
    today = clock.today(ws.zone)
    facts.runs(facts.run("claims", today), facts.run("claims", today - timedelta(40)))

    def target(key: str, end: date) -> object:
        period = facts_for(ws, SYSTEM, key, start=end - timedelta(6), end=end)
        return answer(period, key).target, period.targets.error_rate

    assert target("error_rate", today) == (0.02, 0.02), "of the settings"
    for days, value in ((60, "0.1"), (30, "0.05"), (-30, "0.01")):
        TARGETS.create(ws.store, SYSTEM, figure="error_rate", value=value, valid_from=today - timedelta(days))
    TARGETS.create(ws.store, SYSTEM, figure="Cost", value="125.50", valid_from=today)
    dispatcher(ws).deliver()
    assert target("error_rate", today)[0] == 0.05  # type: ignore[index]
    assert target("error_rate", today + timedelta(90))[0] == 0.05, "what is to come is held against today's"  # type: ignore[index]
    assert target("error_rate", today - timedelta(31)) == (0.1, 0.1)
    assert target("error_rate", today - timedelta(61)) == (0.02, 0.02)
    assert target("cost", today)[0] == Decimal("125.5")  # type: ignore[index]
    told = {each.key: each for each in describe(ws, SYSTEM)}
    assert (told["error_rate"].target, told["cost"].target) == (0.05, Decimal("125.5"))
    assert told["calls"].target is None


def test_a_share_is_told_as_one(ws: Workspace) -> None:
    with pytest.raises(Invalid, match=r"0\.85 is 85 %"):
        TARGETS.create(ws.store, SYSTEM, figure="adoption_rate", value=85, valid_from="2026-11-01")
