"""Rules from their figures to the state of their alerts, on both plan-store engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal as D

import pytest
import sqlalchemy as sa

from orchflow.alerts.answers import acknowledge, give_feedback
from orchflow.alerts.evaluate import evaluate_rules, evaluate_scheduled
from orchflow.alerts.log import KEPT, alert_log
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import AlertStanding, list_alerts
from orchflow.alerts.tables import Alert, AlertEntry, Feedback
from orchflow.errors import Forbidden, Invalid
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.store.tables import Change
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.metrics.facts import NOW, TODAY, SmallFacts
from tests.planning.clockwork import Clock


def only(space: Workspace, actor: Actor = SYSTEM) -> AlertStanding:
    [standing] = list_alerts(space.store, actor)
    return standing


def fired(space: Workspace) -> int:
    """How often alerts fired, by the change history."""
    with space.store.read() as session:
        return (
            session.scalar(
                sa.select(sa.func.count()).where(Change.entity == "alert", Change.field == "fired_at")
            )
            or 0
        )


def test_a_rule_goes_all_the_way_round(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, time: Clock
) -> None:
    rule = add_rule()
    facts.calls(facts.call(TODAY, "9"))
    evaluate_rules(space)
    assert (only(space).state, only(space).value) == ("armed", D(9))
    facts.calls(facts.call(TODAY, "1"))  # at equal: a ceiling fires
    evaluate_rules(space)
    told = only(space)
    assert told.state == "fired"
    assert told.words == "Model cost, 20 Nov 2026: $10.00, exactly the limit, at which it fires, $10.00"
    assert told.id is not None
    with pytest.raises(Invalid, match="must not be empty"):
        acknowledge(space.store, ada, told.id, "  ")
    acknowledge(space.store, ada, told.id, "A test of the load")
    give_feedback(space.store, ada, told.id, "expected")
    assert (only(space).state, only(space).reason, only(space).feedback) == (
        "acknowledged",
        "A test of the load",
        Feedback.EXPECTED,
    )
    with pytest.raises(Invalid, match="nothing to acknowledge"):
        acknowledge(space.store, ada, told.id, "Again")
    time.now += timedelta(days=1)
    facts.calls(facts.call(TODAY + timedelta(days=1), "1"))
    evaluate_rules(space)
    assert only(space).state == "back_to_normal"
    evaluate_rules(space)
    assert only(space).state == "armed"
    assert [entry.after.value for entry in reversed(alert_log(space.store, ada, rule.id))] == [
        "armed", "fired", "acknowledged", "acknowledged", "back_to_normal", "armed",
    ]  # fmt: skip
    assert fired(space) == 1


def test_no_data_is_a_state_of_its_own(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    add_rule()
    facts.calls(facts.call(TODAY, "50"))
    evaluate_rules(space)
    time.now += timedelta(days=1)  # and nothing of that day is loaded
    evaluate_rules(space)
    told = only(space)
    assert (told.state, told.held, told.value) == ("no_data", "fired", None)
    assert "nothing newer than 20 Nov 2026, 12:00 is loaded" in told.words
    facts.calls(facts.call(TODAY + timedelta(days=1), "50"))
    evaluate_rules(space)
    assert only(space).state == "fired"
    assert fired(space) == 1


def test_what_was_committed_is_evaluated_once_also_after_a_crash(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = add_rule()
    deliver = dispatcher(space)
    deliver.deliver()
    facts.calls(facts.call(TODAY, "50"))
    with monkeypatch.context() as crash:
        crash.setattr(deliver, "_note", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deliver.deliver()
    assert only(space).state == "fired"
    deliver.deliver()  # it is delivered again, and nothing is raised twice
    deliver.deliver()
    assert fired(space) == 1
    entries = alert_log(space.store, SYSTEM, rule.id, limit=None)
    assert [entry.after for entry in entries if entry.moved] == ["fired", "no_data"]
    assert entries[1].about == "usage"


def test_members_have_rules_of_their_own_alone(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, add_person: Callable[..., Actor]
) -> None:
    mia = add_person("mia", Role.MEMBER)
    own = add_rule(mia, name="Mine")
    assert own.owner_id == mia.user_id
    with pytest.raises(Invalid, match="only a manager makes rules for others"):
        add_rule(mia, owner_id=ada.user_id)
    with pytest.raises(Invalid, match="may not see figures of single people"):
        add_rule(mia, dimension="user", part="u1")
    others = add_rule(ada)
    with pytest.raises(Forbidden):
        ALERT_RULES.update(space.store, mia, others.id, others.version, {"limit": 1})
    assert ALERT_RULES.update(space.store, mia, own.id, own.version, {"limit": 1}).row.limit == 1


def test_leaders_see_alerts_of_what_is_told_to_them_and_none_of_a_few_people(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    every = add_rule(name="All")
    add_rule(name="Each", dimension="provider", limit=1)
    facts.calls(
        *(facts.call(TODAY, "4", user_id=f"u{number}", provider="anthropic") for number in range(5)),
        *(facts.call(TODAY, "3", user_id=f"u{number}", provider="openai") for number in range(5)),
        *(facts.call(TODAY, "2", user_id=f"v{number}", provider="google") for number in range(2)),
    )
    evaluate_rules(space)
    leader = Actor(None, "v", "Vera", Role.VIEWER)
    shown = {
        (each.rule.name, each.scope): (each.state, each.value) for each in list_alerts(space.store, leader)
    }
    assert shown[("All", "")] == ("fired", D(39))
    assert shown[("Each", "google")] == ("withheld", None)
    log = alert_log(space.store, leader, every.id)
    assert [entry.words for entry in log] == ["Model cost, 20 Nov 2026: $39.00, above the limit of $10.00"]


def test_the_log_is_bounded_and_keeps_what_moved(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    rule = add_rule()
    facts.calls(facts.call(TODAY, "50"))
    evaluate_rules(space)
    with space.store.unit(SYSTEM) as session:
        [first] = session.scalars(sa.select(AlertEntry))
        session.execute(
            sa.insert(AlertEntry),
            [
                {"rule_id": rule.id, "scope": "", "at": NOW, "cause": first.cause, "before": first.after, "after": first.after}
                for _ in range(KEPT + 20)
            ],
        )  # fmt: skip
    time.now += timedelta(hours=2)
    evaluate_scheduled(space)
    kept = alert_log(space.store, SYSTEM, rule.id, limit=None)
    assert (len(kept), kept[-1].moved) == (KEPT + 1, True)


def test_deleting_a_rule_takes_its_alerts_along(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule
) -> None:
    rule = add_rule()
    facts.calls(facts.call(TODAY, "50"))
    evaluate_rules(space)
    ALERT_RULES.delete(space.store, ada, rule.id, rule.version)
    assert list_alerts(space.store, ada) == []
    with space.store.read() as session:
        assert session.scalars(sa.select(Alert)).all() == []
