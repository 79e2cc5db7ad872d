"""Every figure of the catalogue: declared whole, counted by hand on small facts, and the same on every door."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from orchflow import clock
from orchflow.errors import Forbidden, Invalid
from orchflow.insights.cost import DIMENSIONS
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import bases, dimensions
from orchflow.metrics.document import Answer, answer, facts_for
from orchflow.metrics.filters import FILTERED, Filters
from orchflow.metrics.metric import Unit
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.read import figures, lines, table
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.people.small_groups import WITHHELD
from orchflow.people.users import add_user
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.sprints.life import close_sprint, start_sprint
from orchflow.planning.sprints.sprints import create_sprint, plan_sprint
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task, update_task
from orchflow.reports.datasets import export
from orchflow.workspace import Workspace
from tests.metrics.facts import NOW, TODAY, SmallFacts, ago, asked

PERIOD = Filters(ago(27), TODAY)
COUNTED = {
    "cost": "9", "cost_month_to_date": "9", "cost_per_run": "2.25", "calls": "4", "tokens": "60", "unattributed": "3",
    "unattributed_calls": "2", "unattributed_share": str(1 / 3), "unpriced_calls": "1", "unpriced_share": "0.25",
    "time_to_first_agent": "202", "active_agents": "2", "agents_in_production": "0", "runs": "4", "completed": "3",
    "failed": "1", "error_rate": "0.25", "users": "2", "p50_latency_ms": "2000", "p95_latency_ms": "2900", "waiting": "1",
    "adoption_rate": "0.4", "monthly_active_users": "2", "seats": "5",
    "lag": "10800000", "gaps": "0", "duplicates": "0", "open_rejects": "0",
}  # fmt: skip
"""By hand, of the facts below; of one source where only one has the figure."""


@pytest.fixture
def usage(ws: Workspace, facts: SmallFacts) -> SmallFacts:
    """Two agents and nobody's calls; three completed runs of 1, 2 and 3 seconds and one failed; five seats."""
    facts.agents(claims="active", writer="active")
    facts.users(u1="acme", u2="acme", u3="acme", u4="acme", u5="acme")
    facts.calls(
        facts.call(ago(1), "4"),
        facts.call(ago(1), "2", caller="writer", provider="openai", model="gpt"),
        facts.call(ago(1), "3", caller="nobody"),
        facts.call(TODAY, None, caller="nobody"),
    )
    facts.runs(
        facts.run("claims", ago(1), duration=1000),
        facts.run("claims", ago(1), duration=2000, user="u2"),
        facts.run("writer", ago(1), duration=3000),
        facts.run("writer", ago(1), "failed"),
    )
    facts.load("conversations", {"conversation_id": "waits", "agent": "claims", "user_id": "u1"})
    facts.load(
        "tasks",
        {
            "task_id": "t1",
            "conversation_id": "waits",
            "status": "running",
            "waiting": "true",
            "waiting_since": NOW,
        },
    )
    return facts


@pytest.mark.parametrize("key", METRICS)
def test_it_is_declared_whole(key: str) -> None:
    own = METRICS[key]
    assert own.question.endswith("?")
    assert own.definition.endswith(".")
    assert own.label
    assert own.owner
    assert own.unit in get_args(Unit)
    assert own.direction in ("up", "down", "none")
    assert sum(map(bool, (own.read, own.formula, own.summed))) == 1, "one form"
    assert bool(bases(key)) != bool(own.read)
    if own.moved_by:
        assert bases(own.moved_by)


def test_it_has_the_value_counted_by_hand(ws: Workspace, usage: SmallFacts) -> None:
    everywhere = asked(ws, PERIOD)
    of_source = asked(ws, replace(PERIOD, sources=("platform",)))
    found = {figure.key: figure for figure in figures(everywhere, list(COUNTED), trends=False)}
    found |= {
        figure.key: figure for figure in figures(of_source, ["lag", "gaps", "duplicates"], trends=False)
    }
    for key, value in COUNTED.items():
        assert found[key].value is not None, key
        assert float(found[key].value or 0) == pytest.approx(float(value)), key
        assert found[key].definition


@pytest.fixture
def plan(ws: Workspace) -> int:
    """A sprint of three tasks with 3, 5 and 2 points, of which 3 are done, closed; then one of 8 points in progress."""
    store = ws.store
    effort = create_effort(store, SYSTEM, number=1, name="First agents")
    project = create_project(store, SYSTEM, effort_id=effort.id, number="1.1", name="Setup")
    sprint = create_sprint(store, SYSTEM, name="Sprint 1", start=ago(1), end=TODAY + timedelta(days=9))
    tasks = [create_task(store, SYSTEM, project_id=project.id, title=f"T{n}", points=n) for n in (3, 5, 2)]
    plan_sprint(store, SYSTEM, sprint.id, add=[task.id for task in tasks])
    start_sprint(store, SYSTEM, sprint.id)
    for status in ("in_progress", "done"):
        task = tasks[0] = update_task(store, SYSTEM, tasks[0].id, tasks[0].version, {"status": status}).row
    assert task.status == "done"
    return sprint.id


