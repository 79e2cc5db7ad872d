"""Bills as files again, and the AI spend as FOCUS 1.2, judged by the rules of the specification."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from orchflow.config.sources import FocusFileSettings
from orchflow.focus_columns import COLUMNS, MANDATORY, version_of
from orchflow.ingest.run import run_source
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor
from orchflow.reports.datasets import export
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
    file = export(ws, admin, "ai_spend", tmp_path / "spend.csv").path
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
    assert {row["x_TokenKind"] for row in spend} == {"all", ""}


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
