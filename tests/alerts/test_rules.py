"""What rules ask of figures, and with whose rights."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchflow.alerts.answers import acknowledge
from orchflow.alerts.evaluate import evaluate_rules, evaluate_scheduled, run_rules
from orchflow.alerts.follow import follows
from orchflow.alerts.log import alert_log
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import list_alerts
from orchflow.errors import Forbidden, Invalid
from orchflow.inputs.row_file import ImportReport, import_rows
from orchflow.inputs.row_names import input_names
from orchflow.inputs.row_table import row_table
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.tables import User
from orchflow.planning.undo.undo import undo
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.alerts.test_evaluate import fired, only
from tests.metrics.facts import TODAY, SmallFacts, ago
from tests.planning.clockwork import Clock


@pytest.fixture
def store_address(tmp_path: Path, migrated_home: Path) -> str:
    """What is asked of figures is the same on both engines."""
    shutil.copyfile(migrated_home / "plan.sqlite", tmp_path / "plan.sqlite")
    return f"sqlite:///{tmp_path / 'plan.sqlite'}"


def demote(space: Workspace, actor: Actor, **values: Any) -> None:
    with space.store.unit(SYSTEM) as session:
        user = session.get_one(User, actor.user_id)
        for name, value in values.items():
            setattr(user, name, value)


def test_an_alert_without_data_can_be_acknowledged(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, time: Clock
) -> None:
    add_rule()
    facts.calls(facts.call(TODAY, "50"))
    evaluate_rules(space)
    time.now += timedelta(days=1)
    evaluate_rules(space)
    acknowledge(space.store, ada, only(space).id or 0, "Seen")
    assert (only(space).state, only(space).held) == ("no_data", "acknowledged")


def test_every_value_of_a_dimension_is_judged_by_itself(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    facts.agents(claims="active", legal="active")
    add_rule(dimension="agent")
    facts.calls(facts.call(TODAY, "50"), facts.call(TODAY, "2", caller="legal"))
    evaluate_rules(space)
    assert {each.scope: each.state for each in list_alerts(space.store, SYSTEM)} == {
        "claims": "fired",
        "legal": "armed",
    }


def test_a_rule_may_be_narrowed_to_what_has_no_rows(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    add_rule(dimension="provider", part="openai", side="below", limit=1, window="28_days")
    facts.calls(facts.call(TODAY, "50"))  # of anthropic
    evaluate_rules(space)
    assert (only(space).state, only(space).value) == ("fired", D(0))


def test_a_change_is_like_for_like_and_says_its_arithmetic(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    add_rule(kind="change", limit=20, window="7_days")
    facts.calls(*(facts.call(ago(days), "10" if days > 6 else "12") for days in range(14)))
    evaluate_rules(space)
    assert only(space).state == "fired"
    assert only(space).words.endswith(
        "($84.00 − $70.00) ÷ $70.00 = +20 %, exactly the limit, at which it fires, +20 %"
    )


def test_a_change_from_nothing_is_no_percentage(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    add_rule(kind="change", figure="calls", limit=20, window="7_days")
    add_rule(kind="change", figure="calls", limit=3, window="7_days", change_in="absolute", name="Two")
    facts.calls(facts.call(ago(20)), *(facts.call(ago(1)) for _ in range(3)))
    evaluate_rules(space)
    percent, absolute = sorted(list_alerts(space.store, SYSTEM), key=lambda each: each.rule.name)
    assert percent.state == "no_data"
    assert "no change in percent" in percent.words
    assert (absolute.state, absolute.value) == ("fired", D(3))


@pytest.mark.parametrize(
    "clocks", [datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
)
def test_days_are_those_of_the_workspace_when_clocks_change(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock, clocks: datetime
) -> None:
    add_rule(limit=5, figure="calls")
    time.now = clocks
    day = clocks.date()
    facts.calls(
        *(facts.call(day) | {"occurred_at": clocks - timedelta(minutes=10 * place)} for place in range(5))
    )
    evaluate_rules(space)
    assert (only(space).state, only(space).value) == ("fired", D(5))


def test_only_rules_that_read_what_changed_are_evaluated(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    cost, runs = add_rule(), add_rule(figure="runs", name="Runs")
    deliver = dispatcher(space)
    deliver.deliver()
    counts = {rule.id: len(alert_log(space.store, SYSTEM, rule.id)) for rule in (cost, runs)}
    facts.calls(facts.call(TODAY, "50"))
    deliver.deliver()
    assert len(alert_log(space.store, SYSTEM, cost.id)) == counts[cost.id] + 1
    assert len(alert_log(space.store, SYSTEM, runs.id)) == counts[runs.id]


@pytest.mark.parametrize(
    ("figure", "news"),
    [
        ("cache_saved", "prices"),
        ("cost", "rates"),
        ("cost_per_measure", "business_measure"),
        ("total_cost", "expenses"),
    ],
)
def test_a_rule_follows_all_that_its_figure_is_made_of(add_rule: AddRule, figure: str, news: str) -> None:
    assert news in follows(add_rule(figure=figure, window="own", name=figure))
    assert "business_measure" not in follows(add_rule(figure="runs", name="Runs"))


def test_a_paused_rule_stays_where_it_is(space: Workspace, facts: SmallFacts, add_rule: AddRule) -> None:
    rule = add_rule()
    ALERT_RULES.update(space.store, SYSTEM, rule.id, rule.version, {"paused": True})
    facts.calls(facts.call(TODAY, "50"))
    assert evaluate_rules(space) == []
    assert only(space).state == "paused"


def test_another_figure_begins_anew_and_another_limit_goes_on(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    rule = add_rule()
    facts.calls(facts.call(TODAY, "50"))
    evaluate_rules(space)
    rule = ALERT_RULES.update(space.store, SYSTEM, rule.id, rule.version, {"limit": 40}).row
    evaluate_rules(space)
    assert (only(space).state, fired(space)) == ("fired", 1)
    ALERT_RULES.update(space.store, SYSTEM, rule.id, rule.version, {"figure": "calls"})
    evaluate_rules(space)
    assert (only(space).state, only(space).value) == ("armed", D(1))


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ({"active": False}, "The account of Ada is disabled: give the rule another owner"),
        (
            {"role": Role.MEMBER},
            "Ada may not see figures of single people and small groups: give the rule another owner",
        ),
    ],
)
def test_a_rule_is_read_with_the_rights_its_owner_has_now(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, taken: dict[str, Any], said: str
) -> None:
    add_rule(dimension="user", part="u1")
    facts.calls(facts.call(TODAY, "50"))
    evaluate_rules(space)
    demote(space, ada, **taken)
    evaluate_rules(space)
    told = only(space)
    assert (told.state, told.held, told.value, told.words) == ("no_data", "fired", None, said)


def test_what_was_read_with_more_rights_is_withheld_from_who_has_fewer(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, add_person: Callable[..., Actor]
) -> None:
    rule, viewer = add_rule(), add_person("vic", Role.VIEWER)
    facts.calls(facts.call(TODAY, "50"))
    evaluate_rules(space)
    told = only(space, viewer)
    assert (told.state, told.value, told.may_answer) == ("withheld", None, False)
    assert "Groups under 5" in told.words
    assert alert_log(space.store, viewer, rule.id) == []
    with pytest.raises(Forbidden):
        acknowledge(space.store, viewer, only(space).id or 0, "Mine")
    with pytest.raises(Forbidden):
        run_rules(space, viewer)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"limit": None}, "limit"),
        ({"figure": "no_such"}, "figure"),
        ({"dimension": "project"}, "dimension"),
        ({"dimension": "user"}, "part"),
        ({"part": "claims"}, "part"),
        ({"figure": "seats", "window": "7_days"}, "window"),
        ({"kind": "burn_rate", "figure": "seats", "window": "own"}, "figure"),
        ({"kind": "burn_rate", "limit": 0}, "limit"),
        ({"kind": "budget"}, "figure"),
        ({"margin": 101}, "margin"),
        ({"windows": ["2h"]}, "windows"),
        ({"figure": "unpriced_calls", "limit": 0}, "limit"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(
    add_rule: AddRule, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add_rule(**fields)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_schedule_evaluates_hourly_and_an_older_clock_once_more(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    rule = add_rule()
    facts.calls(facts.call(TODAY, "1"))

    def evaluated(by: timedelta) -> int:
        time.now += by
        evaluate_scheduled(space)
        return len(alert_log(space.store, SYSTEM, rule.id))

    assert [evaluated(timedelta(minutes=m)) for m in (0, 5, 55, 5, -180)] == [1, 1, 2, 2, 3]


def test_a_part_that_is_gone_has_changed_by_all_of_it(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    add_rule(kind="change", dimension="provider", side="below", limit=-50, window="7_days")
    facts.calls(*(facts.call(ago(days)) for days in range(14)))
    facts.calls(*(facts.call(ago(days), provider="openai") for days in range(7, 14)))
    evaluate_rules(space)
    assert {each.scope: (each.state, each.value) for each in list_alerts(space.store, SYSTEM)} == {
        "anthropic": ("armed", D(0)), "openai": ("fired", D(-100)),
    }  # fmt: skip


def test_the_log_is_for_those_who_may_see_the_figure(
    space: Workspace, ada: Actor, add_rule: AddRule, add_person: Callable[..., Actor]
) -> None:
    rule, viewer = (
        add_rule(figure="open_rejects", side="below", limit=1, window="own"),
        add_person("vic", Role.VIEWER),
    )
    evaluate_rules(space)
    assert only(space, viewer).state == "withheld"
    assert alert_log(space.store, viewer, rule.id) == []
    assert len(alert_log(space.store, ada, rule.id)) == 1


@pytest.mark.parametrize("kind", ["burn_rate", "anomaly"])
def test_what_reads_single_people_is_refused_to_who_may_not_see_them(
    add_rule: AddRule, add_person: Callable[..., Actor], kind: str
) -> None:
    mia = add_person("mia", Role.MEMBER)
    with pytest.raises(Invalid, match="you may not see figures of single people"):
        add_rule(mia, kind=kind, window="own")
    add_rule(mia, window="own")


def test_rules_go_to_a_file_and_come_back_are_corrected_by_name_and_taken_back(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule
) -> None:
    add_rule(name="Failures", kind="burn_rate", figure="error_rate", window="own", windows=["1h", "6h"])
    add_rule(name="Cost of a day", dimension="agent", note="Tell its owner")
    names = input_names(space.store, ada)
    table = row_table(ALERT_RULES, names, ALERT_RULES.list(space.store, ada))

    def take(frame: pd.DataFrame) -> ImportReport:
        return import_rows(space.store, ada, ALERT_RULES, frame.to_csv(index=False).encode(), "rules.csv")

    same = take(table)
    assert (same.created, same.updated, same.unchanged, same.problems) == (0, 0, 2, ())
    more = pd.DataFrame(
        [
            {"name": "Cost of a day", "kind": "Threshold", "figure": "cost", "limit": 20, "over": "Today"},
            {"name": "New", "kind": "Threshold", "figure": "runs", "limit": 5, "over": "7 days"},
            {"name": "Bad", "kind": "Threshold", "figure": "cost", "over": "Today"},
        ]
    )
    made = take(more)
    assert (made.created, made.updated) == (1, 1)
    assert [(problem.row, problem.field) for problem in made.problems] == [(4, "limit")]
    evaluate_rules(space)
    undo(space.store, ada, made.request or "")
    assert row_table(ALERT_RULES, names, ALERT_RULES.list(space.store, ada)).equals(table)
    evaluate_rules(space)
    assert {each.rule.name for each in list_alerts(space.store, ada)} == {"Failures", "Cost of a day"}


def test_a_deleted_rule_is_brought_back_and_begins_anew(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule
) -> None:
    rule = add_rule()
    facts.calls(facts.call(TODAY, "20"))
    evaluate_rules(space)
    request = ALERT_RULES.delete(space.store, ada, rule.id, rule.version)
    assert list_alerts(space.store, ada) == []
    undo(space.store, ada, request)
    assert only(space, ada).state == "not_evaluated"
    evaluate_rules(space)
    assert (only(space, ada).rule.id, only(space, ada).state) == (rule.id, "fired")
