"""The bills of the cloud under the agents: a file in FOCUS 1.2 for each month, as its provider delivers them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from orchflow.config.sources import FocusFileSettings
from orchflow.demo.input_story import month_after
from orchflow.demo.rows import rows
from orchflow.demo.simulation import Simulation
from orchflow.focus_columns import columns_of
from orchflow.ingest.sources.focus_file import FocusFile

TOLD: dict[str, Any] = rows("bills.yaml")
NAME, VERSION = "cloud-bills", "1.2"
CENT, DAY = Decimal("0.01"), timedelta(days=1)
Cells = dict[str, str]


def write_bills(simulation: Simulation, home: Path) -> FocusFile:
    """Write the bills of the last months, of the running one until yesterday, and return the source that reads them."""
    folder = home / "bills"
    folder.mkdir(parents=True, exist_ok=True)
    for place, month in enumerate(bill_months(simulation)):
        with (folder / f"focus-{month:%Y-%m}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns_of(VERSION))
            writer.writeheader()
            writer.writerows(_charges(simulation, month, place))
    return FocusFile(FocusFileSettings(name=NAME, kind="focus_file", path=str(folder / "*.csv")))


def bill_months(simulation: Simulation) -> list[date]:
    """The first days of the months that are billed: the last ones that begin after Day 1, with a day that is over; there may be none."""
    months = [month_after(simulation.start)]
    while (following := month_after(months[-1])) < simulation.today:
        months.append(following)
    return [month for month in months if month < simulation.today][-TOLD["bills"] :]


def _charges(simulation: Simulation, month: date, place: int) -> Iterator[Cells]:
    """The charges of the bill of a month, the `place`th."""
    days = [day for day in _days(month, month_after(month)) if day < simulation.today]
    usage = [_usage(month, day, told) for day in days for told in TOLD["daily"]]
    if place == 0:
        usage.append(_purchase(month))
    if place == 1:
        usage.append(_correction(month))
    yield from usage
    billed = sum((Decimal(charge["BilledCost"]) for charge in usage), Decimal(0))
    tax = (billed * Decimal(TOLD["tax"])).quantize(CENT, ROUND_HALF_UP)
    yield _charge(month, month, month_after(month), "Tax", "Sales tax", tax) | {"ServiceName": "Tax", "ServiceCategory": "Other"}  # fmt: skip


def _days(first: date, end: date) -> list[date]:
    return [first + DAY * number for number in range((end - first).days)]


def _usage(month: date, day: date, told: Mapping[str, Any]) -> Cells:
    cost, listed = Decimal(told["cost"]), Decimal(told["list"])
    cells = _charge(month, day, day + DAY, "Usage", told["text"], cost) | _of(told)
    cells |= {
        "ListCost": f"{listed:f}", "ResourceId": told["resource"], "ResourceName": told["resource"],
        "PricingQuantity": "24", "PricingUnit": "Hours", "ConsumedQuantity": "24", "ConsumedUnit": "Hours",
        "PricingCategory": "Standard", "ChargeFrequency": "Usage-Based",
        "ListUnitPrice": f"{listed / 24:.6f}", "ContractedUnitPrice": f"{cost / 24:.6f}",
    }  # fmt: skip
    if told.get("committed"):
        cells |= _committed() | {
            "BilledCost": "0", "PricingCategory": "Committed", "CommitmentDiscountStatus": "Used",
        }  # fmt: skip
    if agent := told.get("agent"):
        cells["Tags"] = f'{{"agent": "{agent}"}}'
    return cells


def _purchase(month: date) -> Cells:
    """Paid once, used by the days of a year: of its own days it costs nothing."""
    paid = Decimal(TOLD["commitment"]["paid"])
    cells = _charge(month, month, month + DAY, "Purchase", TOLD["commitment"]["name"], paid) | _committed()
    return cells | {
        "EffectiveCost": "0", "ChargeFrequency": "One-Time", "ServiceName": "Amazon EC2", "ServiceCategory": "Compute",
        "PricingQuantity": "1", "PricingUnit": "Commitments", "PricingCategory": "Standard",
    }  # fmt: skip


def _correction(month: date) -> Cells:
    """Of a day of the month before, in the bill of this one."""
    told = TOLD["correction"]
    last = month - DAY
    cells = _charge(month, last, month, "Usage", told["text"], Decimal(told["cost"])) | _of(told)
    return cells | {"ChargeClass": "Correction", "ChargeFrequency": "Usage-Based"}


def _committed() -> Cells:
    told = TOLD["commitment"]
    return {
        "CommitmentDiscountId": told["id"], "CommitmentDiscountName": told["name"], "CommitmentDiscountCategory": "Spend",
        "CommitmentDiscountType": "Savings Plan",
    }  # fmt: skip


def _of(told: Mapping[str, Any]) -> Cells:
    number, name = TOLD["sub_accounts"][told["to"]]
    return {
        "SubAccountId": number, "SubAccountName": name, "SubAccountType": "Account",
        "ServiceName": told["service"], "ServiceCategory": told["category"],
    }  # fmt: skip


def _charge(month: date, first: date, end: date, category: str, text: str, cost: Decimal) -> Cells:
    """A charge of the days before `end`, in the bill of a month; all four costs are the same until told otherwise."""
    account, name = TOLD["account"]
    return dict.fromkeys(columns_of(VERSION), "") | {
        "BillingAccountId": account, "BillingAccountName": name, "BillingAccountType": "Management", "BillingCurrency": "USD",
        "BillingPeriodStart": _instant(month), "BillingPeriodEnd": _instant(month_after(month)),
        "ChargePeriodStart": _instant(first), "ChargePeriodEnd": _instant(end),
        "ChargeCategory": category, "ChargeDescription": text, "InvoiceId": f"NC-{month:%Y%m}",
        "InvoiceIssuerName": TOLD["provider"], "ProviderName": TOLD["provider"], "PublisherName": TOLD["provider"],
        "PricingCurrency": "USD", "RegionId": "eu-central-1", "RegionName": "Frankfurt",
    } | dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"), f"{cost:f}")  # fmt: skip


def _instant(day: date) -> str:
    return f"{day}T00:00:00Z"
