"""The enablement of the demo: what its story says is what comes out of the figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchflow.demo.organisation import people
from orchflow.demo.rows import rows
from orchflow.enablement.champions import champions
from orchflow.insights.adoption import adoption_report
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figures
from orchflow.people.permissions import Actor, Role
from tests.metrics.facts import asked

from .conftest import NOW
from .test_plan import Filled

TRUTH: dict[str, Any] = rows("enablement/truth.yaml")
PERIOD = Filters(NOW.date() - timedelta(89), NOW.date())
VIEWER = Actor(-1, "nobody", "Nobody", Role.VIEWER)


def test_seats_trainings_and_skills_come_to_what_the_story_says(filled: Filled) -> None:
    ws, _ = filled
    keys = [
        "seats_purchased",
        "seats",
        "monthly_active_users",
        "seats_exposed",
        "seats_reassignable",
        "seats_reducible",
    ]
    told = {one.key: one.value for one in figures(asked(ws, PERIOD, now=NOW), keys)}
    active, seats = int(told["monthly_active_users"] or 0), int(told["seats"] or 0)
    assert told["seats_purchased"] == TRUTH["seats_purchased"]
    assert (
        told["seats_exposed"]
        == told["seats_reducible"]
        == (TRUTH["seats_purchased"] - active) * TRUTH["price"]
    )
    assert told["seats_reassignable"] == (seats - active) * TRUTH["price"]
    [trained, gap] = figures(asked(ws, PERIOD, now=NOW), ["training_rate", "skill_gap"])
    assert trained.value == pytest.approx(TRUTH["trained"][0], abs=TRUTH["trained"][1])
    assert gap.value == pytest.approx(TRUTH["gap"][0], abs=TRUTH["gap"][1])
    assert len(champions(ws.store, VIEWER)) == TRUTH["champions"]


def test_the_adoption_curve_of_the_story_is_recovered(filled: Filled) -> None:
    ws, _ = filled
    report = adoption_report(asked(ws, Filters(NOW.date() - timedelta(179), NOW.date()), now=NOW))
    staff = [one for one in people(1, NOW.date() - timedelta(179)) if not one.left]
    steps = {step.label: step.people for step in report.funnel}
    assert steps["Seat"] == len(staff)
    users = sum(one.habit != "never" for one in staff)
    assert 0.85 * users <= int(steps["Ever ran an agent"] or 0) <= users, (
        "some have no agent that is for them"
    )
    habit = sum(one.habit == "daily" for one in staff)
    assert int(steps["Habit"] or 0) == pytest.approx(habit, rel=0.5)
    monthly = report.days[report.days["what"] == "In 28 days"].set_index("day")["people"]
    assert monthly.iloc[40] < monthly.iloc[-1], "it grew"
    assert report.cohorts[0].retained[0] == report.cohorts[0].size


def test_a_viewer_is_told_groups_of_enough_people(filled: Filled) -> None:
    ws, _ = filled
    report = adoption_report(asked(ws, PERIOD, VIEWER, now=NOW))
    for lines in report.groups.values():
        assert all(line.seats >= 5 for line in lines)
        assert {
            line.active for line in lines if line.active is not None and line.seats - line.active < 5
        } == set()
    told = [line for lines in report.groups.values() for line in lines]
    assert any(line.active is not None or line.habitual is not None for line in told)
    assert all(cohort.size >= 20 for cohort in report.cohorts)
    assert set(report.days["people"].dropna() % 5) == {0}
    assert list(report.groups) == ["job_role"], "teams beside it would uncover each other"
    assert report.retained == ()
