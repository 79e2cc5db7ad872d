"""People and plan of the plan store, as figures see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from orchflow.costs.tables import (
    Budget,
    BusinessMeasure,
    CostEntry,
    CostShare,
    ExchangeRate,
    HourlyRate,
    Target,
    TimelineEvent,
)
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import Team, TeamMember
from orchflow.planning.tables import Effort, Goal, Link, LinkKind, Project, Sprint, Task
from orchflow.store.engine import Store
from orchflow.store.tables import Base
from orchflow.value.tables import Assumption, AssumptionKind, Benefit, UseCase
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.mirror import MIRRORED, forget_mirror, mirror, mirrored_position
from orchflow.warehouse.sql import Query
from tests.people.conftest import AddPerson, add_person  # noqa: F401

from .conftest import Ask


@pytest.fixture
def plan(store: Store, add_person: AddPerson) -> int:  # noqa: F811
    """One of everything; the id of the task."""
    ada = add_person("ada", platform_user_id="p-ada")
    with store.unit(SYSTEM) as session:
        team = Team(name="Platform", lead_id=ada.user_id, members=[TeamMember(user_id=ada.user_id)])
        effort = Effort(number=1, name="Foundations")
        session.add_all([team, effort])
        session.flush()
        project = Project(number="1.1", effort_id=effort.id, name="Sign-in")
        session.add(project)
        session.flush()
        goal = Goal(project_id=project.id, name="Fast", target=Decimal("1.5"))
        sprint = Sprint(team_id=team.id, number=1, name="Sprint 1")
        session.add_all([goal, sprint])
        session.flush()
        task = Task(
            project_id=project.id, goal_id=goal.id, sprint_id=sprint.id, title="Form", assignee_id=ada.user_id,
            estimated_hours=Decimal("2.25"), logged_hours=Decimal("0.5"), labels=["a", "b"],
        )  # fmt: skip
        session.add(task)
        session.flush()
        rate = {"valid_from": date(2026, 11, 1), "rate": Decimal("1.082512345678")}
        session.add(ExchangeRate(currency="EUR", into_currency="USD", **rate))
        session.add(Link(entity="task", entity_id=task.id, kind=LinkKind.AGENT, target="writer"))
        money, since = {"amount": Decimal("1200.55"), "currency": "EUR"}, {"valid_from": date(2026, 11, 1)}
        session.add_all(
            [
                HourlyRate(person_id=ada.user_id, rate=Decimal("95.5"), currency="EUR", **since),
                CostEntry(name="Licences", starts=date(2026, 11, 1), **money),
                Budget(name="All", thresholds=[50, 100], **money, **since),
                CostShare(subject="writer", project_id=project.id, share=Decimal("33.33"), **since),
                TimelineEvent(day=date(2026, 11, 1), title="Launch"),
                Target(figure="error_rate", value=Decimal("0.02"), **since),
                BusinessMeasure(name="Claims", month=date(2026, 11, 1), value=Decimal(1250), unit="claims"),
                UseCase(title="Write", agent="writer"),
                Benefit(
                    title="Less", agent="writer", starts=date(2026, 11, 1), minutes_likely=Decimal("12.25")
                ),
                Assumption(kind=AssumptionKind.RECAPTURE, likely=Decimal(50), **since),
            ]
        )
        return task.id


def test_everything_is_mirrored_with_its_values(
    store: Store, warehouse: Warehouse, ask: Ask, plan: int
) -> None:
    assert mirrored_position(warehouse) is None

    copied = mirror(store, warehouse, 7)

    statuses = copied.pop("workflow_columns")
    assert statuses >= 7, "the statuses every plan begins with"
    assert copied == dict.fromkeys(set(MIRRORED.values()) - {"workflow_columns"}, 1)
    assert mirrored_position(warehouse) == 7
    assert ask("select currency, into_currency, rate from exchange_rates") == [
        ("EUR", "USD", Decimal("1.082512345678"))
    ]
    assert ask("select amount, every, part, ends from cost_entries") == [
        (Decimal("1200.55"), "month", "operations", None)
    ]
    assert ask("select thresholds, period, scope from budgets") == [([50, 100], "month", "workspace")]
    assert ask("select share from cost_shares union all select rate from hourly_rates order by 1") == [
        (Decimal("33.33"),), (Decimal("95.5"),)
    ]  # fmt: skip
    assert ask("select stage from use_cases union all select grade from benefits") == [
        ("idea",),
        ("declared",),
    ]
    assert ask("select minutes_likely from benefits union all select likely from assumptions") == [
        (Decimal("12.25"),), (Decimal(50),)
    ]  # fmt: skip
    assert ask("select username, role, active, platform_user_id from people") == [
        ("ada", "member", True, "p-ada")
    ]
    assert ask(
        "select p.username, t.name from people p join team_members m on m.user_id = p.id join teams t on t.id = m.team_id"
    ) == [("ada", "Platform")]
    assert ask(
        """select t.id, t.title, t.estimated_hours, t.logged_hours, t.labels, t.status, p.number, e.name, g.target,
            s.name, l.target
        from tasks t
        join projects p on p.id = t.project_id
        join efforts e on e.id = p.effort_id
        join goals g on g.id = t.goal_id
        join sprints s on s.id = t.sprint_id
        join links l on l.entity = 'task' and l.entity_id = t.id and l.kind = 'agent'"""
    ) == [
        (plan, "Form", Decimal("2.25"), Decimal("0.5"), ["a", "b"], "backlog", "1.1", "Foundations", Decimal("1.5"),
         "Sprint 1", "writer")
    ]  # fmt: skip


def test_only_what_changed_is_copied(store: Store, warehouse: Warehouse, ask: Ask, plan: int) -> None:
    mirror(store, warehouse, 1)
    with store.unit(SYSTEM) as session:
        task = session.get_one(Task, plan)
        task.logged_hours = Decimal(2)
        session.get_one(Project, task.project_id).name = "not copied"
        gone = session.query(Link).one()
        session.delete(gone)
    versions = warehouse.version("plan"), warehouse.version("people")

    copied = mirror(store, warehouse, 2, {"task": {plan}, "link": {gone.id}, "team_member": set()})

    assert copied == {"tasks": 1, "links": 0, "team_members": 0}
    assert ask("select logged_hours from tasks") == [(Decimal(2),)]
    assert ask("select name from projects") == [("Sign-in",)]
    assert ask("select * from links") == []
    assert mirrored_position(warehouse) == 2
    assert (warehouse.version("plan"), warehouse.version("people")) == (versions[0] + 1, versions[1])


def test_copying_the_same_again_changes_nothing(
    store: Store, warehouse: Warehouse, ask: Ask, plan: int
) -> None:
    mirror(store, warehouse, 1)
    mirror(store, warehouse, 1, {"task": [plan]})
    mirror(store, warehouse, 1)
    assert ask("select count(*) from tasks union all select count(*) from people") == [(1,), (1,)]


def test_a_mirror_that_is_forgotten_is_of_no_position(store: Store, warehouse: Warehouse) -> None:
    mirror(store, warehouse, 3)
    forget_mirror(warehouse)
    assert mirrored_position(warehouse) is None


@pytest.mark.parametrize(("entity", "table"), MIRRORED.items())
def test_what_is_mirrored_is_what_the_plan_store_has(warehouse: Warehouse, entity: str, table: str) -> None:
    columns = warehouse.query(Query.of("columns", f"from {table} limit 0")).column_names
    assert set(columns) <= set(Base.metadata.tables[entity].c.keys())
    assert columns[0] == "id"
