"""What an agent costs a month, what is idle, what the cache saved and what it comes to in other terms, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.metrics.document import answer
from orchflow.metrics.filters import Filters
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figures, lines
from orchflow.metrics.rows_behind import rows_behind
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.small_groups import WITHHELD
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, hold_prices, hours, keep_months, load_expenses, unpriced
from tests.metrics.facts import AFTER, TODAY, SmallFacts, ago, asked

NOVEMBER = Filters(date(2026, 11, 1), TODAY)
D = Decimal


def read(ws: Workspace, *keys: str, over: Filters = NOVEMBER, actor: Actor = SYSTEM) -> dict[str, Figure]:
    return {figure.key: figure for figure in figures(asked(ws, over, actor, now=AFTER), keys, trends=False)}


def by_agent(ws: Workspace, key: str, over: Filters = NOVEMBER) -> dict[str, Any]:
    return {line["value"]: line[key] for line in lines(asked(ws, over, now=AFTER), [key], by="agent")}


@pytest.fixture
def agents(ws: Workspace, facts: SmallFacts) -> SmallFacts:
    """Three runs of claims and one of writer in November, one of claims in October; models 4 + 2, 7 of nobody's caller.

    Claims has a server of 10; of no agent are 10 of infrastructure and 2.01 of operations in November and 5 in October; archive,
    which nobody runs, has a licence of 6.
    """
    facts.agents(claims="active", writer="active", archive="active")
    facts.users(u1="acme")
    facts.calls(
        facts.call(ago(2), "4"), facts.call(ago(2), "2", caller="writer"), facts.call(ago(2), "7", caller="nobody"),
    )  # fmt: skip
    facts.runs(
        *(facts.run("claims", ago(2), minute=place) for place in (1, 2, 3)),
        facts.run("writer", ago(2), minute=4),
        facts.run("claims", date(2026, 10, 5)),
    )
    load_expenses(
        ws.warehouse,
        [
            expense(ago(3), 10, "infrastructure", agent="claims"),
            expense(ago(3), 10, "infrastructure"),
            expense(ago(1), "2.01"),
            expense(ago(1), 6, agent="archive"),
            expense(date(2026, 10, 20), 5),
            hours(ago(3), 100, 1),
        ],
    )
    return facts


def test_an_agent_costs_what_is_its_own_and_its_share_by_runs(ws: Workspace, agents: SmallFacts) -> None:
    share = D("12.01")
    found = read(
        ws,
        "agent_costs",
        "own_agent_costs",
        "agent_months",
        "cost_per_agent_month",
        "own_cost_per_agent_month",
    )
    assert found["agent_costs"].value == 4 + 2 + 10 + 6 + share
    assert found["own_agent_costs"].value == 22
    assert found["agent_months"].value == pytest.approx(2 * 20 / 30)
    assert float(found["cost_per_agent_month"].value or 0) == pytest.approx(34.01 / (4 / 3))
    assert float(found["own_cost_per_agent_month"].value or 0) == pytest.approx(22 / (4 / 3))
    costs = by_agent(ws, "agent_costs")
    assert costs["claims"] == 14 + D("9.0075")
    assert costs["writer"] == 2 + D("3.0025")
    assert costs["archive"] == 6
    months = by_agent(ws, "cost_per_agent_month")
    assert float(months["claims"]) == pytest.approx(23.0075 / (2 / 3))
    assert months["archive"] is None


def test_a_whole_month_counts_once_and_its_cost_goes_to_who_ran_in_it(
    ws: Workspace, agents: SmallFacts
) -> None:
    october = Filters(date(2026, 10, 1), date(2026, 10, 31))
    found = read(ws, "agent_months", "agent_shares", over=october)
    assert (found["agent_months"].value, found["agent_shares"].value) == (pytest.approx(1), D(5))


def test_what_is_paid_for_days_to_come_is_not_yet_what_an_agent_costs(
    ws: Workspace, agents: SmallFacts
) -> None:
    load_expenses(ws.warehouse, [expense(day, 3, agent="claims") for day in (TODAY, date(2026, 11, 30))])
    over = Filters(NOVEMBER.start, date(2026, 11, 30))
    found = read(ws, "agent_costs", "agent_months", over=over)
    assert (found["agent_costs"].value, found["agent_months"].value) == (
        4 + 2 + 3,
        pytest.approx(2 * 21 / 30),
    )


def test_a_month_without_a_run_is_shared_out_to_nobody(ws: Workspace, agents: SmallFacts) -> None:
    load_expenses(ws.warehouse, [expense(date(2026, 9, 10), 5)])
    found = read(
        ws, "agent_shares", "cost_per_agent_month", over=Filters(date(2026, 9, 1), date(2026, 9, 30))
    )
    assert {figure.value for figure in found.values()} == {None}


def test_a_target_that_is_kept_stands_beside_the_cost_of_an_agent(ws: Workspace, agents: SmallFacts) -> None:
    from orchflow.metrics.targets import TARGETS
    from orchflow.subscribers import dispatcher

    TARGETS.create(ws.store, SYSTEM, figure="cost_per_agent_month", value=D(20), valid_from=date(2026, 11, 1))
    dispatcher(ws).deliver()
    assert read(ws, "cost_per_agent_month")["cost_per_agent_month"].target == 20


def test_the_rows_behind_the_cost_of_an_agent_are_those_of_all_its_parts(
    ws: Workspace, agents: SmallFacts
) -> None:
    facts = asked(ws, replace(NOVEMBER, agents=("claims",)), now=AFTER)
    behind = {row.of: (row.dataset, dict(row.where)) for row in rows_behind(facts, "cost_per_agent_month")}
    assert behind == {
        ("agent_models",): ("usage_events", {"agent": ("claims",)}),
        ("agent_named",): ("expenses", {"agent": ("claims",), "part": ("infrastructure", "operations")}),
        ("agent_shares",): ("expenses", {"agent": ("none",), "part": ("infrastructure", "operations")}),
        ("agent_months",): ("agent_runs", {"agent": ("claims",)}),
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 18), st.decimals("-50", "500", places=9)), min_size=1, max_size=12))
def test_shares_neither_make_nor_lose_anything(
    ws: Workspace, agents: SmallFacts, common: list[tuple[int, Decimal]]
) -> None:
    load_expenses(ws.warehouse, [expense(ago(days), str(cost)) for days, cost in common])
    facts = asked(ws, NOVEMBER, now=AFTER)
    shared = sum(cost for _, cost in common)
    for parts in ({"by": "agent"}, {"grain": "day"}, {}):
        told = [line["agent_shares"] or 0 for line in lines(facts, ["agent_shares"], **parts)]  # type: ignore[arg-type]
        assert sum(told) == shared, parts


def test_what_nobody_runs_is_idle_from_the_fourteenth_day_on(ws: Workspace, agents: SmallFacts) -> None:
    october = date(2026, 10, 5)  # the last run of claims before November
    load_expenses(
        ws.warehouse,
        [
            expense(october.replace(day=18), 1, agent="claims"),
            expense(october.replace(day=19), 2, agent="claims"),
            expense(october.replace(day=20), 4, "infrastructure", agent="archive"),
            expense(october.replace(day=20), 8),
            hours(october.replace(day=20), 16, 1, agent="archive"),
            expense(date(2026, 12, 24), 32, agent="archive"),
        ],
    )
    found = read(ws, "idle_cost", over=Filters(date(2026, 10, 1), date(2026, 10, 31)))["idle_cost"]
    assert found.value == 6
    assert found.besides == "Runs are known since 5 Oct 2026, so only since 18 Oct 2026 who is idle"
    assert read(ws, "idle_cost")["idle_cost"].value == 0
    to_come = Filters(TODAY, date(2026, 12, 31))
    assert read(ws, "idle_cost", over=to_come)["idle_cost"].value == 0, "nobody is idle on a day to come"


def test_the_cache_saved_what_reading_would_have_cost_less_what_writing_costs_more(
    ws: Workspace, facts: SmallFacts
) -> None:
    """A million of tokens reads at 10, from the cache at 1 and is written to it at 12.5; from 19 November on at half of it."""
    facts.calls(
        facts.call(
            ago(3),
            "1",
            input_tokens="500000",
            cached_input_tokens="300000",
            cache_write_input_tokens="100000",
        ),
        facts.call(ago(1), "1", input_tokens="500000", cached_input_tokens="300000"),
        facts.call(ago(1), "1", model="unknown", input_tokens="900", cached_input_tokens="700"),
        facts.call(ago(1), "1", model="plain"),
    )
    kinds = ("input", "cached", "cache_write")
    half = datetime(2026, 11, 19, tzinfo=UTC)
    for prices, more in (
        (("10", "1", "12.5"), {"until_at": half}),
        (("5", "0.5", "6.25"), {"from_at": half}),
    ):
        hold_prices(
            ws.warehouse,
            *(("anthropic", "claude", kind, price) for kind, price in zip(kinds, prices, strict=True)),
            **more,
        )
    found = read(ws, "cache_saved", "cached_share", "cache_tokens_unpriced")
    assert found["cache_saved"].value == D("2.45") + D("1.35")  # 0.3 × 9 − 0.1 × 2.5, then 0.3 × 4.5
    assert found["cache_saved"].besides == "Without a price: 700 tokens; add prices on Prices"
    assert found["cached_share"].value == pytest.approx(600_700 / 1_000_910)
    assert found["cache_tokens_unpriced"].value == 700
    unknown = read(ws, "cache_saved", over=replace(NOVEMBER, models=("unknown",)))["cache_saved"]
    assert (unknown.value, unknown.missing) == (
        None,
        "Nothing that was read from a cache or written to one has a price",
    )


def test_a_price_in_another_currency_is_converted_by_the_rate_of_the_day(
    ws: Workspace, facts: SmallFacts
) -> None:
    from orchflow.warehouse.sql import Query

    facts.calls(facts.call(ago(1), "1", input_tokens="1000000", cached_input_tokens="1000000"))
    hold_prices(
        ws.warehouse,
        ("anthropic", "claude", "input", "10"),
        ("anthropic", "claude", "cached", "1"),
        currency="EUR",
    )
    assert read(ws, "cache_saved")["cache_saved"].value is None
    with ws.warehouse.write() as tx:
        tx.execute(Query.of("rate", "insert into exchange_rates values (1, 'EUR', 'USD', '2026-11-01', 1.2)"))
    assert float(read(ws, "cache_saved")["cache_saved"].value or 0) == pytest.approx(10.8)


def test_the_cost_in_months_of_an_engineer(ws: Workspace, facts: SmallFacts, viewer: Actor) -> None:
    """Ten hours cost 1,000, so that a month of 160 costs 16,000; with 7,000 for licences that is half of one."""
    load_expenses(
        ws.warehouse,
        [
            hours(ago(2), 600, 1, worked=5), hours(ago(1), 400, 2, worked=5), unpriced(ago(1), 7, 3), expense(ago(1), 7000),
        ],
    )  # fmt: skip
    found = read(ws, "engineer_months", "cost_of_hour", "paid_hours")
    assert found["engineer_months"].value == pytest.approx(0.5)
    assert (found["cost_of_hour"].value, found["paid_hours"].value) == (100, 10)
    assert read(ws, "engineer_months", actor=viewer)["engineer_months"].missing == WITHHELD
    load_expenses(ws.warehouse, [expense(ago(1), 7000)])
    assert "add hourly rates on Costs" in str(read(ws, "engineer_months")["engineer_months"].missing)


def test_the_cost_of_a_claim_is_that_of_the_whole_months_that_are_counted(
    ws: Workspace, facts: SmallFacts
) -> None:
    facts.calls(
        facts.call(date(2026, 9, 3), "100"), facts.call(date(2026, 10, 3), "50"), facts.call(ago(1), "9")
    )
    nothing = read(ws, "cost_per_measure")["cost_per_measure"]
    assert nothing.missing == "No measure of the business is kept: add one on Costs, such as claims handled"
    keep_months(ws.warehouse, "Claims handled", "claims", {date(2026, 9, 1): 20, date(2026, 10, 1): 10})
    over = Filters(date(2026, 8, 20), TODAY)
    found = read(ws, "cost_per_measure", over=over)["cost_per_measure"]
    assert (found.value, found.note) == (
        5,
        "Claims handled: 30 claims, 1 Sep – 31 Oct 2026 · calls are known only since 3 Sep 2026",
    )
    running = read(ws, "cost_per_measure")["cost_per_measure"]
    assert (running.value, running.note) == (
        5,
        "Claims handled: 10 claims, 1–31 Oct 2026, the last month kept",
    )
    before = read(ws, "cost_per_measure", over=Filters(date(2026, 8, 1), date(2026, 8, 31)))[
        "cost_per_measure"
    ]
    assert before.missing == "No month of Claims handled is kept that is over by these days: add it on Costs"
    assert [row.dataset for row in rows_behind(asked(ws, over), "cost_per_measure")] == [
        "business_measures", "expenses", "usage_events",
    ]  # fmt: skip
    assert answer(asked(ws, over), "cost_per_measure").value == 5


def test_the_cost_of_a_claim_tells_what_of_its_months_has_no_price(ws: Workspace, facts: SmallFacts) -> None:
    over = Filters(date(2026, 8, 20), TODAY)
    keep_months(ws.warehouse, "Claims handled", "claims", {date(2026, 9, 1): 20, date(2026, 10, 1): 5})
    facts.calls(
        facts.call(date(2026, 9, 3), None), facts.call(date(2026, 10, 3), "30"), facts.call(ago(1), None)
    )
    unknown = read(ws, "cost_per_measure", over=over)["cost_per_measure"]
    assert unknown.missing == (
        "Nothing of 1–30 Sep 2026 has a cost. Without a price: 1 call; price them on Prices"
    )
    facts.calls(facts.call(date(2026, 9, 4), "20"))
    note = "Claims handled: 25 claims, 1 Sep – 31 Oct 2026 · calls are known only since 3 Sep 2026"
    told = read(ws, "cost_per_measure", over=over)["cost_per_measure"]
    assert (told.value, told.note) == (2, f"{note} · Without a price: 1 call; price them on Prices")
    assert read(ws, "cost_per_measure")["cost_per_measure"].note.endswith("the last month kept")
