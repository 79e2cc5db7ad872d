"""An alert that fired is the first thing to do for its owner, until somebody has answered it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.alerts.answers import acknowledge
from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import list_alerts
from orchflow.alerts.tables import Alert, AlertState
from orchflow.guidance.what_next import what_next
from orchflow.insights.search import search
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.workspace import Workspace
from tests.planning.conftest import AddPerson


@pytest.fixture
def ada(ws: Workspace, add_person: AddPerson) -> Actor:
    return add_person("ada", Role.MANAGER)


@pytest.fixture
def store(ws: Workspace):  # type: ignore[no-untyped-def]
    return ws.store


def test_it_stands_first_for_its_owner_alone(ws: Workspace, ada: Actor, add_person: AddPerson) -> None:
    for number in range(5):
        ALERT_RULES.create(
            ws.store, ada, name=f"Nothing set aside {number}", figure="open_rejects", side="below", limit=1
        )
    evaluate_rules(ws)
    [one] = [each for each in what_next(ws, ada) if each.kind == "alert"]
    assert one.reason.startswith("With 4 more alerts of the same cause: Rows set aside")
    with ws.store.unit(SYSTEM) as session:  # of one day they are one cause
        for back, alert in enumerate(session.scalars(sa.select(Alert).order_by(Alert.id))):
            alert.fired_at = clock.now() - timedelta(days=back)
    told = [each for each in what_next(ws, ada) if each.kind == "alert"]
    assert [each.title for each in told][3:] == ["Answer 2 more alerts"]
    assert told[0] == what_next(ws, ada)[0]
    assert told[0].reason == "Rows set aside, now: 0, below the limit of 1"
    assert told[0].link == f"alerts?rule={list_alerts(ws.store, ada)[0].rule.id}"
    bob = add_person("bob", Role.MANAGER)
    assert not [each for each in what_next(ws, bob) if each.kind == "alert"]
    for each in list_alerts(ws.store, ada):
        acknowledge(ws.store, bob, each.id or 0, "Seen")
    assert not [each for each in what_next(ws, ada) if each.kind == "alert"]


def test_rules_are_found_by_their_names(ws: Workspace, ada: Actor) -> None:
    rule = ALERT_RULES.create(ws.store, ada, name="Errors of claims", figure="error_rate", limit=5)
    assert [(hit.kind, hit.key) for hit in search(ws, ada, "errors claims")] == [("alert", str(rule.id))]


def test_it_wants_an_answer_also_where_there_is_no_data_any_more(ws: Workspace, ada: Actor) -> None:
    ALERT_RULES.create(ws.store, ada, name="Nothing set aside", figure="open_rejects", side="below", limit=1)
    evaluate_rules(ws)
    with ws.store.unit(SYSTEM) as session:
        alert = session.scalars(sa.select(Alert)).one()
        alert.state, alert.held = AlertState.NO_DATA, AlertState.FIRED
    assert what_next(ws, ada)[0].title == "Answer the alert: Nothing set aside"
