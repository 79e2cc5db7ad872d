"""Figures of the plan by its parts, by time and like for like: counted by hand from a real history on both engines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from orchflow.errors import Forbidden, Invalid
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.document import Answer, answer, facts_for
from orchflow.metrics.metric import GRAINS, PLAN_DIMENSIONS, PlanDimension
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.read import figures
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.people.small_groups import WITHHELD
from orchflow.people.tables import Team, TeamMember
from orchflow.planning.flow.forecasts import forecast_report
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.flow.scorecard import scorecard
from orchflow.planning.sprints.burndown import burndown_report
from orchflow.planning.sprints.life import close_sprint, start_sprint
from orchflow.planning.sprints.sprints import create_sprint, plan_sprint
from orchflow.planning.sprints.velocity import velocity_report
from orchflow.planning.tables import Forecast
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.progress import plan_progress
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task, get_task, list_tasks, update_task
from orchflow.reports.dataset import Reading, Selection
from orchflow.reports.metric_dataset import MetricDataset
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddPerson
from tests.planning.events import may

OF_THE_PLAN = [key for key, own in METRICS.items() if own.permission is Permission.PLAN_VIEW]
NONE = "UNATTRIBUTED"


@dataclass(frozen=True)
class Plan:
    """Ids, as text: how the parts of a figure are called."""

    first: str
    second: str
    hardware: str
    agents: str
    blue: str
    red: str
    blue_sprint: str
    red_sprint: str


@pytest.fixture
def teams(store: Store, add_person: AddPerson) -> dict[str, int]:
    """Blue has five people, Red two, Green six of whom nobody has a task."""
    found = {}
    for name, size in {"Blue": 5, "Red": 2, "Green": 6}.items():
        people = [add_person(f"{name}{number}".lower()).user_id for number in range(size)]
        with store.unit(SYSTEM) as session:
            team = Team(name=name)
            session.add(team)
            session.flush()
            session.add_all(TeamMember(team_id=team.id, user_id=person) for person in people if person)
            found[name] = team.id
    return found


@pytest.fixture
def plan(space: Workspace, store: Store, teams: dict[str, int], time: Clock) -> Plan:
    """Two weeks of May 2026, told on the 14th at noon.

    Hardware (effort 1, flow 1) has tasks of 3 and 5 points in Blue's sprint of the 4th to the 8th: the first was done
    on the 6th, the second was begun on the 7th at 15:00 and is open. Agents (effort 2, of no flow) has one of 2 points in
    Red's sprint, which runs since the 11th: done on the 13th; and one of 8 points in no sprint, begun on the 13th.
    """

    def move(task: int, status: str, day: int, hour: int = 9) -> None:
        time.now = may(day, hour)
        update_task(store, SYSTEM, task, get_task(store, SYSTEM, task).version, {"status": status})

    first = create_effort(store, SYSTEM, number=1, name="Infrastructure", flow=1).id
    second = create_effort(store, SYSTEM, number=2, name="Own").id
    hardware = create_project(store, SYSTEM, effort_id=first, number="1.1", name="Hardware").id
    agents = create_project(store, SYSTEM, effort_id=second, number="2.1", name="Agents").id
    done = create_task(store, SYSTEM, project_id=hardware, title="Order", points=3).id
    late = create_task(store, SYSTEM, project_id=hardware, title="Build", points=5, due=date(2026, 5, 12)).id
    reds = create_task(store, SYSTEM, project_id=agents, title="Write", points=2).id
    free = create_task(store, SYSTEM, project_id=agents, title="Launch", points=8, due=date(2026, 5, 18)).id
    blue, red = (
        create_sprint(
            store, SYSTEM, name=f"{name} sprint", team_id=teams[name], start=date(2026, 5, day),
            end=date(2026, 5, day + 4),
        ).id
        for name, day in (("Blue", 4), ("Red", 11))
    )  # fmt: skip
    plan_sprint(store, SYSTEM, blue, add=[done, late])
    plan_sprint(store, SYSTEM, red, add=[reds])
    time.now = may(4)
    start_sprint(store, SYSTEM, blue)
    move(done, "in_progress", 5)
    move(done, "done", 6)
    move(late, "in_progress", 7, 15)
    time.now = may(8, 17)
    close_sprint(store, SYSTEM, blue)
    time.now = may(11)
    start_sprint(store, SYSTEM, red)
    move(reds, "in_progress", 12)
    move(free, "in_progress", 13)
    move(reds, "done", 13, 12)
    time.now = may(14, 12)
    ids = (first, second, hardware, agents, teams["Blue"], teams["Red"], blue, red)
    return Plan(*map(str, ids))


def answered(
    space: Workspace, key: str, first: int = 1, actor: Actor = SYSTEM, *,
    within: dict[PlanDimension, int] | None = None, last: int = 14, **parts: Any,
) -> Answer:  # fmt: skip
    facts = facts_for(
        space,
        actor,
        key,
        start=date(2026, 5, first),
        end=date(2026, 5, last),
        plan=PlanScope.of(within or {}),
    )
    return answer(facts, key, **parts)


def by(space: Workspace, key: str, dimension: PlanDimension, **more: Any) -> dict[str | None, Any]:
    return {part.group: part.value for part in answered(space, key, by=dimension, **more).parts}


def by_week(space: Workspace, key: str, **more: Any) -> list[Any]:
    parts = answered(space, key, grain="week", **more).parts
    assert [part.start for part in parts] == [date(2026, 4, 27), date(2026, 5, 4), date(2026, 5, 11)][
        -len(parts) :
    ]
    return [part.value for part in parts]


def test_what_flows_adds_up_over_every_part(space: Workspace, plan: Plan) -> None:
    assert [figure.value for figure in figures(asked_facts(space), ["throughput", "wip"])] == [1.0, 2]
    assert by(space, "throughput", "effort") == {plan.first: 0.5, plan.second: 0.5}
    assert by(space, "throughput", "project") == {plan.hardware: 0.5, plan.agents: 0.5}
    assert by(space, "throughput", "flow") == {"1": 0.5, NONE: 0.5}
    assert by(space, "throughput", "sprint") == {plan.blue_sprint: 0.5, plan.red_sprint: 0.5, NONE: 0.0}
    assert by(space, "throughput", "team") == {plan.blue: 0.5, plan.red: 0.5, NONE: 0.0}
    assert by(space, "wip", "project") == {plan.hardware: 1, plan.agents: 1}
    assert by(space, "wip", "sprint") == {plan.blue_sprint: 0, plan.red_sprint: 0, NONE: 2}


def asked_facts(space: Workspace) -> Any:
    return facts_for(space, SYSTEM, "wip", start=date(2026, 5, 1), end=date(2026, 5, 14))


def test_parts_narrow_together(space: Workspace, plan: Plan) -> None:
    within: dict[PlanDimension, int] = {"project": int(plan.hardware)}
    assert by(space, "throughput", "sprint", within=within) == {
        plan.blue_sprint: 0.5, plan.red_sprint: 0.0, NONE: 0.0,
    }  # fmt: skip
    assert by(space, "wip", "project", within=within) == {plan.hardware: 1}
    assert answered(space, "wip", within=within | {"effort": int(plan.second)}).value is None


def test_progress_of_a_part_and_as_it_stood(space: Workspace, plan: Plan) -> None:
    assert answered(space, "progress").value == pytest.approx(5 / 18)
    assert by(space, "progress", "project") == {plan.hardware: 3 / 8, plan.agents: 2 / 10}
    assert by(space, "progress", "team") == {plan.blue: 1.0, plan.red: 1.0, NONE: 0.0}
    assert by_week(space, "progress") == [0, pytest.approx(3 / 18), pytest.approx(5 / 18)]
    assert answered(space, "progress", last=6).value == pytest.approx(3 / 18)
    present = plan_progress(space.store, SYSTEM)
    assert answered(space, "progress").value == present.plan.share
    assert by(space, "progress", "effort") == {str(key): own.share for key, own in present.efforts.items()}


def test_flow_as_it_stood_at_the_end_of_each_week(space: Workspace, plan: Plan) -> None:
    assert by_week(space, "wip") == [0, 1, 2]
    assert by_week(space, "throughput") == [0.0, 1.0, 1.8]  # 0 in 3 days, 1 in 7, 1 in 4
    assert by_week(space, "cycle_time_50") == [1.0, 1.125]
    assert by_week(space, "oldest_work") == [pytest.approx(3.375), pytest.approx(6.875)]
    months = answered(space, "throughput", grain="month").parts
    assert [(part.start, part.value) for part in months] == [(date(2026, 5, 1), 1.0)]


def test_durations_of_a_part(space: Workspace, plan: Plan) -> None:
    for key in ("cycle_time_50", "cycle_time_85", "cycle_time_95"):
        assert by(space, key, "project") == {plan.hardware: 1.0, plan.agents: 1.125}
    assert by(space, "oldest_work", "effort") == {plan.first: 6.875, plan.second: 1.125}


def test_sprints_side_by_side_and_day_by_day(space: Workspace, plan: Plan) -> None:
    values = {
        "sprint_committed": (8, 2),
        "sprint_done": (3, 2),
        "sprint_remaining": (5, 0),
        "sprint_scope_change": (0, 0),
    }
    for key, (blue, red) in values.items():
        assert by(space, key, "sprint") == {plan.blue_sprint: blue, plan.red_sprint: red}, key
    days = answered(space, "sprint_remaining", grain="day", within={"sprint": int(plan.blue_sprint)}).parts
    assert {part.start.day: part.value for part in days if part.start} == {
        4: 8, 5: 8, **dict.fromkeys(range(6, 15), 5),
    }  # fmt: skip
    assert by_week(space, "sprint_done") == [3, 2], "of the sprint that ran then"


def test_closed_sprints_by_team_and_by_sprint(
    space: Workspace, plan: Plan, store: Store, time: Clock
) -> None:
    for part, blue in (("team", plan.blue), ("sprint", plan.blue_sprint)):
        assert by(space, "velocity", part) == {blue: 3.0}  # type: ignore[arg-type]  # of the loop
        assert by(space, "predictability", part) == {blue: 3 / 8}  # type: ignore[arg-type]  # of the loop
    close_sprint(store, SYSTEM, int(plan.red_sprint), early=True)
    assert by(space, "velocity", "team") == {plan.blue: 3.0, plan.red: 2.0}
    assert answered(space, "velocity").value == 2.5
    facts = facts_for(space, SYSTEM, "velocity", start=date(2026, 5, 1), end=date(2026, 5, 14))
    (both,) = figures(facts, ("velocity",))
    assert both.note == "the mean of 2 sprints of 2 teams, each with a measure of its own"


def test_dates_of_a_part(space: Workspace, store: Store, plan: Plan) -> None:
    assert by(space, "days_to_end", "project") == {plan.hardware: 0, plan.agents: 4}, "late is today at best"
    assert by(space, "critical_tasks", "project") == {plan.hardware: 1, plan.agents: 1}
    assert answered(space, "critical_tasks").value == 1, "a part has an end of its own"
    assert by(space, "late_tasks", "effort") == {plan.first: 1, plan.second: 0}
    [launch] = [task for task in list_tasks(store, SYSTEM) if task.title == "Launch"]
    update_task(store, SYSTEM, launch.id, launch.version, {"milestone": True})
    assert by(space, "next_milestone", "project") == {plan.agents: 4}


def test_forecasts_of_a_part(space: Workspace, store: Store, plan: Plan) -> None:
    kept = ({"effort_ids": [int(plan.first)]}, "06"), ({"effort_ids": [int(plan.second)]}, "10")
    with store.unit(SYSTEM) as session:
        for scope, day in kept:
            result = {"remaining": 1, "dates": {"85": f"2026-05-{day}"}}
            session.add(Forecast(kind="daily", made_at=may(5), scope=scope, result=result))
    assert answered(space, "forecasts_held").value == 0.5
    assert by(space, "forecasts_held", "effort") == {plan.first: 1.0, plan.second: 0.0}


COMPARED: dict[str, tuple[float, float | None, str]] = {
    "wip": (2, 0, "vs how it stood on 7 May 2026 at 12:00"),
    "progress": (5 / 18, 3 / 18, "vs how it stood on 7 May 2026 at 12:00"),
    "throughput": (1.0, 1.0, "vs 1–7 May to 12:00"),
    "cycle_time_50": (1.125, 1.0, "vs 1–7 May to 12:00"),
    "late_tasks": (1, None, "it has no period before"),
}


def test_it_is_compared_with_the_history_up_to_the_same_time_of_day(space: Workspace, plan: Plan) -> None:
    for key, (value, previous, words) in COMPARED.items():
        found = answered(space, key, first=8)
        assert (found.value, found.previous, found.compared_with) == (
            pytest.approx(value), previous if previous is None else pytest.approx(previous), words,
        ), key  # fmt: skip


def test_parts_are_compared_too(space: Workspace, plan: Plan) -> None:
    found = answered(space, "progress", first=8, by="project").parts
    assert {part.label: (part.value, part.previous) for part in found} == {
        "1.1 Hardware": (3 / 8, 3 / 8), "2.1 Agents": (1 / 5, 0.0),
    }  # fmt: skip


def test_a_plan_that_is_too_young_is_not_compared(space: Workspace, plan: Plan) -> None:
    found = answered(space, "wip", first=7)
    assert (found.previous, found.compared_with) == (None, "data begins 1 May 2026, nothing to compare with")


def test_small_teams_are_pooled_and_not_to_be_asked_for(space: Workspace, plan: Plan, viewer: Actor) -> None:
    assert by(space, "throughput", "team", actor=viewer) == {"SMALL_GROUPS": 1.0, NONE: 0.0}
    assert by(space, "velocity", "team", actor=viewer) == {"SMALL_GROUPS": 3.0}
    for team in (plan.red, plan.blue):
        with pytest.raises(Forbidden):
            answered(space, "throughput", actor=viewer, within={"team": int(team)})
    assert answered(space, "throughput", within={"team": int(plan.red)}).value == 0.5


def test_sprints_of_small_teams_are_told_together_as_their_teams_are(
    space: Workspace, plan: Plan, viewer: Actor
) -> None:
    assert by(space, "throughput", "sprint", actor=viewer) == {"SMALL_GROUPS": 1.0, NONE: 0.0}
    sprint = int(plan.blue_sprint)
    for ask in (
        lambda: answered(space, "throughput", actor=viewer, within={"sprint": sprint}),
        lambda: burndown_report(space, viewer, sprint),
        lambda: velocity_report(space, viewer, sprint_ids=[sprint]),
        lambda: scorecard(space, viewer, scope=FlowScope(team_id=int(plan.red))),
        lambda: forecast_report(space, viewer, scope=FlowScope(team_id=int(plan.red))),
    ):
        with pytest.raises(Forbidden, match=WITHHELD):
            ask()
    assert velocity_report(space, viewer).sprints == ()
    assert answered(space, "velocity", actor=viewer).missing == WITHHELD
    assert answered(space, "sprint_done", actor=viewer).missing == WITHHELD


def test_who_is_in_a_small_team_sees_its_figures(space: Workspace, plan: Plan, add_person: AddPerson) -> None:
    person = add_person("rosa")
    with space.store.unit(SYSTEM) as session:
        session.add(TeamMember(team_id=int(plan.red), user_id=person.user_id))
    assert answered(space, "throughput", actor=person, within={"team": int(plan.red)}).value == 0.5


def test_the_export_pools_small_teams(space: Workspace, plan: Plan, viewer: Actor) -> None:
    def groups(actor: Actor) -> set[str]:
        batches = MetricDataset().batches(
            Reading(space, actor, Selection(date(2026, 5, 1), date(2026, 5, 14))), 1_000
        )
        rows = (row for batch in batches for row in batch.to_pylist())
        return {row["group"] for row in rows if row["dimension"] == "team"}

    assert groups(viewer) == {"SMALL_GROUPS", NONE}
    assert groups(SYSTEM) == {plan.blue, plan.red, NONE}


def test_every_part_there_is_not_has_its_reason() -> None:
    for key in OF_THE_PLAN:
        own = METRICS[key]
        assert own.undivided.keys() == {"user", *PLAN_DIMENSIONS, *([] if own.grains else ["grain"])} - {
            *own.parts
        }
        assert own.grains in ((), GRAINS)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("wip", {"by": "user"}, "people are not measured by their tasks"),
    ("velocity", {"by": "project"}, "a sprint is planned and closed as a whole"),
    ("velocity", {"grain": "week"}, "take it by sprint"),
    ("sprint_committed", {"grain": "day"}, "fixed at the start"),
    ("late_tasks", {"grain": "day"}, "baselines"),
    ("wip", {"by": "model"}, "is not known by model"),
    ("runs", {"by": "project"}, "is not known by project"),
]


def test_a_part_there_is_not_is_refused_with_its_reason(space: Workspace, plan: Plan) -> None:
    for key, parts, reason in REFUSED:
        with pytest.raises(Invalid, match=reason):
            answered(space, key, **parts)


def test_a_part_that_a_figure_is_not_known_by_is_said(space: Workspace, plan: Plan) -> None:
    for key in ("velocity", "cost", "adoption_rate"):
        found = answered(space, key, within={"project": int(plan.hardware)})
        assert found.missing
        assert found.value is None
    assert answered(space, "velocity", within={"project": 1}, by="team").parts == ()


def test_too_many_parts_are_refused(space: Workspace, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchflow.metrics.plan_parts.MOST_PARTS", 27)
    assert len(answered(space, "wip", last=13, by="project", grain="day").parts) == 26
    with pytest.raises(Invalid, match="more than 27 parts"):
        answered(space, "wip", by="project", grain="day")
