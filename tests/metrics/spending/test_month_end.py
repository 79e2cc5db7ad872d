"""What the month comes to, read from calls; and how stored forecasts fare."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from orchflow.errors import Forbidden
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.read import figure
from orchflow.metrics.spending.month_record import ScoredMonth, record_of, store_month_forecast
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.small_groups import WITHHELD
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, hours, load_expenses
from tests.metrics.facts import NOW, TODAY, SmallFacts, ago, asked

MONTH = month_to_date(TODAY)


def every_day(facts: SmallFacts, first: int, last: int, cost: str = "10", **more: object) -> None:
    facts.calls(*(facts.call(ago(day), cost, **more) for day in range(first, last - 1, -1)))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def test_ten_a_day_make_three_hundred_in_november(ws: Workspace, facts: SmallFacts) -> None:
    every_day(facts, 60, 1)
    facts.calls(facts.call(TODAY, "4"))
    made = asked(ws, MONTH).spending.month_end
    assert (made.spent, made.spent_until, made.likely) == (Decimal(194), TODAY, Decimal(300))
    shown = figure(asked(ws, MONTH), "forecast_month_cost")
    assert (shown.value, shown.note) == (Decimal(300), "in 80 of 100 months between $300 and $300")


def test_all_four_parts_are_forecast_together(ws: Workspace, facts: SmallFacts) -> None:
    """Ten a day of models, 20 of hours, 5 of bills known up to the 15th; a licence is in it once, on its day."""
    every_day(facts, 60, 1)
    days = [ago(day) for day in range(60, 0, -1)]
    bills = [
        expense(day, 5, "infrastructure", origin="focus", source="cloud") for day in days if day <= ago(5)
    ]
    load_expenses(
        ws.warehouse, [*(hours(day, 20, 1) for day in days), *bills, expense(TODAY + timedelta(days=5), 600)]
    )
    made = asked(ws, MONTH).spending.month_end
    assert (made.spent, made.likely) == (Decimal(19 * 30 + 15 * 5), Decimal(30 * 35 + 600))
    narrowed = asked(ws, Filters(MONTH.start, MONTH.end, parts=("operations", "development")))
    assert narrowed.spending.month_end.likely == Decimal(30 * 20 + 600)


def test_bills_that_come_no_more_are_not_expected(ws: Workspace, facts: SmallFacts) -> None:
    every_day(facts, 150, 1)
    days = [ago(day) for day in range(150, 100, -1)]
    load_expenses(ws.warehouse, [expense(day, 500, "infrastructure", origin="focus") for day in days])
    assert asked(ws, MONTH).spending.month_end.likely == Decimal(300)


def test_a_kind_of_cost_younger_than_four_weeks_is_in_it_as_far_as_it_is_known(
    ws: Workspace, facts: SmallFacts
) -> None:
    every_day(facts, 60, 1)
    load_expenses(ws.warehouse, [hours(ago(3), 20, 1)])
    made = asked(ws, MONTH).spending.month_end
    assert (made.likely, made.lacking) == (
        Decimal(320),
        "Hours are known for 3 days only: none to come are in it",
    )


def test_of_a_part_of_the_whole_it_is_worked_out_what_would_have_been_forecast(
    ws: Workspace, facts: SmallFacts
) -> None:
    every_day(facts, 60, 1)
    spending = asked(ws, Filters(MONTH.start, MONTH.end, agents=("UNATTRIBUTED",))).spending
    assert [(each.made_on, each.likely, each.actual) for each in spending.scored] == [
        (date(2026, 10, 31), 310, 310), (date(2026, 10, 24), 310, 310),
    ]  # fmt: skip
    assert (spending.replayed, spending.record.judged, spending.record.held) == (True, 2, 2)
    assert not asked(ws, MONTH).spending.scored


def test_a_period_in_the_past_does_not_change_what_this_month_comes_to(
    ws: Workspace, facts: SmallFacts
) -> None:
    every_day(facts, 60, 1)
    assert asked(ws, Filters(ago(50), ago(40))).spending.month_end.likely == Decimal(300)


def test_filters_narrow_what_is_forecast(ws: Workspace, facts: SmallFacts) -> None:
    every_day(facts, 60, 1)
    every_day(facts, 60, 1, "2", provider="openai", model="gpt")
    of_one = asked(ws, Filters(MONTH.start, MONTH.end, providers=("openai",)))
    assert of_one.spending.month_end.likely == Decimal(60)


def test_what_was_not_loaded_yet_is_not_nothing(ws: Workspace, facts: SmallFacts) -> None:
    every_day(facts, 60, 5)
    made = asked(ws, MONTH).spending.month_end
    assert (made.spent, made.spent_until, made.likely) == (Decimal(150), ago(5), Decimal(300))


@pytest.mark.parametrize(
    ("first", "cost", "said"),
    [
        (None, "1", "No usage has been loaded yet"),
        (27, "1", "27 whole days of cost are known: a forecast by weekday needs 28, four of each"),
        (40, None, "None of the calls has a price"),
    ],
)
def test_without_enough_to_go_by_it_says_what_is_missing(
    ws: Workspace, facts: SmallFacts, first: int | None, cost: str, said: str
) -> None:
    if first is not None:
        every_day(facts, first, 1, cost)
    shown = figure(asked(ws, MONTH), "forecast_month_cost")
    assert (shown.value, shown.missing) == (None, said)


def test_of_few_people_nothing_is_told_to_those_who_may_not_see_so_few(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    every_day(facts, 60, 1)
    assert asked(ws, MONTH, viewer).spending.month_end.missing == WITHHELD
    for person in range(2, 7):
        every_day(facts, 60, 1, user_id=f"u{person}")
    assert asked(ws, MONTH, viewer).spending.month_end.likely == Decimal(1800)


def test_a_forecast_is_stored_once_a_day_and_judged_when_its_month_is_over(
    ws: Workspace, facts: SmallFacts
) -> None:
    every_day(facts, 90, 21)  # until 30 October
    assert store_month_forecast(ws, SYSTEM, now=noon(date(2026, 10, 10))) == 1
    assert store_month_forecast(ws, SYSTEM, now=noon(date(2026, 10, 10)) + timedelta(hours=3)) == 0
    assert store_month_forecast(ws, SYSTEM, now=noon(date(2026, 10, 30))) == 1
    assert not asked(ws, MONTH).spending.record.judged, "the 31st is not known yet"
    facts.calls(facts.call(ago(20), "30"), facts.call(TODAY, "1"))
    spending = asked(ws, MONTH).spending
    assert [(each.made_on.day, each.likely, each.actual, each.held) for each in spending.scored] == [
        (30, 310, 330, False), (10, 310, 330, False),
    ]  # fmt: skip
    assert (spending.record.judged, spending.record.held, spending.record.months) == (2, 0, 1)
    assert spending.record.error == pytest.approx(20 / 330)


def test_a_forecast_of_the_past_knows_nothing_of_what_came_after(ws: Workspace, facts: SmallFacts) -> None:
    every_day(facts, 90, 41)
    every_day(facts, 40, 0, "1000")
    store_month_forecast(ws, SYSTEM, now=noon(ago(40)))
    assert asked(ws, MONTH).spending.scored[0].likely == Decimal(310)


def test_who_may_not_keep_costs_stores_none(ws: Workspace, viewer: Actor) -> None:
    with pytest.raises(Forbidden):
        store_month_forecast(ws, viewer, now=NOW)


def test_a_forecast_holds_up_to_and_at_its_bounds() -> None:
    def scored(actual: str | None) -> ScoredMonth:
        month = date(2026, 10, 1)
        return ScoredMonth(
            month, month, Decimal(100), Decimal(90), Decimal(110), None if actual is None else Decimal(actual)
        )

    assert [scored(actual).held for actual in ("90", "110", "89.99", "110.01", None)] == [
        True,
        True,
        False,
        False,
        None,
    ]
    record = record_of([scored("90"), scored("200"), scored(None), scored("0")])
    assert (record.judged, record.held, record.share, record.error) == (
        3,
        1,
        1 / 3,
        pytest.approx((1 / 9 + 0.5) / 2),
    )
    assert record_of([]).share is None
