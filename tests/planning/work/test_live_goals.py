"""Goals that take their current value from a live figure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from orchflow.errors import Forbidden
from orchflow.metrics import stretches
from orchflow.metrics.catalogue import METRICS, adoption
from orchflow.metrics.live_goals import goal_values, refresh_goals
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.work.goals import create_goal, get_goal
from orchflow.store.engine import Store
from orchflow.store.tables import Change
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, SmallFacts, ago

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _everybody_may_see_figures_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (stretches, adoption):
        monkeypatch.setattr(module, "SMALLEST_GROUP", 1)


@pytest.fixture
def facts(space: Workspace) -> SmallFacts:
    """Two agents: one in production for a week, one that was started today and failed; calls with and without an agent."""
    facts = SmallFacts(space.warehouse)
    facts.agents(claims="active", mail="active")
    facts.users(u0="acme", u1="acme", u2="acme", u3="acme")
    facts.runs(
        *(facts.run("claims", ago(n % 7), user=f"u{n % 3}", duration=1000 * (1 + n % 5)) for n in range(24)),
        facts.run("mail", TODAY, "failed"),
    )
    facts.calls(
        facts.call(TODAY, "3"), facts.call(TODAY, "1", caller="nobody"), facts.call(date(2026, 10, 30), "6")
    )
    return facts


def test_every_figure_that_the_flows_name_is_known(facts: SmallFacts) -> None:
    named = {
        goal["live_figure"]
        for file in Path("content/flows").glob("*.yaml")
        for project in _projects(yaml.safe_load(file.read_text(encoding="utf-8")))
        for goal in project.get("goals", ())
        if goal.get("live_figure")
    }
    assert named <= METRICS.keys()


def _projects(flow: dict[str, object]) -> list[dict[str, list[dict[str, str]]]]:
    found: list[dict[str, list[dict[str, str]]]] = []
    for value in flow.values():
        if isinstance(value, dict):
            found += _projects(value)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    found += [item] if "goals" in item else _projects(item)
    return found


VALUES = {
    "time_to_first_agent": "197",
    "time_to_production": "202",
    "active_agents": "2",
    "agents_in_production": "1",
    "error_rate": "4",
    "p95_latency_ms": "5000",
    "cost_month_to_date": "4",
    "cost_per_run": "0.16",
    "unattributed_share": "25",
    "monthly_active_users": "3",
    "adoption_rate": "75",
    "open_rejects": "0",
}


def test_each_figure_has_the_value_its_screen_shows(space: Workspace, facts: SmallFacts) -> None:
    assert goal_values(space, VALUES, NOW) == {key: Decimal(value) for key, value in VALUES.items()}


def test_no_facts_are_no_figure_rather_than_a_wrong_one(space: Workspace) -> None:
    values = goal_values(space, METRICS, NOW)
    of_what_ships = {"guidance_complete", "pages_fresh", "steps_checked"}
    assert {key for key, value in values.items() if value is not None} == {"open_rejects"} | of_what_ships
    assert values["open_rejects"] == 0


def test_a_bound_goal_moves_and_its_history_says_so(
    space: Workspace, store: Store, project: int, facts: SmallFacts
) -> None:
    goal = create_goal(store, SYSTEM, project_id=project, name="Reliable", target=2, live_figure="error_rate")
    free = create_goal(store, SYSTEM, project_id=project, name="Own", current=7)
    [moved] = refresh_goals(space, SYSTEM, now=NOW).moved
    assert (moved.goal_id, moved.before, moved.now) == (goal.id, None, Decimal(4))
    assert get_goal(store, SYSTEM, goal.id).current == 4
    assert get_goal(store, SYSTEM, free.id).current == 7
    with store.read() as session:
        changes = session.query(Change).filter_by(entity="goal", entity_id=goal.id, field="current").all()
    assert [(change.old, change.new, change.actor) for change in changes] == [(None, "4", "system")]


def test_a_goal_that_did_not_move_is_left_alone(
    space: Workspace, store: Store, project: int, facts: SmallFacts
) -> None:
    goal = create_goal(store, SYSTEM, project_id=project, name="Reliable", live_figure="error_rate")
    refresh_goals(space, SYSTEM, now=NOW)
    version = get_goal(store, SYSTEM, goal.id).version
    assert refresh_goals(space, SYSTEM, now=NOW).moved == ()
    assert get_goal(store, SYSTEM, goal.id).version == version


def test_a_figure_that_cannot_be_said_leaves_the_goal_and_is_named(
    space: Workspace, store: Store, project: int
) -> None:
    silent = create_goal(
        store, SYSTEM, project_id=project, name="Used", current=3, live_figure="adoption_rate"
    )
    odd = create_goal(store, SYSTEM, project_id=project, name="Odd", live_figure="happiness")
    found = refresh_goals(space, SYSTEM, now=NOW)
    assert (found.moved, found.unknown_now, found.unknown_figure) == ((), (silent.id,), (odd.id,))
    assert get_goal(store, SYSTEM, silent.id).current == 3


def test_only_those_who_plan_refresh_goals(space: Workspace, mia: Actor) -> None:
    with pytest.raises(Forbidden):
        refresh_goals(space, mia)


def test_a_goal_tells_nobody_what_a_figure_does_not(
    space: Workspace, facts: SmallFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    values = goal_values(space, ("cost_month_to_date", "monthly_active_users", "active_agents"), NOW)
    assert values == {"cost_month_to_date": None, "monthly_active_users": None, "active_agents": 2}
