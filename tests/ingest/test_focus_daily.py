"""Bills by day: what counts in accrual and what in cash, what is spread over days, what has no rate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from orchflow.config.sources import FocusFileSettings
from orchflow.ingest.run import run_source
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor
from orchflow.warehouse.rollups import refresh_costs
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.bills import charge, on, write_bill

Days: TypeAlias = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def ws(open_with: Callable[..., Workspace]) -> Workspace:
    return open_with()


@pytest.fixture
def days(ws: Workspace, admin: Actor, tmp_path: Path) -> Days:
    """Loads charges and asks for columns of `focus_daily`, in the order of days and categories."""

    def load(*rows: dict[str, str], of: str) -> list[tuple[Any, ...]]:
        if rows:
            settings = FocusFileSettings(name="cloud", kind="focus_file", path=str(tmp_path / "*.csv"))
            write_bill(tmp_path / f"{len(list(tmp_path.glob('*.csv')))}.csv", rows, version="1.2")
            assert run_source(ws, admin, open_source(settings)).state == "done"
        return ws.warehouse.rows(
            Query.of("asked", f"select {of} from focus_daily order by day, charge_category, currency")
        )

    return load


COMMITMENT = "arn:savings-plan"


def test_a_commitment_counts_by_its_use_in_accrual_and_by_its_purchase_in_cash(days: Days) -> None:
    rows = [
        charge(ChargeCategory="Purchase", CommitmentDiscountId=COMMITMENT, BilledCost="100", EffectiveCost="100", ListCost="100", ContractedCost="100"),
        charge(CommitmentDiscountId=COMMITMENT, CommitmentDiscountStatus="Used", BilledCost="0", EffectiveCost="60", ListCost="80", ContractedCost="60"),
        charge(CommitmentDiscountId=COMMITMENT, CommitmentDiscountStatus="Unused", BilledCost="0", EffectiveCost="40", ListCost="0", ContractedCost="0"),
    ]  # fmt: skip
    assert days(*rows, of="charge_category, billed, effective, cost, cash, list_cost, contracted, lines") == [
        ("Purchase", Decimal(100), 0, 0, Decimal(100), None, None, 1),
        ("Usage", 0, Decimal(100), Decimal(100), 0, Decimal(80), Decimal(60), 2),
    ]


def test_a_purchase_is_known_by_the_resource_whose_use_comes_later(days: Days) -> None:
    purchase = charge(
        ChargeCategory="Purchase",
        ResourceId=COMMITMENT,
        BilledCost="90",
        EffectiveCost="90",
        **on("2026-09-01", "2026-12-01"),
    )
    assert days(purchase, of="sum(effective) over (), count(*) over ()")[0] == (Decimal(90), 91)
    use = charge(
        CommitmentDiscountId=COMMITMENT, BilledCost="0", EffectiveCost="1", **on("2026-09-05", "2026-09-06")
    )
    assert days(use, of="day, charge_category, effective, billed, spread") == [
        (date(2026, 9, 1), "Purchase", 0, Decimal(90), False), (date(2026, 9, 5), "Usage", Decimal(1), 0, False),
    ]  # fmt: skip


def test_a_purchase_whose_use_is_told_anew_as_another_one_counts_itself_again(
    days: Days, ws: Workspace, tmp_path: Path
) -> None:
    quarter = on("2026-09-01", "2026-12-01")
    purchase = charge(
        ChargeCategory="Purchase", ResourceId=COMMITMENT, BilledCost="90", EffectiveCost="90", **quarter
    )
    use = {"BilledCost": "0", "EffectiveCost": "1", **on("2026-09-05", "2026-09-06")}
    days(purchase, of="day")
    days(charge(CommitmentDiscountId=COMMITMENT, **use), of="day")
    asked = Query.of(
        "asked", "select sum(effective), sum(cost) from focus_daily where charge_category = 'Purchase'"
    )
    assert ws.warehouse.rows(asked) == [(0, 0)]
    write_bill(tmp_path / "1.csv", [charge(**use)], version="1.2")
    days(charge(**on("2026-09-07", "2026-09-08")), of="day")
    assert ws.warehouse.rows(asked) == [(Decimal(90), Decimal(90))]


def test_a_charge_of_several_days_is_spread_by_time_to_the_last_decimal(days: Days) -> None:
    rows = [
        charge(
            BilledCost="10",
            EffectiveCost="10",
            ListCost="0.000000000000000001",
            **on("2026-09-01T18:00:00Z", "2026-09-03T06:00:00Z"),
        )
    ]
    assert days(*rows, of="day, effective, billed, list_cost, spread, lines") == [
        (date(2026, 9, 1), Decimal("1.666666666666666667"), Decimal(10), 0, True, 1),
        (date(2026, 9, 2), Decimal("6.666666666666666666"), 0, Decimal("0.000000000000000001"), True, 0),
        (date(2026, 9, 3), Decimal("1.666666666666666667"), 0, 0, True, 0),
    ]


def test_credits_and_corrections_take_off(days: Days) -> None:
    rows = [
        charge(),
        charge(ChargeClass="Correction", BilledCost="-0.4", EffectiveCost="-0.4"),
        charge(ChargeCategory="Credit", BilledCost="-1", EffectiveCost="-1", ListCost="", ContractedCost=""),
    ]
    assert days(*rows, of="charge_category, billed, cost, lines") == [
        ("Credit", Decimal(-1), Decimal(-1), 1), ("Usage", Decimal("0.6"), Decimal("0.85"), 2),
    ]  # fmt: skip


def test_a_charge_at_one_moment_counts_on_its_day(days: Days) -> None:
    assert days(charge(**on("2026-09-01", "2026-09-01")), of="day, billed, spread") == [
        (date(2026, 9, 1), Decimal(1), False)
    ]


def test_what_has_no_rate_is_counted_apart_and_tokens_are_no_money(days: Days, ws: Workspace) -> None:
    rows = [
        charge(BillingCurrency="EUR"),
        charge(BillingCurrency="EUR", BilledCost="0", EffectiveCost="0"),
        charge(BillingCurrency="Token", BilledCost="5000", EffectiveCost="5000"),
        charge(PricingCurrency="Token", PricingCurrencyEffectiveCost="9000"),
    ]
    kept = "currency, billed, cost, cash, unconverted, lines"
    assert days(*rows, of=kept) == [
        ("EUR", Decimal(1), 0, 0, 1, 2), ("TOKEN", Decimal(5000), None, None, 1, 1),
        ("USD", Decimal(1), Decimal("1.25"), Decimal(1), 0, 1),
    ]  # fmt: skip
    rate = Query.of("rate", "insert into exchange_rates values (1, 'EUR', 'USD', '2026-01-01', 2)")
    with ws.warehouse.write() as tx:
        tx.execute(rate)
        refresh_costs(tx)
    assert days(of=kept)[0] == ("EUR", Decimal(1), Decimal("2.5"), Decimal(2), 0, 2)
