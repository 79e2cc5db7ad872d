"""What a rule may be narrowed to: what is known, on every door."""

from __future__ import annotations

import pytest

from orchflow.alerts.known_parts import every_part
from orchflow.alerts.preview import preview
from orchflow.alerts.rules import ALERT_RULES
from orchflow.errors import Invalid
from orchflow.inputs.row_file import import_rows
from orchflow.people.permissions import Actor
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.metrics.facts import SmallFacts


def test_a_rule_is_narrowed_to_what_is_known_by_itself_or_by_its_name(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule
) -> None:
    facts.agents(**{"claims-triage": "active", "claims-intake": "active"})
    with pytest.raises(Invalid) as refused:
        add_rule(dimension="agent", part="claims-triag")
    [problem] = refused.value.problems
    assert (problem.field, problem.message[:47]) == (
        "part",
        "there is no agent 'claims-triag'; there is clai",
    )
    assert "claims-triage" in problem.message
    with pytest.raises(Invalid, match="there is no agent"):
        preview(space, ada, {"figure": "cost", "limit": 1, "dimension": "agent", "part": "claims-triag"})
    rule = add_rule(dimension="agent", part="Claims Triage")
    assert rule.part == "claims-triage"
    file = b"name,kind,figure,limit,narrowed by,only\nA,threshold,cost,1,agent,claims-intake\nB,threshold,cost,1,agent,nobody"
    taken = import_rows(space.store, ada, ALERT_RULES, file, "rules.csv")
    assert (taken.created, [(each.row, each.field) for each in taken.problems]) == (1, [(3, "part")])


def test_a_part_of_the_plan_is_told_by_its_name_or_its_number(
    space: Workspace, ada: Actor, add_rule: AddRule
) -> None:
    effort = create_effort(space.store, ada, name="Claims")
    project = create_project(space.store, ada, effort_id=effort.id, name="Intake")
    usual = {"figure": "progress", "dimension": "project", "window": "own"}
    assert add_rule(**usual, part="intake").part == str(project.id)
    assert add_rule(**usual, part=str(project.id), name="Again").part == str(project.id)
    with pytest.raises(Invalid, match="there is no project '404'"):
        add_rule(**usual, part="404", name="None")


def test_a_rule_of_what_is_gone_can_be_changed_in_all_else(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule
) -> None:
    rule = add_rule(dimension="agent", part="of-old")  # before anything was loaded
    facts.agents(claims="active")
    changed = ALERT_RULES.update(space.store, ada, rule.id, rule.version, {"limit": 3}).row
    assert changed.part == "of-old"
    with pytest.raises(Invalid, match="there is no agent 'of-new'; there is claims"):
        ALERT_RULES.update(space.store, ada, rule.id, changed.version, {"part": "of-new"})


def test_all_that_may_be_chosen_has_a_name_of_its_own(
    space: Workspace, facts: SmallFacts, ada: Actor
) -> None:
    facts.agents(claims="active", intake="active")
    effort = create_effort(space.store, ada, name="Claims")
    with space.store.read() as session:
        known = every_part(session, space.warehouse, ada)
    assert (known["claims"], known["intake"]) == ("Claims", "Intake")
    assert known[str(effort.id)].startswith("Claims (effort)")
    assert len(set(known.values())) == len(known)
