"""The guidance of the demo: what its story says is what comes out of flows, items and self-checks."""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median
from typing import Any

import pytest

from orchflow.demo.guidance.story import TOLD
from orchflow.demo.rows import rows
from orchflow.demo.working_days import is_working_day
from orchflow.guidance.checks.campaigns import campaign_standings
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS, exemption_state
from orchflow.guidance.checks.results import check_history, flapping_checks, list_checks
from orchflow.guidance.flows import FLOWS
from orchflow.guidance.items import ITEMS
from orchflow.guidance.left_behind import left_behind
from orchflow.guidance.opinions import OPINIONS
from orchflow.guidance.progress import flow_progress
from orchflow.guidance.steps import STEPS
from orchflow.people.permissions import SYSTEM
from orchflow.planning.tables import ItemState, State, Through
from orchflow.planning.work.attachments import ATTACHMENTS
from orchflow.planning.work.comments import COMMENTS
from orchflow.planning.work.tasks import TASKS
from orchflow.workspace import Workspace

from .conftest import NOW
from .test_plan import Filled

TRUTH: dict[str, Any] = rows("guidance/truth.yaml")


def items(ws: Workspace) -> dict[str, Any]:
    return {item.key: item for item in ITEMS.list(ws.store, SYSTEM)}


def standings(ws: Workspace) -> dict[str, Any]:
    return {flow.key: flow for flow in flow_progress(ws.store, SYSTEM, today=NOW.date())}


def test_flows_are_as_complete_as_the_story_says(filled: Filled) -> None:
    ws, _ = filled
    assert {key: flow.counts.open for key, flow in standings(ws).items()} == TRUTH["open"]
    assert standings(ws)["flow-4-pilot-to-production"].counts.share == pytest.approx(
        TRUTH["completion_of_flow_4"], abs=0.02
    )


def test_the_first_three_flows_are_complete_and_the_others_go_on(filled: Filled) -> None:
    ws, _ = filled
    assert [flow.counts.complete for flow in standings(ws).values()] == [True] * 3 + [False] * 4


def test_what_is_overdue_is_what_the_story_left_open(filled: Filled) -> None:
    ws, _ = filled
    assert {key: flow.counts.overdue for key, flow in standings(ws).items()} == TRUTH["overdue"]


def test_a_step_took_the_working_days_of_its_story(filled: Filled) -> None:
    ws, _ = filled
    ticks: dict[int, list[date]] = {}
    for item in items(ws).values():
        if item.ticked_at is not None and item.ticked_at <= NOW:
            ticks.setdefault(item.step_id, []).append(item.ticked_at.astimezone(ws.zone).date())
    steps = {step.key: step for step in STEPS.list(ws.store, SYSTEM)}
    took = {
        key: working_days(min(ticks[steps[key].id]), max(ticks[steps[key].id]))
        for flow in TOLD["flows"].values()
        for key in flow["steps"]
    }
    assert took == {key: told[1] for flow in TOLD["flows"].values() for key, told in flow["steps"].items()}
    assert median(took.values()) == TRUTH["median_days_of_a_step"]


def working_days(first: date, last: date) -> int:
    days = (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
    return sum(is_working_day(day) for day in days)


def test_nobody_ticked_in_the_future_or_at_night(filled: Filled) -> None:
    ws, _ = filled
    by_hand = [item for item in items(ws).values() if item.ticked_through is Through.HAND]
    assert len(by_hand) > 120
    for item in by_hand:
        assert item.ticked_at <= NOW
        assert 8 <= item.ticked_at.astimezone(ws.zone).hour < 18
        assert item.ticked_at.astimezone(ws.zone).weekday() < 5


def test_items_were_ticked_by_people_their_checks_and_a_task(filled: Filled) -> None:
    ws, _ = filled
    through = Counter(item.ticked_through for item in items(ws).values() if item.state is ItemState.TICKED)
    assert through[Through.TASK] == len(TOLD["became_tasks"])
    assert through[Through.CHECK] >= len(TOLD["by_check"])


def test_what_does_not_apply_has_its_reason_and_what_is_blocked_is_a_task(filled: Filled) -> None:
    ws, _ = filled
    told = items(ws)
    assert {key: told[key].reason for key in TOLD["not_applicable"]} == TOLD["not_applicable"]
    [blocked] = [key for key, left in TOLD["open"].items() if "task" in left]
    assert TASKS.get(ws.store, SYSTEM, told[blocked].task_id).status == State.BLOCKED
    assert ATTACHMENTS.list(ws.store, SYSTEM)
    assert len([each for each in COMMENTS.list(ws.store, SYSTEM) if each.entity == "checklist_item"]) > 20


def test_the_workspace_has_a_flow_a_step_and_items_of_its_own(filled: Filled) -> None:
    ws, _ = filled
    assert [flow.name for flow in FLOWS.list(ws.store, SYSTEM, own=True)] == ["Storm season"]
    shipped = {step.id for step in STEPS.list(ws.store, SYSTEM) if not step.own}
    own = [item.key for item in items(ws).values() if item.own and item.step_id in shipped]
    assert own == [each["key"] for each in TOLD["own"]["items"]]


def test_somebody_left_with_open_items(filled: Filled) -> None:
    ws, _ = filled
    [left] = [each for each in left_behind(ws.store, SYSTEM) if each.items]
    assert len(left.items) == len(TOLD["leaver"]["items"])


def test_one_exemption_holds_and_one_waits(filled: Filled) -> None:
    ws, _ = filled
    states = {row.key: exemption_state(row, NOW.date()) for row in CHECK_EXEMPTIONS.list(ws.store, SYSTEM)}
    assert states == {"single-sign-on": "in_force", "backup-restored": "asked"}
    assert items(ws)["auth-flow-single-sign-on"].state is ItemState.EXEMPT


def test_a_campaign_runs_and_pages_were_judged(filled: Filled) -> None:
    ws, _ = filled
    [campaign] = campaign_standings(ws, SYSTEM)
    assert 0 < campaign.settled < campaign.total
    assert len(OPINIONS.list(ws.store, SYSTEM)) == len(TOLD["opinions"])


def test_checks_have_states_and_a_past(filled: Filled) -> None:
    ws, _ = filled
    assert all(check.last_state is not None for check in list_checks(ws, SYSTEM))
    past = [change.now for change in check_history(ws, SYSTEM, "error-rate-low")]
    assert len(past) >= 4
    assert flapping_checks(ws.store, NOW) == set(TOLD["flapping"])
