"""What costs and is no call to a model: its days follow what people write, hours and bills in the transaction that changes them.

A row of `expenses_daily` comes from one origin: an entry of costs, hours that were logged, or the charges of a bill (FOCUS).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from orchflow import clock
from orchflow.currencies import CODES, places
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.warehouse.transaction import Transaction

_SPREAD_UNTIL = "entries_spread_until"


def refresh_expenses(tx: Transaction) -> None:
    """Make the rows of entries and hours anew: other rates of exchange hold, or another currency. Bills see to theirs."""
    refresh_entries(tx)
    refresh_hours(tx)


def refresh_entries(tx: Transaction, entries: Collection[int] | None = None) -> None:
    """Spread the amounts of some entries of costs over their days anew, or of all (`None`).

    What has no end is spread until the end of next year: `extend_entries` moves that on.
    """
    until = _horizon(tx)
    some = {"entries": None if entries is None else sorted(entries)}
    coins = {"codes": sorted(CODES), "decimals": [places(code) for code in sorted(CODES)]}
    tx.prepare("macros")
    tx.execute("conversion_create", {"currency": tx.currency})
    tx.execute("expenses_of_entries_clear", some)
    tx.execute("expenses_of_entries", some | coins | {"until": until})
    if entries is None:
        tx.execute("meta_put", {"key": _SPREAD_UNTIL, "value": until.isoformat()})


def extend_entries(tx: Transaction) -> None:
    """Spread what has no end further where a year has begun since that was last done."""
    kept = tx.execute("meta_get", {"key": _SPREAD_UNTIL})
    if not kept or date.fromisoformat(str(kept[0][0])) < _horizon(tx):
        refresh_entries(tx)


def refresh_hours(tx: Transaction, days: Collection[date] | None = None) -> None:
    """Take over what hours cost, of some days or of all."""
    some = {"days": None if days is None else sorted(days)}
    tx.execute("expenses_of_hours_clear", some)
    tx.execute("expenses_of_hours", some)
    refresh_mean_rates(tx)
    place_hours(tx)


def refresh_mean_rates(tx: Transaction) -> None:
    """Count anew what an hour costs on average, which is told to those who may not see hourly rates."""
    tx.execute("mean_rates_clear")
    tx.execute("mean_rates_fill", {"smallest": SMALLEST_GROUP})


def place_hours(tx: Transaction) -> None:
    """Give hours the team of the sprint in which their task is now."""
    tx.execute("expenses_of_teams")


def refresh_billed(tx: Transaction) -> None:
    """Take over what was billed on the days of the table `focus_days`."""
    tx.execute("expenses_of_bills_clear")
    tx.execute("expenses_of_bills")


def _horizon(tx: Transaction) -> date:
    """The first day after next year."""
    return date(clock.today(tx.zone).year + 2, 1, 1)
