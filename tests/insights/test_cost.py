"""The Cost screen's figures, on facts small enough to add up by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from orchflow.errors import Forbidden
from orchflow.insights.cost import CostReport, calls_behind, cost_report, expenses_behind
from orchflow.metrics.filters import UNATTRIBUTED, Filters, days_before, month_to_date
from orchflow.metrics.metric import Figure
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, load_expenses
from tests.metrics.facts import AFTER, TODAY, SmallFacts, ago, asked

MONTH = month_to_date(TODAY)
LAST_MONTH = Filters(*days_before(MONTH.start, MONTH.end, whole=True))


def figure(report: CostReport, key: str) -> Figure:
    return next(found for found in report.figures if found.key == key)


def report(ws: Workspace, dimension: str = "provider", **narrowing: tuple[str, ...]) -> CostReport:
    return cost_report(asked(ws, replace(MONTH, **narrowing), now=AFTER), dimension)  # type: ignore[arg-type]


def two_months(facts: SmallFacts) -> None:
    """Last month from its first day: 3 + 2; this month: 4 + 1.50 + 2.25, of which 1.50 belongs to no agent."""
    facts.agents(claims="active", writer="active")
    facts.calls(
        facts.call(LAST_MONTH.start, "3"),
        facts.call(LAST_MONTH.end, "2", caller="writer", provider="openai", model="gpt"),
        facts.call(ago(2), "4"),
        facts.call(ago(1), "1.50", caller="direct_call", provider="openai", model="gpt"),
        facts.call(ago(1), "2.25", caller="writer:draft", provider="openai", model="gpt"),
    )


def test_cost_is_the_sum_of_the_month_against_the_same_days_of_the_last(
    facts: SmallFacts, ws: Workspace
) -> None:
    two_months(facts)
    cost = figure(report(ws), "cost")
    assert (cost.value, cost.previous, cost.note) == (Decimal("7.75"), Decimal(5), "vs 1–20 Oct")


def test_days_of_last_month_beyond_the_same_days_do_not_count(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    facts.calls(facts.call(LAST_MONTH.end.replace(day=25), "100"))
    assert figure(report(ws), "cost").previous == Decimal(5)


def test_cost_is_exact_to_the_last_of_eight_digits(facts: SmallFacts, ws: Workspace) -> None:
    facts.calls(
        *(facts.call(ago(1), "0.00000001") for _ in range(3)), facts.call(ago(1), "123456789.00000001")
    )
    assert figure(report(ws), "cost").value == Decimal("123456789.00000004")


def test_without_data_in_all_of_the_period_before_nothing_is_compared(
    facts: SmallFacts, ws: Workspace
) -> None:
    facts.calls(facts.call(LAST_MONTH.start.replace(day=12), "3"), facts.call(ago(1), "4"))
    found = report(ws)
    cost = figure(found, "cost")
    assert cost.previous is None
    assert cost.note == "data begins 12 Oct 2026, nothing to compare with"
    assert found.movers.empty


def test_the_bars_show_each_day_and_provider(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    bars = report(ws).by_day
    assert [(str(day)[:10], label, cost) for day, label, cost in zip(bars["day"], bars["label"], bars["cost"], strict=True)] == [
        (str(ago(2)), "anthropic", Decimal(4)),
        (str(ago(1)), "openai", Decimal("3.75")),
    ]  # fmt: skip


def test_small_values_are_pooled_but_no_cost_is_lost(facts: SmallFacts, ws: Workspace) -> None:
    facts.calls(*(facts.call(ago(1), str(number), model=f"m{number}") for number in range(1, 11)))
    bars = report(ws, "model").by_day
    assert dict(zip(bars["label"], bars["cost"], strict=True))["All others"] == Decimal(1 + 2 + 3)
    assert sum(bars["cost"]) == Decimal(55)


def test_the_unattributed_stays_a_line_of_its_own_however_small(facts: SmallFacts, ws: Workspace) -> None:
    slugs = {f"a{number}": "active" for number in range(9)}
    facts.agents(**slugs)
    facts.calls(
        *(facts.call(ago(1), "5", caller=slug) for slug in slugs),
        facts.call(ago(1), "0.01", caller="direct_call"),
    )
    bars = report(ws, "agent").by_day
    assert dict(zip(bars["label"], bars["cost"], strict=True))["Unattributed"] == Decimal("0.01")


def test_unattributed_cost_is_that_of_callers_matching_no_agent(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    found = figure(report(ws), "total_unattributed")
    assert (found.value, found.previous) == (Decimal("1.50"), Decimal(0))


def test_unattributed_can_be_chosen_like_an_agent(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    assert figure(report(ws, agents=(UNATTRIBUTED,)), "cost").value == Decimal("1.50")


def test_agents_are_called_by_their_name(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    assert list(report(ws, "agent").by_value["label"]) == ["Claims", "Writer", "Unattributed"]


def test_movers_are_ordered_by_how_far_they_moved(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    movers = report(ws, "model").movers
    assert list(zip(movers["label"], movers["delta"], strict=True)) == [
        ("gpt", Decimal("1.75")),
        ("claude", Decimal(1)),
    ]


def test_cost_per_run_divides_by_the_runs_of_the_same_days(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    facts.runs(
        facts.run("claims", LAST_MONTH.start),
        facts.run("claims", ago(2)),
        facts.run("claims", ago(1), "failed"),
    )
    found = figure(report(ws), "total_cost_per_run")
    assert (found.value, found.previous) == (Decimal("3.875"), Decimal(5))


def test_cost_per_run_is_not_said_when_runs_are_known_for_a_part_only(
    facts: SmallFacts, ws: Workspace
) -> None:
    two_months(facts)
    facts.runs(facts.run("claims", ago(1)))
    found = figure(report(ws), "total_cost_per_run")
    assert (found.value, found.missing) == (None, "Runs begin on 19 Nov 2026: choose days from then on")


def test_cost_per_run_is_not_said_for_one_provider(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    facts.runs(facts.run("claims", LAST_MONTH.start), facts.run("claims", ago(1)))
    assert figure(report(ws, providers=("openai",)), "total_cost_per_run").value is None


def test_tokens_are_those_read_and_written(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    assert sum(report(ws).by_value["tokens"]) == 3 * 15


def test_each_provenance_has_its_cost_and_calls(facts: SmallFacts, ws: Workspace) -> None:
    facts.calls(
        facts.call(ago(1), "3"), facts.call(ago(1), "1", provider="ollama"), facts.call(ago(1), None),
        facts.call(ago(1), None),
    )  # fmt: skip
    lines = report(ws).lines
    assert [(line.provenance, line.cost, line.calls, line.share) for line in lines] == [
        ("reported", Decimal(3), 1, 0.25),
        ("estimated", Decimal(1), 1, 0.25),
        ("unpriced", None, 2, 0.5),
    ]


def test_a_period_without_a_price_has_no_cost_instead_of_zero(facts: SmallFacts, ws: Workspace) -> None:
    facts.calls(facts.call(ago(1), None))
    found = figure(report(ws), "cost")
    assert found.value is None
    assert found.missing == "Without a price: 1 call; price them on Prices"


@pytest.mark.parametrize(
    ("narrowing", "cost"),
    [
        ({"providers": ("openai",)}, "3.75"),
        ({"models": ("claude",)}, "4"),
        ({"agents": ("writer", "claims")}, "6.25"),
        ({"organizations": ("nobody",)}, "0"),
        ({"users": ("u1",)}, "7.75"),
        ({"sources": ("platform",)}, "7.75"),
        ({"sources": ("another",)}, "0"),
    ],
)
def test_every_filter_narrows(
    facts: SmallFacts, ws: Workspace, narrowing: dict[str, tuple[str, ...]], cost: str
) -> None:
    two_months(facts)
    assert figure(report(ws, **narrowing), "cost").value == Decimal(cost)


def test_the_calls_behind_a_bar_are_those_of_its_day_and_value(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    calls = calls_behind(asked(ws, MONTH), "agent", ago(1), "writer")
    assert calls.count == 1
    assert list(calls.frame["cost"]) == [Decimal("2.25")]


def test_the_calls_behind_a_bar_are_limited_but_counted(facts: SmallFacts, ws: Workspace) -> None:
    facts.calls(*(facts.call(ago(1), "0.01") for _ in range(250)))
    calls = calls_behind(asked(ws, MONTH), "model", ago(1), None)
    assert (len(calls.frame), calls.count) == (200, 250)


def test_single_users_cost_is_refused_without_the_permission(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    two_months(facts)
    with pytest.raises(Forbidden):
        cost_report(asked(ws, MONTH, viewer), "user")
    with pytest.raises(Forbidden):
        cost_report(asked(ws, replace(MONTH, users=("u1",)), viewer), "agent")


def test_an_empty_warehouse_gives_an_empty_report(ws: Workspace) -> None:
    found = cost_report(asked(ws, Filters(ago(10), TODAY)), "agent")
    assert found.coverage.empty
    assert found.by_day.empty
    assert figure(found, "cost").missing == "No usage has been loaded yet"


def test_all_parts_are_told_by_day_and_down_to_their_rows(facts: SmallFacts, ws: Workspace) -> None:
    two_months(facts)
    load_expenses(
        ws.warehouse,
        [
            expense(ago(1), 20, "infrastructure", agent="claims"),
            expense(ago(1), 5),
            expense(LAST_MONTH.start, 4),
        ],
    )
    parts = report(ws, "part")
    assert dict(zip(parts.by_value["label"], parts.by_value["cost"], strict=True)) == {
        "Infrastructure": Decimal(20), "Models": Decimal("7.75"), "Operations": Decimal(5),
    }  # fmt: skip
    assert sum(parts.by_day["cost"]) == figure(parts, "total_cost").value == Decimal("32.75")
    assert dict(zip(parts.movers["label"], parts.movers["delta"], strict=True))["Infrastructure"] == Decimal(
        20
    )
    assert dict(zip(*(report(ws, "agent").by_value[name] for name in ("label", "cost")), strict=True)) == {
        "Claims": Decimal(24), "Unattributed": Decimal("6.50"), "Writer": Decimal("2.25"),
    }  # fmt: skip
    asked_for = asked(ws, MONTH, now=AFTER)
    for value, counts in (("infrastructure", (1, 0)), ("llm", (0, 2)), (None, (2, 2))):
        behind = (
            expenses_behind(asked_for, "part", ago(1), value),
            calls_behind(asked_for, "part", ago(1), value),
        )
        assert (behind[0].count, behind[1].count) == counts
    narrowed = asked(ws, replace(MONTH, parts=("operations",)), now=AFTER)
    assert (
        expenses_behind(narrowed, "agent", ago(1), None).count,
        calls_behind(narrowed, "agent", ago(1), None).count,
    ) == (1, 0)
