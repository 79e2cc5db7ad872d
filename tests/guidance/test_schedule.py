"""Due days on working days, whatever the calendar, the start, and the steps that wait for each other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchflow.config.settings import WorkspaceSettings
from orchflow.errors import Invalid
from orchflow.guidance.calendar import follow_calendar
from orchflow.guidance.flows import update_flow
from orchflow.guidance.items import list_items, update_item
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.schedule import ItemPlan, Schedule, StepPlan, schedule
from orchflow.guidance.steps import list_steps
from orchflow.holidays import public_holidays
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.calendar import WorkingCalendar, add_day_off
from orchflow.planning.undo.undo import undo
from orchflow.store.engine import Store
from tests.guidance.conftest import MONDAY

days = st.dates(date(2026, 1, 1), date(2029, 12, 31))
calendars = st.frozensets(st.dates(date(2026, 1, 1), date(2031, 12, 31)), max_size=60).map(WorkingCalendar)


@st.composite
def flows(draw: st.DrawFn) -> tuple[list[StepPlan], list[ItemPlan]]:
    """Steps that wait for earlier ones, and items with and without rules."""
    keys = [f"s{number}" for number in range(draw(st.integers(1, 5)))]
    steps, items = [], []
    for place, key in enumerate(keys):
        before = draw(st.lists(st.sampled_from(keys[:place]), unique=True)) if place else []
        steps.append(StepPlan(key, tuple(before), draw(st.integers(0, 12))))
        for number in range(draw(st.integers(0, 4))):
            rule = draw(st.none() | st.integers(0, 20))
            after = draw(st.none() | st.sampled_from(keys[:place])) if place and rule is not None else None
            items.append(ItemPlan(f"{key}-{number}", key, rule, after, required=draw(st.booleans())))
    return steps, items


def due(planned: Schedule) -> list[date]:
    return [*planned.steps.values(), *planned.items.values()]


@given(flows(), days, calendars)
def test_everything_is_due_on_a_working_day_of_the_flow(
    flow: tuple[list[StepPlan], list[ItemPlan]], start: date, calendar: WorkingCalendar
) -> None:
    planned = schedule(start, *flow, calendar)

    assert planned.steps.keys() == {step.key for step in flow[0]}
    assert planned.items.keys() == {item.key for item in flow[1]}
    assert all(calendar.is_working(day) and day >= start for day in due(planned))
    for item in flow[1]:
        since = planned.steps[item.after] if item.after else start
        if item.days is not None:
            first = calendar.count(since, planned.items[item.key])
            assert first == item.days + 1  # the day itself, and so many working days after it


@given(flows(), days, calendars, st.integers(0, 400))
def test_a_later_start_makes_nothing_due_earlier(
    flow: tuple[list[StepPlan], list[ItemPlan]], start: date, calendar: WorkingCalendar, later: int
) -> None:
    before, after = (schedule(day, *flow, calendar) for day in (start, start + timedelta(days=later)))

    assert all(b <= a for b, a in zip(due(before), due(after), strict=True))


@given(flows(), days, calendars, days)
def test_a_day_off_more_makes_nothing_due_earlier(
    flow: tuple[list[StepPlan], list[ItemPlan]], start: date, calendar: WorkingCalendar, off: date
) -> None:
    before = schedule(start, *flow, calendar)
    after = schedule(start, *flow, WorkingCalendar(calendar.days_off | {off}))

    assert all(b <= a for b, a in zip(due(before), due(after), strict=True))


@given(flows(), days, st.integers(-60, 60))
def test_whole_weeks_move_everything_by_as_many_where_nothing_is_off(
    flow: tuple[list[StepPlan], list[ItemPlan]], start: date, weeks: int
) -> None:
    moved = timedelta(weeks=weeks)
    before, after = (schedule(day, *flow, WorkingCalendar()) for day in (start, start + moved))

    assert [day + moved for day in due(before)] == due(after)


def test_what_comes_after_a_step_counts_from_its_end() -> None:
    steps = [StepPlan("plan", days=3), StepPlan("build", ("plan",), 2), StepPlan("rest", ("build",), 0)]
    items = [ItemPlan("a", "build", 2, "plan"), ItemPlan("b", "build"), ItemPlan("c", "rest")]

    planned = schedule(MONDAY, steps, items, WorkingCalendar())

    assert {key: str(day) for key, day in planned.steps.items()} == {
        "plan": "2026-11-04", "build": "2026-11-06", "rest": "2026-11-09",
    }  # fmt: skip
    assert [str(planned.items[key]) for key in "abc"] == ["2026-11-06", "2026-11-06", "2026-11-09"]


def test_a_step_does_not_wait_for_what_is_optional() -> None:
    items = [ItemPlan("a", "plan", 2), ItemPlan("b", "plan", 6, required=False)]

    planned = schedule(MONDAY, [StepPlan("plan", days=9)], items, WorkingCalendar())
    optional_alone = schedule(MONDAY, [StepPlan("plan", days=9)], items[1:], WorkingCalendar())

    assert planned.steps == {"plan": date(2026, 11, 4)}
    assert planned.items["b"] == optional_alone.steps["plan"] == date(2026, 11, 10)


def test_days_by_hand_stay_and_what_follows_counts_from_them() -> None:
    saturday = date(2026, 12, 5)
    steps = [StepPlan("plan", days=3, fixed=saturday), StepPlan("build", ("plan",), 1)]

    planned = schedule(
        MONDAY, steps, [ItemPlan("a", "plan"), ItemPlan("b", "plan", fixed=MONDAY)], WorkingCalendar()
    )

    assert planned.steps == {"plan": saturday, "build": date(2026, 12, 8)}
    assert planned.items == {"a": saturday, "b": MONDAY}


def test_a_circle_and_the_end_of_time_are_refused() -> None:
    circle = [StepPlan("a", ("b",)), StepPlan("b", ("a",))]
    with pytest.raises(Invalid, match=r"in a circle: (a → b → a|b → a → b)"):
        schedule(MONDAY, circle, [], WorkingCalendar())
    with pytest.raises(Invalid, match="past the year 9999"):
        schedule(date(9999, 12, 1), [StepPlan("a", days=250)], [], WorkingCalendar())


def test_a_start_moved_by_a_year_moves_all_but_what_was_set_by_hand_and_can_be_taken_back(
    store: Store, ada: Actor, flow: FlowRow, items: dict[str, ItemRow]
) -> None:
    fixed = items["hw-server-used"]
    update_item(store, ada, fixed.id, fixed.version, {"due_day": "2026-11-20"})
    before = {item.id: item.due_day for item in list_items(store, ada)}

    update_flow(store, ada, flow.id, flow.version, {"start_day": "2027-11-01"}, "moved")

    after = {item.id: item.due_day for item in list_items(store, ada)}
    assert after.pop(fixed.id) == before[fixed.id] == date(2026, 11, 20)
    assert {item: day and day - timedelta(days=364) for item, day in after.items()} == {
        item: day for item, day in before.items() if item in after
    }
    assert undo(store, ada, "moved").left == []
    assert {item.id: item.due_day for item in list_items(store, ada)} == before


def test_public_holidays_of_the_workspaces_place_are_no_working_days(store: Store, flow: FlowRow) -> None:
    store.place = ("DE", "BY")
    assert date(2027, 1, 6) in public_holidays("DE", "BY")
    assert date(2027, 1, 6) not in public_holidays("DE")

    update_flow(store, SYSTEM, flow.id, flow.version, {"start_day": "2026-12-24"})

    dues = {day for row in list_steps(store, SYSTEM) if (day := row.due_day)}
    assert min(dues) > date(2026, 12, 28)
    assert not dues & public_holidays("DE", "BY")


def test_due_days_follow_days_off_and_another_place(store: Store, ada: Actor, flow: FlowRow) -> None:
    def ends() -> list[date | None]:
        return [step.due_day for step in list_steps(store, ada)]

    before = ends()
    assert follow_calendar(store, changed=True) == 0
    add_day_off(store, ada, MONDAY, "Everybody is away")
    assert follow_calendar(store, changed=True) > 0
    later = ends()
    assert all(a and b and a > b for a, b in zip(later, before, strict=True))

    store.place = ("DE", "NW")  # All Saints' Day of 2026 is a Sunday: nothing moves
    assert follow_calendar(store, changed=False) == 0
    store.place = ("JP", None)  # where 3 November is a holiday
    assert follow_calendar(store, changed=False) > 0
    assert follow_calendar(store, changed=False) == 0


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"country": "XX"}, r"is not a country whose holidays are known: 'XX' .*AD, .*ZW"),
        ({"region": "BY"}, "needs a country beside it"),
        ({"country": "de", "region": "Bavaria"}, "is not one of DE: 'Bavaria' .known are BB, BE, BW, BY"),
    ],
)
def test_a_country_or_region_whose_holidays_are_unknown_is_named_with_those_known(
    written: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        WorkspaceSettings.model_validate(written)


def test_country_and_region_are_read() -> None:
    assert WorkspaceSettings.model_validate({"country": "de", "region": "BY"}).place == ("DE", "BY")
    assert WorkspaceSettings().place is None
