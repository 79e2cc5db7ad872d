"""A person's first week, and what job roles permit in flows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchflow import clock
from orchflow.errors import Forbidden
from orchflow.guidance.begin import begin
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS, approve_exemption
from orchflow.guidance.first_week import DAYS, FirstWeek, first_week
from orchflow.guidance.items import update_item
from orchflow.guidance.role_standing import role_standing
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.people.job_role_changes import JOB_ROLE_CHANGES, save_job_role
from orchflow.people.job_roles import SHIPPED
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.tables import User
from orchflow.planning.calendar import add_day_off
from orchflow.store.engine import Store

from .conftest import MONDAY, SETUP

Join = Callable[..., Actor]


@pytest.fixture
def joins(store: Store) -> Join:
    """Adds a person of a job role who joined on the flow's first day."""

    def add(username: str, job_role: str | None, role: Role = Role.MEMBER) -> Actor:
        joined = datetime(2026, 11, 2, 9, tzinfo=UTC)
        with store.unit(SYSTEM) as session:
            session.info["moment"] = joined
            user = User(
                username=username, display_name=username.title(), role=role, job_role=job_role,
                sessions_valid_from=joined,
            )  # fmt: skip
            session.add(user)
        return Actor(user.id, username, username.title(), role)

    return add


def week_of(store: Store, actor: Actor) -> FirstWeek:
    assert actor.user_id is not None
    return first_week(store, actor, actor.user_id)


def test_the_week_holds_guides_trainings_and_what_is_due(store: Store, flow: FlowRow, joins: Join) -> None:
    week = week_of(store, joins("bea", "backend_engineer"))
    assert [day.day for day in week.days] == [date(2026, 11, n) for n in range(2, 7)]
    guides = [guide.address for day in week.days for guide in day.guides]
    assert guides[0] == "roles/development/backend-engineer-guide"
    assert "flows/flow-1-initial-setup/software-installation" in guides
    assert {topic for day in week.days for topic in day.training} == set(SHIPPED["backend_engineer"].training)
    due = [(item.due_day, day.day) for day in week.days for item in day.items]
    assert len(due) > 5
    assert all(item == day for item, day in due)
    assert week.minutes == sum(guide.minutes for day in week.days for guide in day.guides)


def test_days_off_are_no_days_of_the_week(store: Store, flow: FlowRow, joins: Join) -> None:
    add_day_off(store, SYSTEM, date(2026, 11, 3), "A holiday")
    days = [day.day.day for day in week_of(store, joins("bea", "backend_engineer")).days]
    assert days == [2, 4, 5, 6, 9]
    assert len(days) == DAYS


def test_without_a_job_role_the_week_holds_what_was_given(
    store: Store, flow: FlowRow, items: dict[str, ItemRow], joins: Join
) -> None:
    someone = joins("sam", None)
    update_item(
        store, SYSTEM, items["hw-only-443"].id, items["hw-only-443"].version, {"assignee_id": someone.user_id}
    )
    week = week_of(store, someone)
    assert (week.job_role, week.minutes) == (None, 0)
    assert [item.id for day in week.days for item in day.items] == [items["hw-only-443"].id]


def test_the_week_follows_the_role_of_the_workspace(store: Store, flow: FlowRow, joins: Join) -> None:
    JOB_ROLE_CHANGES.create(store, SYSTEM, key="steward", name="Data Steward", training="Data quality")
    week = week_of(store, joins("dee", "steward"))
    assert (week.job_role_name, week.days[0].training, week.minutes) == ("Data Steward", ("Data quality",), 0)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER])
def test_others_weeks_are_for_those_who_see_figures_of_people(
    store: Store, flow: FlowRow, joins: Join, role: Role
) -> None:
    person, other = joins("vic", "domain_expert", role), joins("bea", "backend_engineer")
    assert week_of(store, person).name == "Vic"
    assert other.user_id is not None
    with pytest.raises(Forbidden):
        first_week(store, person, other.user_id)
    assert first_week(store, joins("max", None, Role.ANALYST), other.user_id).name == "Bea"


def test_a_role_is_told_with_its_items_in_each_flow(store: Store, flow: FlowRow) -> None:
    begin(store, SYSTEM, "flow-2-team-onboarding", MONDAY)
    told = role_standing(store, SYSTEM, "backend_engineer", today=MONDAY) or []
    assert [each.number for each in told] == [1, 2]
    assert told[0].counts.items > told[1].counts.items > 0


def test_a_role_of_few_is_told_to_its_own_people_and_to_those_who_see_small_groups(
    store: Store, flow: FlowRow, joins: Join
) -> None:
    own, other = joins("bea", "backend_engineer"), joins("vic", "domain_expert")
    assert role_standing(store, own, "backend_engineer")
    assert role_standing(store, joins("max", None, Role.ANALYST), "backend_engineer")
    assert role_standing(store, other, "backend_engineer") is None


def test_a_role_may_tick_all_of_a_flow(
    store: Store, flow: FlowRow, items: dict[str, ItemRow], joins: Join
) -> None:
    expert, item = joins("eve", "domain_expert"), items["config-rows-whole"]
    with pytest.raises(Forbidden):
        update_item(store, expert, item.id, item.version, {"state": "ticked"})
    save_job_role(store, SYSTEM, "domain_expert", {"ticks": [SETUP]})
    assert (
        update_item(store, expert, item.id, item.version, {"state": "ticked"}).row.ticked_by_id
        == expert.user_id
    )
    with pytest.raises(Forbidden):
        update_item(store, expert, item.id, item.version + 1, {"due_day": "2026-12-01"})


def test_a_role_may_begin_flows(store: Store, joins: Join) -> None:
    engineer = joins("eve", "ai_engineer")
    with pytest.raises(Forbidden):
        begin(store, engineer, SETUP, MONDAY)
    save_job_role(store, SYSTEM, "ai_engineer", {"begins": True})
    assert begin(store, engineer, SETUP, MONDAY).flow.key == SETUP


def test_a_role_may_approve_what_others_asked_for(store: Store, joins: Join) -> None:
    asks, decides = joins("eve", "ai_engineer"), joins("bea", "backend_engineer")
    until = clock.today(ZoneInfo("UTC")) + timedelta(days=30)
    asked = CHECK_EXEMPTIONS.create(store, asks, key="single-sign-on", reason="In January", expires=until)
    with pytest.raises(Forbidden):
        approve_exemption(store, decides, asked.id)
    for role in ("ai_engineer", "backend_engineer"):
        save_job_role(store, SYSTEM, role, {"approves": True})
    with pytest.raises(Forbidden, match="asked for themselves"):
        approve_exemption(store, asks, asked.id)
    assert approve_exemption(store, decides, asked.id).approved_by_id == decides.user_id