def test_figures_of_the_plan_are_counted_by_hand(ws: Workspace, plan: int) -> None:
    now = clock.now()
    today = now.astimezone(ws.zone).date()
    facts = asked(
        ws, Filters(today - timedelta(days=6), today), now=now, plan=PlanScope(FlowScope(sprint_ids=(plan,)))
    )
    whole = asked(ws, Filters(today - timedelta(days=6), today), now=now)
    of_sprint = ("sprint_committed", "sprint_done", "sprint_remaining", "sprint_scope_change")
    assert [figure.value for figure in figures(facts, of_sprint)] == [10, 3, 7, 0]
    keys = ("progress", "wip", "throughput", "critical_tasks", "late_tasks")
    assert [figure.value for figure in figures(whole, keys)] == [pytest.approx(0.3), 0, 7.0, 2, 0]
    close_sprint(ws.store, SYSTEM, plan, early=True)
    closed = asked(ws, Filters(today, today), now=clock.now())
    assert [figure.value for figure in figures(closed, ("velocity", "predictability"))] == [3.0, 0.3]
    unsaid = {
        figure.key: figure.missing
        for figure in figures(closed, ("oldest_work", "forecasts_held", "next_milestone"))
    }
    assert unsaid == {
        "oldest_work": "Nothing is in progress.",
        "forecasts_held": "No forecast can be judged yet",
        "next_milestone": "No open milestone lies ahead.",
    }


def test_sums_by_every_dimension_equal_the_total(ws: Workspace, usage: SmallFacts) -> None:
    facts = asked(ws, PERIOD)
    for key, own in METRICS.items():
        if own.base and own.formula.startswith("sum"):
            total = sum(line[key] or 0 for line in lines(facts, [key]))
            if own.divisible:
                total = pytest.approx(total)
            for by in dimensions(key):
                assert sum(line[key] or 0 for line in lines(facts, [key], by=by)) == total, (key, by)
            assert sum(line[key] or 0 for line in lines(facts, [key], grain="week")) == total


def test_ratios_are_made_after_the_sums(ws: Workspace, usage: SmallFacts) -> None:
    rates = {
        line["value"]: line["error_rate"] for line in lines(asked(ws, PERIOD), ["error_rate"], by="agent")
    }
    assert rates == {"claims": 0.0, "writer": 0.5}


def test_the_service_user_is_not_one_of_the_people(ws: Workspace, usage: SmallFacts) -> None:
    usage.users(service="acme")
    usage.runs(usage.run("claims", ago(1), user="service"))
    counted = {figure.key: figure.value for figure in figures(asked(ws, PERIOD), ["users", "runs"])}
    assert counted == {"users": 2, "runs": 5}


def test_the_lag_of_several_sources_is_not_that_of_all(ws: Workspace, usage: SmallFacts) -> None:
    several = asked(ws, replace(PERIOD, sources=("platform", "files")))
    assert [figure.missing for figure in figures(several, ["lag", "gaps"])] == ["Choose one source"] * 2


def test_a_part_that_a_figure_does_not_have_is_refused_and_a_filter_is_said(
    ws: Workspace, usage: SmallFacts
) -> None:
    with pytest.raises(Invalid, match="Runs is not known by model"):
        table(asked(ws, PERIOD), ["runs"], by="model")
    [runs, adoption] = figures(asked(ws, replace(PERIOD, models=("gpt",))), ["runs", "adoption_rate"])
    assert runs.missing == adoption.missing == "It is not known by model: clear that filter"


def test_the_export_holds_every_figure_with_the_value_of_the_screen(
    ws: Workspace, usage: SmallFacts, tmp_path: Path
) -> None:
    rows = exported(ws, SYSTEM, tmp_path)
    total = {row["metric"]: Decimal(row["value"]) for row in rows if not row["dimension"] and not row["day"]}
    screen = {figure.key: figure.value for figure in figures(asked(ws, PERIOD), list(METRICS), trends=False)}
    of_the_last_days = {
        "lag",
        "daily_active_users",
        "weekly_active_users",
    }  # which are others by the clock of the export
    for key in METRICS.keys() - of_the_last_days:
        assert (key in total) == (screen[key] is not None), key
        if key in total:
            assert float(total[key]) == pytest.approx(float(screen[key] or 0)), key
    by_agent = {
        row["group"]: row["value"] for row in rows if (row["metric"], row["dimension"]) == ("runs", "agent")
    }
    assert {name: int(Decimal(value)) for name, value in by_agent.items()} == {
        "claims": 2,
        "writer": 2,
        "UNATTRIBUTED": 0,
    }


def test_the_export_holds_figures_of_the_plan_by_their_parts(
    ws: Workspace, plan: int, tmp_path: Path
) -> None:
    today = clock.today(ws.zone)
    export(ws, SYSTEM, "metrics", tmp_path / "plan.csv", today, today)
    with (tmp_path / "plan.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = {
            (row["metric"], row["dimension"], row["group"], row["day"]): float(row["value"])
            for row in csv.DictReader(lines)
        }
    assert rows["progress", "effort", "1", ""] == pytest.approx(0.3)
    assert rows["sprint_remaining", "sprint", str(plan), ""] == 7
    assert rows["throughput", "flow", "UNATTRIBUTED", ""] == 7
    assert rows["progress", "", "", str(today)] == pytest.approx(0.3)


