"""What a run tells of bills that lie in one folder and tell the same charges: which of them counts, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orchflow.format import quantity
from orchflow.ingest.record import query
from orchflow.warehouse.database import Warehouse

MOST: Final = 3
"""So many pairs of files are named."""


def bill_notices(warehouse: Warehouse, source: str) -> list[str]:
    """A sentence for each two files of one folder that tell the same charges of an account and billing period.

    As parts of one delivery both count; where each is a delivery of its own, the one written last.
    """
    asked = {"source": source, "limit": MOST}
    twice = [
        f"{_name(earlier)} and {_name(later)} lie in one folder and tell the same {quantity(charges, 'charge')} of {provider}, "
        f"account {account}, in the billing period of {period:%B %Y}: both count, as parts of one export. If each is the whole, "
        "set replaces: file, and the one written last counts; if one is a copy, take it out of the folder"
        for earlier, later, provider, account, period, charges in warehouse.rows(query("bills_told_twice"), asked)
    ]  # fmt: skip
    overtaken = [
        f"{_name(later)} counts, since it was written last: {quantity(lines, 'line')} of {_name(earlier)} in its folder for the "
        "same account, billing period and days no longer do (replaces: file)"
        for earlier, later, lines in warehouse.rows(query("bills_overtaken"), asked)
    ]  # fmt: skip
    return twice + overtaken


def _name(path: str) -> str:
    return Path(path).name
