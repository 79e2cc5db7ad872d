"""Bills in FOCUS as a provider writes them, for tests."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from orchflow.focus_columns import columns_of

DAY = {"ChargePeriodStart": "2026-09-01T00:00:00Z", "ChargePeriodEnd": "2026-09-02T00:00:00Z"}
CHARGE = {
    "BilledCost": "1.00",
    "BillingAccountId": "123456789012",
    "BillingAccountName": "SunBird",
    "BillingCurrency": "USD",
    "BillingPeriodEnd": "2026-10-01T00:00:00Z",
    "BillingPeriodStart": "2026-09-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeDescription": "Virtual machine",
    "ContractedCost": "1.50",
    "EffectiveCost": "1.25",
    "InvoiceIssuerName": "AWS",
    "ListCost": "2.00",
    "PricingQuantity": "1",
    "PricingUnit": "Hours",
    "ProviderName": "AWS",
    "PublisherName": "AWS",
    "ServiceCategory": "Compute",
    "ServiceName": "Amazon EC2",
    "SubAccountName": "Production",
    **DAY,
}
"""A charge of one day."""


def charge(**cells: str) -> dict[str, str]:
    """A charge that differs from CHARGE in some cells."""
    return CHARGE | cells


def on(first: str, last: str) -> dict[str, str]:
    """The charge period from a day (or an instant) until another one."""
    ends = (first, last)
    start, end = (at if "T" in at else f"{at}T00:00:00Z" for at in ends)
    return {"ChargePeriodStart": start, "ChargePeriodEnd": end}


def write_bill(
    file: Path,
    rows: Sequence[dict[str, str]],
    *,
    version: str = "1.0",
    bom: bool = False,
    without: Sequence[str] = (),
) -> Path:
    """Write a CSV with all columns of a version, those that rows have besides, and none of `without`."""
    names = dict.fromkeys([*columns_of(version), *(name for row in rows for name in row)])
    columns = [name for name in names if name not in without]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return file
