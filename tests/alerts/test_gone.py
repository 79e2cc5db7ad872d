"""What a rule is of and is no more ends its alert with a word, and keeps its history."""

from __future__ import annotations

from datetime import timedelta

from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.log import alert_log
from orchflow.alerts.standings import AlertStanding, list_alerts
from orchflow.guidance.what_next import what_next
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project, delete_project
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.alerts.test_rules import store_address  # noqa: F401  of one engine
from tests.metrics.facts import NOW, TODAY, SmallFacts, ago
from tests.planning.clockwork import Clock

OF_AGENTS = {"figure": "error_rate", "dimension": "agent", "limit": 5}


def stand(space: Workspace) -> dict[str, AlertStanding]:
    evaluate_rules(space)
    return {each.scope: each for each in list_alerts(space.store, SYSTEM)}


def test_of_an_agent_that_was_archived_it_has_ended_and_waits_for_no_answer(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, time: Clock
) -> None:
    rule = add_rule(**OF_AGENTS)
    facts.agents(claims="active", notes="active")
    facts.runs(facts.run("claims", TODAY, "failed"), facts.run("notes", TODAY))
    assert {scope: each.state for scope, each in stand(space).items()} == {
        "claims": "fired",
        "notes": "armed",
    }
    time.now = NOW + timedelta(days=1)
    facts.agents(claims="archived", notes="active")
    facts.runs(facts.run("notes", TODAY + timedelta(days=1)))
    told = stand(space)
    assert (told["claims"].state, told["claims"].words) == (
        "ended",
        "It has ended: The agent is archived in the platform",
    )
    assert told["notes"].state == "armed"
    assert not [each for each in what_next(space, ada) if each.kind == "alert"]
    moves = alert_log(space.store, ada, rule.id, moves=True)
    assert [entry.after for entry in moves if entry.scope == "claims"] == ["ended", "fired"]


def test_without_data_for_four_weeks_it_has_ended_until_there_is_some_again(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    add_rule(**OF_AGENTS)
    facts.runs(facts.run("claims", ago(60)))
    told = []
    for days in (60, 59, 32, 31, 30, 0):
        time.now = NOW - timedelta(days=days)
        facts.runs(facts.run("notes", ago(days)))
        told.append(stand(space)["claims"].state)
    assert told == ["armed", "no_data", "no_data", "ended", "ended", "ended"]
    facts.runs(facts.run("claims", TODAY, "failed"))
    assert stand(space)["claims"].state == "fired"


def test_where_nothing_at_all_is_loaded_nothing_has_ended(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    add_rule(**OF_AGENTS)
    facts.runs(facts.run("claims", TODAY), facts.run("notes", TODAY))
    stand(space)
    for days in (1, 40):
        time.now = NOW + timedelta(days=days)
        assert {each.state for each in stand(space).values()} == {"no_data"}


def test_of_a_project_that_was_removed_it_has_ended(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    effort = create_effort(space.store, SYSTEM, number=1, name="Infrastructure")
    project = create_project(space.store, SYSTEM, effort_id=effort.id, name="Network")
    add_rule(
        figure="progress", dimension="project", part=str(project.id), side="below", limit=50, window="own"
    )
    assert stand(space)[""].state in ("fired", "no_data")
    delete_project(space.store, SYSTEM, project.id, project.version)
    told = stand(space)[""]
    assert (told.state, told.words) == ("ended", "It has ended: The project was removed from the plan")
