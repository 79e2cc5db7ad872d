"""Sprints from the plan to the close, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from orchflow import clock
from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import add_team
from orchflow.planning.calendar import add_day_off
from orchflow.planning.sprints.capacity import capacity
from orchflow.planning.sprints.schedule import departures
from orchflow.planning.sprints.sprints import (
    SprintRow,
    close_sprint,
    create_sprint,
    delete_sprint,
    get_sprint,
    list_sprints,
    plan_sprint,
    reopen_sprint,
    start_sprint,
    update_sprint,
)
from orchflow.planning.tables import SprintState
from orchflow.planning.work.board import backlog
from orchflow.planning.work.tasks import update_task
from orchflow.store.engine import Store
from tests.planning.conftest import AddTask, Reread

MONDAY, FRIDAY = date(2026, 5, 4), date(2026, 5, 8)
NEXT_MONDAY, NEXT_FRIDAY = date(2026, 5, 11), date(2026, 5, 15)


@pytest.fixture
def sprint(store: Store) -> SprintRow:
    return create_sprint(store, SYSTEM, start=MONDAY, end=FRIDAY)


@pytest.fixture
def following(store: Store, sprint: SprintRow) -> SprintRow:
    return create_sprint(store, SYSTEM, start=NEXT_MONDAY, end=NEXT_FRIDAY)


def test_sprints_of_a_team_are_numbered_from_zero(
    store: Store, sprint: SprintRow, following: SprintRow
) -> None:
    team = add_team(store, SYSTEM, name="Engines").id
    own = create_sprint(store, SYSTEM, team_id=team, start=MONDAY, end=FRIDAY)
    assert [(s.number, s.name) for s in (sprint, following, own)] == [
        (0, "Sprint 0"),
        (1, "Sprint 1"),
        (0, "Sprint 0"),
    ]
    assert list_sprints(store, SYSTEM, team_id=team) == [own]
    assert list_sprints(store, SYSTEM, team_id="none") == [sprint, following]


def test_sprints_of_one_team_may_not_overlap_those_of_several_may(store: Store, sprint: SprintRow) -> None:
    team = add_team(store, SYSTEM, name="Engines").id
    create_sprint(store, SYSTEM, team_id=team, start=MONDAY, end=FRIDAY)
    with pytest.raises(Invalid, match="Sprint 0 of the same team is from 2026-05-04 to 2026-05-08"):
        create_sprint(store, SYSTEM, start=FRIDAY, end=NEXT_FRIDAY)


def test_moving_a_sprint_over_another_one_is_refused(store: Store, following: SprintRow) -> None:
    with pytest.raises(Invalid, match="of the same team"):
        update_sprint(store, SYSTEM, following.id, following.version, {"start": FRIDAY})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"start": FRIDAY, "end": MONDAY}, "before the start"),
        ({"focus": 1.5}, "focus: must be from 0.01 to 1"),
        ({"members": [999]}, "there is no user 999"),
        ({"team_id": 999}, "there is no team 999"),
        ({"days_off": {"7": -1}}, "days_off"),
        ({"name": "x" * 201}, "name: has 201 characters"),
        ({"number": 0}, "has a sprint 0 already"),
        ({"state": "closed"}, "state: cannot be changed"),
    ],
)
def test_refused_values_are_named(
    store: Store, sprint: SprintRow, fields: dict[str, object], reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        create_sprint(store, SYSTEM, **fields)


def test_planning_moves_tasks_in_and_out(
    store: Store, sprint: SprintRow, add_task: AddTask, reread: Reread
) -> None:
    one, two = add_task(), add_task()
    assert plan_sprint(store, SYSTEM, sprint.id, add=[one.id, two.id]).tasks == (one.id, two.id)
    assert plan_sprint(store, SYSTEM, sprint.id, remove=[one.id], add=[two.id]).tasks == (one.id,)
    assert (reread(one.id).sprint_id, reread(two.id).sprint_id) == (None, sprint.id)


def test_a_task_that_is_not_there_moves_nothing(
    store: Store, sprint: SprintRow, add_task: AddTask, reread: Reread
) -> None:
    task = add_task()
    with pytest.raises(Invalid, match="there is no task 999"):
        plan_sprint(store, SYSTEM, sprint.id, add=[task.id, 999])
    assert reread(task.id).sprint_id is None


def test_starting_stores_the_instant(
    store: Store, sprint: SprintRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: at)
    started = start_sprint(store, SYSTEM, sprint.id).sprint
    assert (started.state, started.started_at) == (SprintState.ACTIVE, at)
    with pytest.raises(Invalid, match="active already"):
        start_sprint(store, SYSTEM, sprint.id)


def test_a_sprint_needs_its_days_to_start(store: Store) -> None:
    with pytest.raises(Invalid, match="first and last day"):
        start_sprint(store, SYSTEM, create_sprint(store, SYSTEM).id)


def test_a_team_runs_one_sprint_at_a_time(store: Store, sprint: SprintRow, following: SprintRow) -> None:
    start_sprint(store, SYSTEM, sprint.id)
    with pytest.raises(Invalid, match="Sprint 0 of the same team is running"):
        start_sprint(store, SYSTEM, following.id)
    team = add_team(store, SYSTEM, name="Engines").id
    start_sprint(store, SYSTEM, create_sprint(store, SYSTEM, team_id=team, start=MONDAY, end=FRIDAY).id)


def test_closing_carries_unfinished_tasks_over_and_keeps_what_was_done(
    store: Store, sprint: SprintRow, following: SprintRow, add_task: AddTask, reread: Reread
) -> None:
    done, open_, cancelled = add_task(status="done"), add_task(), add_task(status="cancelled")
    plan_sprint(store, SYSTEM, sprint.id, add=[done.id, open_.id, cancelled.id])
    start_sprint(store, SYSTEM, sprint.id)
    closed = close_sprint(store, SYSTEM, sprint.id, following.id)
    assert (closed.sprint.state, closed.tasks) == (SprintState.CLOSED, (open_.id,))
    assert [reread(task.id).sprint_id for task in (done, open_, cancelled)] == [
        sprint.id,
        following.id,
        sprint.id,
    ]


def test_without_a_next_sprint_unfinished_tasks_go_to_the_backlog(
    store: Store, sprint: SprintRow, add_task: AddTask, reread: Reread
) -> None:
    task = add_task(sprint_id=sprint.id)
    start_sprint(store, SYSTEM, sprint.id)
    close_sprint(store, SYSTEM, sprint.id)
    assert reread(task.id).sprint_id is None


def test_a_closed_sprint_takes_and_gives_no_tasks(
    store: Store, sprint: SprintRow, following: SprintRow, add_task: AddTask
) -> None:
    done = add_task(sprint_id=sprint.id, status="done")
    start_sprint(store, SYSTEM, sprint.id)
    close_sprint(store, SYSTEM, sprint.id)
    with pytest.raises(Invalid, match="closed; reopen it"):
        plan_sprint(store, SYSTEM, sprint.id, add=[add_task().id])
    with pytest.raises(Invalid, match="what Sprint 0 did"):
        plan_sprint(store, SYSTEM, following.id, add=[done.id])


def test_what_is_opened_again_after_the_close_waits_for_a_sprint(
    store: Store, sprint: SprintRow, following: SprintRow, add_task: AddTask, reread: Reread
) -> None:
    done, again = (add_task(sprint_id=sprint.id, status="done") for _ in range(2))
    add_task(sprint_id=following.id)
    urgent, cancelled = add_task(priority="urgent"), add_task(status="cancelled")
    start_sprint(store, SYSTEM, sprint.id)
    close_sprint(store, SYSTEM, sprint.id)
    assert [task.id for task in backlog(store, SYSTEM)] == [urgent.id]
    update_task(store, SYSTEM, again.id, again.version, {"status": "in_progress"})
    assert [task.id for task in backlog(store, SYSTEM)] == [urgent.id, again.id]
    plan_sprint(store, SYSTEM, following.id, add=[again.id])
    assert (reread(again.id).sprint_id, reread(done.id).sprint_id) == (following.id, sprint.id)
    assert [task.id for task in backlog(store, SYSTEM)] == [urgent.id]
    assert cancelled.sprint_id is None


def test_a_sprint_is_not_carried_over_to_itself_a_closed_or_a_missing_one(
    store: Store, sprint: SprintRow, following: SprintRow
) -> None:
    start_sprint(store, SYSTEM, sprint.id)
    for target, reason in ((sprint.id, "itself"), (999, "no sprint 999")):
        with pytest.raises(Invalid, match=reason):
            close_sprint(store, SYSTEM, sprint.id, target)
    close_sprint(store, SYSTEM, sprint.id, following.id)
    start_sprint(store, SYSTEM, following.id)
    with pytest.raises(Invalid, match="Sprint 0 is closed"):
        close_sprint(store, SYSTEM, following.id, sprint.id)


def test_reopening_brings_back_what_the_close_carried_over(
    store: Store, sprint: SprintRow, following: SprintRow, add_task: AddTask, reread: Reread
) -> None:
    stays, replanned = add_task(sprint_id=sprint.id), add_task(sprint_id=sprint.id)
    start_sprint(store, SYSTEM, sprint.id)
    close_sprint(store, SYSTEM, sprint.id, following.id)
    plan_sprint(store, SYSTEM, following.id, remove=[replanned.id])
    reopened = reopen_sprint(store, SYSTEM, sprint.id)
    assert (reopened.sprint.state, reopened.sprint.closed_at, reopened.tasks) == (
        SprintState.ACTIVE,
        None,
        (stays.id,),
    )
    assert (reread(stays.id).sprint_id, reread(replanned.id).sprint_id) == (sprint.id, None)


def test_a_sprint_is_not_reopened_while_the_next_one_runs(
    store: Store, sprint: SprintRow, following: SprintRow
) -> None:
    start_sprint(store, SYSTEM, sprint.id)
    close_sprint(store, SYSTEM, sprint.id)
    start_sprint(store, SYSTEM, following.id)
    with pytest.raises(Invalid, match="Sprint 1 of the same team is running"):
        reopen_sprint(store, SYSTEM, sprint.id)


def test_a_sprint_starts_and_closes_early_only_for_who_means_it(
    store: Store, add_task: AddTask, monkeypatch: pytest.MonkeyPatch, reread: Reread
) -> None:
    sprint = create_sprint(store, SYSTEM, start=MONDAY, end=FRIDAY)
    open_ = add_task(sprint_id=sprint.id)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 1, 12, tzinfo=UTC))
    with pytest.raises(Invalid, match="early: Sprint 0 begins on 4 May 2026, in 3 days") as refused:
        start_sprint(store, SYSTEM, sprint.id)
    assert "Set early to start it now" in refused.value.hint
    assert get_sprint(store, SYSTEM, sprint.id) == sprint

    started = start_sprint(store, SYSTEM, sprint.id, early=True).sprint
    assert (started.start, departures(started, UTC)) == (MONDAY, ("started 3 days early",))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 7, 12, tzinfo=UTC))
    with pytest.raises(Invalid, match="early: Sprint 0 ends on 8 May 2026, in 1 day"):
        close_sprint(store, SYSTEM, sprint.id)
    assert (get_sprint(store, SYSTEM, sprint.id), reread(open_.id).sprint_id) == (started, sprint.id)

    closed = close_sprint(store, SYSTEM, sprint.id, early=True).sprint
    assert departures(closed, UTC) == ("started 3 days early", "closed 1 day early")


BERLIN = ZoneInfo("Europe/Berlin")


def test_a_day_begins_where_the_workspace_is(
    store: Store, sprint: SprintRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 3, 22, 30, tzinfo=UTC))
    with pytest.raises(Invalid, match="in 1 day"):
        start_sprint(store, SYSTEM, sprint.id)
    store.zone = BERLIN
    started = start_sprint(store, SYSTEM, sprint.id).sprint
    assert departures(started, BERLIN) == ()
    assert departures(started, UTC) == ("started 1 day early",)


def test_a_sprint_closed_early_ends_where_the_workspace_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.zone = ZoneInfo("America/Los_Angeles")
    sprint = create_sprint(store, SYSTEM, start=MONDAY, end=NEXT_FRIDAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 6, 4, tzinfo=UTC))  # 21:00 on the 5th
    start_sprint(store, SYSTEM, sprint.id)
    close_sprint(store, SYSTEM, sprint.id, early=True)
    with pytest.raises(Invalid, match="Sprint 0 of the same team"):
        create_sprint(store, SYSTEM, start=date(2026, 5, 5), end=NEXT_FRIDAY)
    create_sprint(store, SYSTEM, start=date(2026, 5, 6), end=NEXT_FRIDAY)


def test_a_sprint_closed_at_midnight_ends_with_the_day_that_is_over(
    store: Store, sprint: SprintRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.zone = BERLIN
    start_sprint(store, SYSTEM, sprint.id)
    assert sprint.end is not None
    midnight = datetime.combine(sprint.end + timedelta(days=1), time(), BERLIN)
    monkeypatch.setattr(clock, "now", lambda: midnight.astimezone(UTC))
    closed = close_sprint(store, SYSTEM, sprint.id).sprint
    assert departures(closed, BERLIN)[1:] == ()
    assert departures(closed, ZoneInfo("Asia/Tokyo"))[-1] == "closed 1 day late"


def test_a_sprint_closed_early_leaves_its_last_days_free(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sprint = create_sprint(store, SYSTEM, start=MONDAY, end=NEXT_FRIDAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 6, 12, tzinfo=UTC))
    start_sprint(store, SYSTEM, sprint.id)
    close_sprint(store, SYSTEM, sprint.id, early=True)
    with pytest.raises(Invalid):
        create_sprint(store, SYSTEM, start=date(2026, 5, 6), end=NEXT_FRIDAY)
    create_sprint(store, SYSTEM, start=date(2026, 5, 7), end=NEXT_FRIDAY)


def test_an_edit_merges_with_another_one_and_the_same_field_is_a_conflict(
    store: Store, sprint: SprintRow
) -> None:
    update_sprint(store, SYSTEM, sprint.id, 1, {"goal": "Install"})
    saved = update_sprint(store, SYSTEM, sprint.id, 1, {"focus": "0.7"})
    assert (saved.merged, saved.row.goal, saved.row.focus) == (True, "Install", Decimal("0.7"))
    with pytest.raises(ConflictError):
        update_sprint(store, SYSTEM, sprint.id, 1, {"goal": "Test"})


def test_a_stale_page_does_not_start_a_sprint(store: Store, sprint: SprintRow) -> None:
    update_sprint(store, SYSTEM, sprint.id, 1, {"goal": "Install"})
    with pytest.raises(ConflictError):
        start_sprint(store, SYSTEM, sprint.id, base_version=1)


def test_only_a_sprint_that_never_started_is_deleted(
    store: Store, sprint: SprintRow, following: SprintRow, add_task: AddTask, reread: Reread
) -> None:
    task = add_task(sprint_id=following.id)
    delete_sprint(store, SYSTEM, following.id)
    assert reread(task.id).sprint_id is None
    with pytest.raises(NotFound):
        get_sprint(store, SYSTEM, following.id)
    start_sprint(store, SYSTEM, sprint.id)
    with pytest.raises(Invalid, match="was started"):
        delete_sprint(store, SYSTEM, sprint.id)


def test_members_read_sprints_and_do_not_plan_them(store: Store, sprint: SprintRow, mia: Actor) -> None:
    assert get_sprint(store, mia, sprint.id) == sprint
    for act in (
        lambda: create_sprint(store, mia),
        lambda: update_sprint(store, mia, sprint.id, 1, {"goal": "x"}),
        lambda: plan_sprint(store, mia, sprint.id),
        lambda: start_sprint(store, mia, sprint.id),
        lambda: close_sprint(store, mia, sprint.id),
        lambda: reopen_sprint(store, mia, sprint.id),
        lambda: delete_sprint(store, mia, sprint.id),
    ):
        with pytest.raises(Forbidden):
            act()


def test_capacity_is_people_times_working_days_less_days_off_times_focus(
    store: Store, ada: Actor, bob: Actor, add_task: AddTask
) -> None:
    add_day_off(store, SYSTEM, date(2026, 5, 6))
    sprint = create_sprint(
        store, SYSTEM, start=MONDAY, end=NEXT_FRIDAY, members=[ada.user_id, bob.user_id], days_off={ada.user_id: 2.5}, focus="0.8",
    )  # fmt: skip
    mine = add_task(sprint_id=sprint.id, points=5, estimated_hours=12, assignee_id=ada.user_id)
    add_task(sprint_id=sprint.id, status="cancelled", points=50)
    add_task(sprint_id=sprint.id)
    found = capacity(store, SYSTEM, sprint.id)
    assert found.working_days == 9
    assert [member.available for member in found.members] == [(9 - 2.5) * 0.8, 9 * 0.8]
    assert found.days == pytest.approx((9 + 6.5) * 0.8)
    assert found.hours == pytest.approx(found.days * 8)
    assert (found.planned_points, found.planned_hours, found.planned_tasks, found.unestimated) == (
        5,
        12,
        2,
        1,
    )
    assert found.members[0].planned_hours == float(mine.estimated_hours or 0)


def test_who_is_away_for_longer_than_the_sprint_has_no_capacity(store: Store, ada: Actor, bob: Actor) -> None:
    sprint = create_sprint(
        store, SYSTEM, start=MONDAY, end=FRIDAY, members=[ada.user_id, bob.user_id], days_off={ada.user_id: 8}, focus="1",
    )  # fmt: skip
    found = capacity(store, SYSTEM, sprint.id)
    assert ([member.available for member in found.members], found.days, found.hours) == ([0, 5], 5, 40)


def test_two_people_plan_at_the_same_time(
    store: Store, sprint: SprintRow, add_task: AddTask, reread: Reread
) -> None:
    task = add_task()
    update_task(store, SYSTEM, task.id, task.version, {"points": 3})
    plan_sprint(store, SYSTEM, sprint.id, add=[task.id])
    plan_sprint(store, SYSTEM, sprint.id, add=[task.id])
    assert (reread(task.id).sprint_id, reread(task.id).version) == (sprint.id, 3)