def exported(ws: Workspace, actor: Actor, folder: Path) -> list[dict[str, str]]:
    file = folder / f"{actor.username}.csv"
    export(ws, actor, "metrics", file, PERIOD.start, PERIOD.end)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def add_small_group(facts: SmallFacts) -> None:
    """Seven people in Large, six in Middle, two in Small, one without an organisation."""
    sizes = {"large": 7, "middle": 6, "small": 2}
    facts.users(**{f"{name}{number}": name for name, size in sizes.items() for number in range(size)})
    facts.agents(claims="active")
    for name, cost in (("large", "4"), ("middle", "2"), ("small", "1")):
        people = [f"{name}{number}" for number in range(sizes[name])]
        facts.calls(
            *(
                facts.call(ago(1), "0" if n else cost, organization=name, user_id=who)
                for n, who in enumerate(people)
            )
        )
        facts.runs(*(facts.run("claims", ago(1), organization=name, user=who) for who in people))
    facts.calls(facts.call(ago(1), "0.5", organization=None, user_id="stray"))


@pytest.fixture(scope="module")
def small_group(kept_ws: Workspace) -> Workspace:
    """A workspace with a small group among larger ones, only to be asked."""
    add_small_group(SmallFacts(kept_ws.warehouse))
    return kept_ws


def answered(ws: Workspace, actor: Actor, key: str, **more: Any) -> Answer:
    facts = facts_for(
        ws, actor, key, start=PERIOD.start, end=PERIOD.end, now=NOW, narrowed=more.pop("narrowed", None)
    )
    return answer(facts, key, **more)


POOLED = {"large", "SMALL_GROUPS"}


@pytest.mark.parametrize("key", [key for key in METRICS if "organization" in dimensions(key)])
def test_no_door_tells_a_small_group(small_group: Workspace, viewer: Actor, key: str) -> None:
    groups = {part.group for part in answered(small_group, viewer, key, by="organization").parts}
    assert groups <= POOLED
    by_day = {part.group for part in answered(small_group, viewer, key, by="organization", grain="day").parts}
    assert by_day <= POOLED
    assert "small" in {part.group for part in answered(small_group, SYSTEM, key, by="organization").parts}


@pytest.mark.parametrize("hidden", ["small", "middle", "UNATTRIBUTED"])
def test_no_filter_tells_a_small_group(small_group: Workspace, viewer: Actor, hidden: str) -> None:
    found = answered(small_group, viewer, "cost", narrowed={"organization": [hidden]})
    assert (found.value, found.missing) == (None, WITHHELD)


def test_no_complement_tells_a_small_group(small_group: Workspace, viewer: Actor) -> None:
    whole = answered(small_group, viewer, "cost").value
    all_but = answered(
        small_group, viewer, "cost", narrowed={"organization": ["large", "middle", "UNATTRIBUTED"]}
    ).value
    assert (whole, all_but) == (Decimal("7.5"), Decimal(4))  # the rest is the pool of nine people


def test_single_people_are_refused_to_those_without_the_permission(
    small_group: Workspace, viewer: Actor
) -> None:
    for more in ({"by": "user"}, {"narrowed": {"user": ["small0"]}}):
        with pytest.raises(Forbidden):
            answered(small_group, viewer, "runs", **more)


def test_the_export_pools_small_groups_and_leaves_people_out(
    ws: Workspace, facts: SmallFacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchflow.people import permissions

    add_small_group(facts)

    role = permissions.Role.VIEWER
    monkeypatch.setitem(permissions.MATRIX, role, permissions.MATRIX[role] | {Permission.EXPORT})
    taker, _ = add_user(ws.store, SYSTEM, username="taker", display_name="Taker", role=role)
    rows = exported(ws, Actor(taker.id, "taker", "Taker", role), tmp_path)
    assert {row["group"] for row in rows if row["dimension"] == "organization"} == POOLED
    assert not [row for row in rows if row["dimension"] == "user"]
    assert {row["dimension"] for row in exported(ws, SYSTEM, tmp_path)} >= {"user", "organization"}


def test_every_dimension_of_the_cost_screen_is_one_of_its_figures() -> None:
    assert {*DIMENSIONS, *FILTERED} <= {*dimensions("total_cost")}


def test_a_figure_without_the_permission_is_refused(ws: Workspace, viewer: Actor) -> None:
    with pytest.raises(Forbidden):
        answered(ws, viewer, "open_rejects")


def test_a_running_week_begins_on_its_monday(ws: Workspace, usage: SmallFacts) -> None:
    weeks = [part.start for part in answered(ws, SYSTEM, "cost", grain="week").parts]
    assert weeks == [date(2026, 11, 16)]
