"""Bills as files again, and the AI spend as FOCUS 1.2, judged by the rules of the specification."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from orchflow.config.sources import FocusFileSettings
from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.costs.prices import PRICES
from orchflow.costs.repricing import price_usage
from orchflow.focus_columns import COLUMNS, MANDATORY, version_of
from orchflow.ingest.run import run_source
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.reports.datasets import export
from orchflow.store.edits import Edit
from orchflow.subscribers import dispatcher
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.bills import charge, on, write_bill
from tests.metrics.facts import TODAY, SmallFacts

LINES = Query.of("lines", "select * exclude (source, delivery, line, unit, delivered_at) from focus_lines where source = $source order by line")  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_import_export_import_is_the_identity(
    ws: Workspace, admin: Actor, tmp_path: Path, suffix: str
) -> None:
    rows = [
        charge(BilledCost="0.1234567890123456789012345678", Tags='{"agent": "writer", "a": "=1+1"}', x_Other="=cmd"),
        charge(BilledCost="-1.5e-7", ChargeClass="Correction", SubAccountName="NULL", ListCost="", x_Second="1,5"),
        charge(BilledCost="$10,100.00 ", BillingCurrency="USD", **on("2026-09-01T05:00:00", "2026-09-04")),
        charge(EffectiveCost="-0", ChargeDescription='a "quoted", text\nof two lines', PricingCurrency="Token"),
    ]  # fmt: skip
    load(ws, admin, "first", write_bill(tmp_path / "bill.csv", rows, version="1.1"))
    out = export(ws, admin, "focus_lines", tmp_path / f"again{suffix}").path
    if suffix == ".csv":  # any program reads the amounts
        with out.open(encoding="utf-8-sig", newline="") as stream:
            assert [line["BilledCost"] for line in csv.DictReader(stream)][1:] == [
                "-1.5e-7",
                "$10,100.00",
                "1.00",
            ]
    load(ws, admin, "second", out)
    first, second = (ws.warehouse.rows(LINES, {"source": name}) for name in ("first", "second"))
    assert first == second
    assert len(first) == 4


def load(ws: Workspace, admin: Actor, name: str, file: Path) -> None:
    settings = FocusFileSettings(name=name, kind="focus_file", path=str(file), replaces="nothing")
    assert run_source(ws, admin, open_source(settings)).state == "done"


@pytest.fixture
def spend(ws: Workspace, admin: Actor, tmp_path: Path) -> Sequence[Mapping[str, str]]:
    """The AI spend of some calls as a CSV."""
    facts = SmallFacts(ws.warehouse)
    facts.calls(
        facts.call(TODAY, cost=Decimal("0.123456789012345678")),
        facts.call(TODAY, cost=Decimal("1.5"), organization=None, provider=None, model=None),
        facts.call(date(2026, 10, 31), cost=Decimal("-0.5"), input_tokens=0, output_tokens=0),
        facts.call(TODAY, cost=None),
    )
    return spend_of(ws, admin, tmp_path)


def spend_of(ws: Workspace, admin: Actor, folder: Path) -> Sequence[Mapping[str, str]]:
    file = export(ws, admin, "ai_spend", folder / "spend.csv").path
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_ai_spend_has_every_column_and_adds_up_to_what_calls_cost(
    spend: Sequence[Mapping[str, str]], ws: Workspace
) -> None:
    names = list(spend[0])
    assert version_of("spend", names) == "1.2"
    assert names[:57] == list(COLUMNS)
    assert all(name.startswith("x_") for name in names[57:])
    assert sum(Decimal(row["BilledCost"]) for row in spend) == Decimal("1.123456789012345678")
    assert {row["x_TokenKind"] for row in spend} == {"unknown"}, "nobody told the parts of these amounts"


def test_what_the_price_book_priced_is_a_charge_for_each_kind_of_use(
    ws: Workspace, admin: Actor, tmp_path: Path
) -> None:
    prices = {"input": "10", "cached": "1", "output": "50", "reasoning": "40.3", "request": "0.002"}
    EXCHANGE_RATES.create(
        ws.store, SYSTEM, currency="EUR", into_currency="USD", rate="1.1", valid_from="2026-01-01"
    )
    report = PRICES.save(
        ws.store, SYSTEM, [
            Edit(None, None, {"provider": "anthropic", "model": "claude", "kind": kind, "price": price, "currency": "EUR",
                              "valid_from": "2026-01-01"})
            for kind, price in prices.items()
        ],
    )  # fmt: skip
    assert not report.problems
    dispatcher(ws).deliver()
    facts = SmallFacts(ws.warehouse)
    tokens = {"input_tokens": 1000, "cached_input_tokens": 300, "output_tokens": 100, "reasoning_tokens": 33}
    facts.calls(*(facts.call(TODAY, cost=None, **tokens) for _ in range(3)), facts.call(TODAY, cost="7"))
    price_usage(ws, SYSTEM)
    charges = spend_of(ws, admin, tmp_path)
    assert {row["x_TokenKind"]: (Decimal(row["BilledCost"]), Decimal(row["PricingQuantity"]), row["PricingUnit"]) for row in charges} == {
        "input": (Decimal("0.021"), 2100, "Tokens"),
        "cached": (Decimal("0.0009"), 900, "Tokens"),
        "output": (Decimal("0.01005"), 201, "Tokens"),
        "reasoning": (Decimal("0.0039897"), 99, "Tokens"),
        "request": (Decimal("0.006"), 3, "Requests"),
        "unknown": (Decimal(7), 15, "Tokens"),
    }  # fmt: skip
    in_all = ws.warehouse.rows(
        Query.of(
            "all", "select sum(amount), sum(cost), sum(input_tokens), sum(output_tokens) from usage_daily"
        )
    )
    names = ("BilledCost", "x_Cost", "x_InputTokens", "x_OutputTokens")
    assert tuple(sum(Decimal(row[name]) for row in charges) for name in names) == in_all[0]
    keeps_the_rules(charges)


NOT_NULL = (*(name for name in MANDATORY if name != "ChargeClass"),)
ALLOWED = {
    "ChargeCategory": {"Usage", "Purchase", "Tax", "Credit", "Adjustment"},
    "ChargeClass": {"", "Correction"},
    "ChargeFrequency": {"One-Time", "Recurring", "Usage-Based"},
    "PricingCategory": {"", "Standard", "Dynamic", "Committed", "Other"},
    "ServiceCategory": {"AI and Machine Learning"},
    "ServiceSubcategory": {"Generative AI"},
}


def test_the_ai_spend_keeps_the_rules_of_the_specification(spend: Sequence[Mapping[str, str]]) -> None:
    keeps_the_rules(spend)


def keeps_the_rules(spend: Sequence[Mapping[str, str]]) -> None:
    for row in spend:
        assert [name for name in NOT_NULL if not row[name]] == []
        assert [name for name, values in ALLOWED.items() if row[name] not in values] == []
        times = [
            row[name]
            for name in ("BillingPeriodStart", "ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodEnd")
        ]
        assert times == sorted(times)
        assert all(time.endswith("Z") and len(time) == 20 for time in times)
        assert times[1] < times[2]
        assert row["BilledCost"] == row["EffectiveCost"] == row["ContractedCost"] == row["ListCost"]
        assert Decimal(row["PricingQuantity"]) > 0
        for together in (
            ("ConsumedQuantity", "ConsumedUnit"),
            ("PricingQuantity", "PricingUnit"),
            ("SkuId", "SkuMeter"),
            ("SubAccountId", "SubAccountType"),
        ):
            assert len({bool(row[name]) for name in together}) == 1
        if row["ContractedUnitPrice"]:
            assert Decimal(row["ContractedUnitPrice"]) * Decimal(row["PricingQuantity"]) == Decimal(
                row["ContractedCost"]
            )
