"""The flow of days, from real histories on both engines."""

from __future__ import annotations

from datetime import date

import pytest

from orchflow.errors import Invalid
from orchflow.people.permissions import SYSTEM
from orchflow.planning.flow.cumulative_flow import flow_report
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddTask
from tests.planning.events import may


def test_days_to_come_are_left_out_and_today_is_as_it_is_now(
    space: Workspace, add_task: AddTask, time: Clock
) -> None:
    add_task(status="ready")
    time.now = may(3, 12)
    found = flow_report(space, SYSTEM, date(2026, 4, 30), date(2026, 5, 9))
    assert found.cumulative["day"].tolist() == [date(2026, 4, 30), *(date(2026, 5, day) for day in (1, 2, 3))]
    assert found.cumulative["ready"].tolist() == [0, 1, 1, 1]
    assert found.throughput["done"].tolist() == [0, 0, 0, 0]
    assert found.first_day == date(2026, 5, 1)


def test_one_day_is_a_period_and_an_end_before_the_start_is_none(space: Workspace, time: Clock) -> None:
    day = date(2026, 5, 1)
    assert flow_report(space, SYSTEM, day, day).cumulative["day"].tolist() == [day]
    with pytest.raises(Invalid, match="is before the start"):
        flow_report(space, SYSTEM, day, date(2026, 4, 30))
