"""What people say of anomalies is kept, on both engines, and checked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchflow.costs.anomaly_opinions import ANOMALY_OPINIONS
from orchflow.errors import Forbidden, Invalid
from orchflow.metrics.spending.opinions import Happened, opinions
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.store.engine import Store

DAY, NEXT = date(2026, 11, 3), date(2026, 11, 4)
ONE = {"scope": "agent", "value": "claims", "valid_from": DAY, "valid_to": NEXT, "verdict": "expected"}


def test_the_last_opinion_of_a_day_counts(store: Store) -> None:
    ANOMALY_OPINIONS.create(store, SYSTEM, **ONE)
    ANOMALY_OPINIONS.create(store, SYSTEM, **ONE | {"verdict": "not_useful", "note": "Every month"})
    said = opinions(store, DAY, DAY)
    assert [(each.verdict, each.note) for each in said] == [("not_useful", "Every month"), ("expected", "")]
    assert said[0].about("agent", "claims", DAY)
    assert not said[0].about("agent", "claims", NEXT)
    assert not said[0].about("model", "claims", DAY)
    assert opinions(store, NEXT, NEXT) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": None}, "value"),
        ({"scope": "workspace"}, "value"),
        ({"valid_to": DAY}, "valid_to"),
        ({"scope": "user"}, "scope"),
        ({"verdict": "wrong"}, "verdict"),
    ],
)
def test_what_makes_no_sense_is_refused(store: Store, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ANOMALY_OPINIONS.create(store, SYSTEM, **ONE | wrong)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_who_may_not_keep_costs_has_no_opinion(store: Store, viewer: Actor) -> None:
    with pytest.raises(Forbidden):
        ANOMALY_OPINIONS.create(store, viewer, **ONE)
    with pytest.raises(Forbidden):
        ANOMALY_OPINIONS.list(store, viewer)


@pytest.mark.parametrize(
    ("agent", "provider", "scope", "value", "explains"),
    [
        (None, None, "agent", "claims", True),
        ("claims", None, "agent", "claims", True),
        ("writer", None, "agent", "claims", False),
        ("claims", None, "provider", "openai", False),
        ("claims", None, "workspace", "", True),
        ("claims", "openai", "provider", "openai", True),
        (None, "openai", "model", "gpt", True),
    ],
)
def test_an_event_explains_what_it_is_of(
    agent: str | None, provider: str | None, scope: str, value: str, explains: bool
) -> None:
    event = Happened(DAY, "launch", "Launched", agent, provider)
    assert event.explains(scope, value, DAY) is explains
    assert not event.explains(scope, value, NEXT)
    assert (event.words, Happened(DAY, "other", "Noted", None, None).words) == ("Launched (launch)", "Noted")
