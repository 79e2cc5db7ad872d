"""Hours of work by day: whose they are, and what they cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.hours import follow_hours
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import update_user
from orchflow.planning.exchange.import_file import import_plan
from orchflow.planning.history import record_past
from orchflow.planning.undo.undo import undo
from orchflow.planning.undo.undoable import undoable
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import TASKS
from orchflow.store.tables import Change
from orchflow.subscribers import dispatcher
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.people.conftest import AddPerson
from tests.planning.clockwork import Clock
from tests.planning.events import may

D = Decimal
HOURS = Query.of(
    "hours",
    "select day, person_id, hours, cost, currency, unconverted from hours_daily order by day, task_id, person_id",
)


@pytest.fixture
def ws(time: Clock, space: Workspace) -> Workspace:
    """The workspace, on 1 May 2026."""
    return space


@pytest.fixture
def ada(add_person: AddPerson, time: Clock) -> int:
    number = add_person("ada").user_id
    assert number
    return number


@pytest.fixture
def ben(add_person: AddPerson, time: Clock) -> Actor:
    return add_person("ben")


@pytest.fixture
def task(ws: Workspace, ada: int) -> Any:
    """A task of Ada, made on 1 May with two hours of work on it."""
    effort = create_effort(ws.store, SYSTEM, name="Foundations")
    project = create_project(ws.store, SYSTEM, effort_id=effort.id, name="Sign-in")
    return TASKS.create(
        ws.store, SYSTEM, project_id=project.id, title="Form", assignee_id=ada, logged_hours=2
    )


def log(ws: Workspace, task: Any, hours: Any, actor: Actor = SYSTEM, **values: Any) -> str:
    changes = {"logged_hours": hours, **values}
    now = TASKS.get(ws.store, SYSTEM, task.id)
    TASKS.update(
        ws.store, SYSTEM if actor is SYSTEM else actor, task.id, now.version, changes, request=f"log {hours}"
    )
    return f"log {hours}"


def worked(ws: Workspace) -> list[tuple[int, int | None, Decimal]]:
    """Day of May, person and hours."""
    dispatcher(ws).deliver()
    return [(day.day, person, hours) for day, person, hours, *_ in ws.warehouse.rows(HOURS)]


def costs(ws: Workspace) -> list[Decimal | None]:
    dispatcher(ws).deliver()
    return [cost for *_, cost, _, _ in ws.warehouse.rows(HOURS)]


def test_hours_are_of_the_day_on_which_they_were_logged_and_of_who_had_the_task(
    ws: Workspace,
    time: Clock,
    task: Any,
    ada: int,
    ben: Actor,
) -> None:
    time.now = may(4)
    log(ws, task, "5.5")
    time.now = may(5)
    log(ws, task, 7, assignee_id=ben.user_id)
    time.now = may(6)
    log(ws, task, 6)
    log(ws, task, 8)
    assert worked(ws) == [
        (1, ada, D(2)), (4, ada, D("3.5")), (5, ben.user_id, D("1.5")), (6, ben.user_id, D(1)),
    ]  # fmt: skip
    time.now = may(7)
    log(ws, task, 3)
    assert worked(ws)[-1] == (7, ben.user_id, D(-5)), "a correction counts against its day"
    log(ws, task, None, assignee_id=None)
    assert worked(ws)[-1] == (7, None, D(-3))


def test_without_an_assignee_they_are_of_who_logged_them_whoever_has_the_task_later(
    ws: Workspace, time: Clock, task: Any, ada: int, ben: Actor
) -> None:
    unassigned = TASKS.create(ws.store, SYSTEM, project_id=task.project_id, title="Other")
    time.now = may(2)
    boss = Actor(ben.user_id, ben.username, ben.display_name, ben.role)
    with ws.store.unit(boss) as session:
        session.get_one(TASKS.model, unassigned.id).logged_hours = D(4)
    assert worked(ws)[-1] == (2, ben.user_id, D(4))
    time.now = may(3)
    log(ws, unassigned, 5, assignee_id=ada)
    assert worked(ws)[-2:] == [(2, ben.user_id, D(4)), (3, ada, D(1))]


def test_a_deleted_task_keeps_its_hours_and_one_brought_back_has_them_once(
    ws: Workspace,
    time: Clock,
    task: Any,
    ada: int,
) -> None:
    time.now = may(4)
    request = TASKS.delete(ws.store, SYSTEM, task.id)
    assert worked(ws) == [(1, ada, D(2))]
    undo(ws.store, SYSTEM, request)
    assert worked(ws) == [(1, ada, D(2))]
    log(ws, task, 3)
    assert worked(ws) == [(1, ada, D(2)), (4, ada, D(1))]


def test_what_is_undone_was_never_worked(ws: Workspace, time: Clock, task: Any, ada: int) -> None:
    time.now = may(4)
    request = log(ws, task, 5)
    time.now = may(6)
    again = undo(ws.store, SYSTEM, request).request
    assert worked(ws) == [(1, ada, D(2))]
    undo(ws.store, SYSTEM, again)
    assert worked(ws) == [(1, ada, D(2)), (6, ada, D(3))]


PLAN = """level,key,number,name,effort,project,logged_hours
effort,,1,Launch,,,
project,,1.1,Room,1,,
task,,,Server,,1.1,12
task,,,Cables,,1.1,4
"""


def test_an_import_that_is_undone_leaves_nothing_of_what_it_wrote(ws: Workspace, time: Clock) -> None:
    report = import_plan(ws.store, SYSTEM, PLAN.encode(), filename="plan.csv")
    assert worked(ws) == [(1, None, D(12)), (1, None, D(4))]
    with ws.store.read() as session:
        changed = sa.select(Change.entity).where(Change.request == report.request).distinct()
        assert set(session.scalars(changed)) <= undoable().keys()
    time.now = may(20)
    undone = undo(ws.store, SYSTEM, report.request or "")
    assert worked(ws) == []
    assert TASKS.list(ws.store, SYSTEM) == []
    undo(ws.store, SYSTEM, undone.request)
    assert worked(ws) == [(20, None, D(12)), (20, None, D(4))]


def test_what_is_known_of_a_past_elsewhere_counts_once(ws: Workspace, task: Any, ada: int) -> None:
    past = [
        {
            "occurred_at": "2026-04-02T09:00:00Z",
            "field": "logged_hours",
            "old": None,
            "new": 1,
            "by": "Grace",
        },
        {"occurred_at": "2026-04-03T09:00:00Z", "field": "logged_hours", "old": 1, "new": 1.5, "by": "Grace"},
    ]
    with ws.store.unit(SYSTEM) as session:
        record_past(session, SYSTEM, {task.id: past})
    assert worked(ws) == [(2, ada, D(1)), (3, ada, D("0.5")), (1, ada, D("0.5"))]


def test_the_rate_of_the_person_beats_that_of_the_role_and_that_of_everybody(
    ws: Workspace,
    time: Clock,
    task: Any,
    ada: int,
) -> None:
    rate = {"currency": "USD", "valid_from": "2026-04-01"}
    assert costs(ws) == [None]
    HOURLY_RATES.create(ws.store, SYSTEM, rate=50, **rate)
    assert costs(ws) == [D(100)]
    HOURLY_RATES.create(ws.store, SYSTEM, rate=70, job_role="backend_engineer", **rate)
    update_user(ws.store, SYSTEM, ada, 1, {"job_role": "ai_engineer"})
    assert costs(ws) == [D(100)]
    time.now = may(3)
    update_user(ws.store, SYSTEM, ada, 2, {"job_role": "backend_engineer"})
    log(ws, task, 3)
    assert costs(ws) == [D(100), D(70)], "the role of the day"
    own = HOURLY_RATES.create(ws.store, SYSTEM, rate="90.125", person_id=ada, **rate)
    assert costs(ws) == [D("180.25"), D("90.125")]
    HOURLY_RATES.update(ws.store, SYSTEM, own.id, own.version, {"valid_from": "2026-05-02"})
    assert costs(ws) == [D(100), D("90.125")], "from its first day on"
    HOURLY_RATES.update(ws.store, SYSTEM, own.id, 2, {"valid_to": "2026-05-03"})
    assert costs(ws) == [D(100), D(70)], "its end is no day of it"


def test_who_has_no_job_role_any_more_costs_what_everybody_else_does(
    ws: Workspace, time: Clock, task: Any, ada: int
) -> None:
    rate = {"currency": "USD", "valid_from": "2026-04-01"}
    HOURLY_RATES.create(ws.store, SYSTEM, rate=50, **rate)
    HOURLY_RATES.create(ws.store, SYSTEM, rate=70, job_role="ai_engineer", **rate)
    update_user(ws.store, SYSTEM, ada, 1, {"job_role": "ai_engineer"})
    time.now = may(3)
    update_user(ws.store, SYSTEM, ada, 2, {"job_role": None})
    log(ws, task, 3)
    assert costs(ws) == [D(140), D(50)]


def test_an_expense_has_its_hours_and_follows_rates_that_are_made_changed_and_deleted(
    ws: Workspace, task: Any
) -> None:
    def expenses() -> list[tuple[Any, ...]]:
        dispatcher(ws).deliver()
        return ws.warehouse.rows(
            Query.of("expenses", "select hours, amount, cost from expenses_daily order by day")
        )

    assert expenses() == [(D(2), None, None)]
    rate = HOURLY_RATES.create(ws.store, SYSTEM, rate=50, currency="USD", valid_from="2026-04-01")
    assert expenses() == [(D(2), D(100), D(100))]
    HOURLY_RATES.update(ws.store, SYSTEM, rate.id, rate.version, {"rate": 60})
    assert expenses() == [(D(2), D(120), D(120))]
    HOURLY_RATES.delete(ws.store, SYSTEM, rate.id)
    assert expenses() == [(D(2), None, None)]


def test_hours_in_another_currency_wait_for_a_rate_of_exchange(ws: Workspace, task: Any) -> None:
    HOURLY_RATES.create(ws.store, SYSTEM, rate=50, currency="EUR", valid_from="2026-04-01")
    dispatcher(ws).deliver()
    assert [row[3:] for row in ws.warehouse.rows(HOURS)] == [(None, "EUR", 1)]
    EXCHANGE_RATES.create(
        ws.store, SYSTEM, currency="EUR", into_currency="USD", valid_from="2026-04-01", rate="1.1"
    )
    dispatcher(ws).deliver()
    assert [row[3:] for row in ws.warehouse.rows(HOURS)] == [(D(110), "EUR", 0)]


def test_what_stays_as_it_was_moves_nothing(ws: Workspace, task: Any) -> None:
    assert len(worked(ws)) == 1
    version = ws.warehouse.version("costs")
    assert follow_hours(ws.store, ws.warehouse, 7) == follow_hours(ws.store, ws.warehouse, 8, [task.id]) == []
    assert ws.warehouse.version("costs") == version
