"""What people keep about costs, from a file: the one reader behind the screens, the API and the command line."""

from __future__ import annotations

from functools import partial
from typing import Any

from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.costs.fact_names import FactNames, unknown_names
from orchflow.costs.price_file import import_prices
from orchflow.costs.prices import PRICES
from orchflow.costs.rates_file import import_rates
from orchflow.inputs.row_file import ImportReport, import_rows
from orchflow.people.permissions import Actor
from orchflow.store.engine import Store
from orchflow.store.entity import Entity


def import_inputs(
    store: Store, actor: Actor, entity: Entity[Any], data: bytes, filename: str, *,
    currency: str, of: str | None = None, dry_run: bool = False, known: FactNames | None = None,
) -> ImportReport:  # fmt: skip
    """Add the rows of a CSV or Excel file and correct those there are; the same file again changes nothing.

    `currency` is the one of new rows that name none, `of` that of a table of exchange rates with a column for each currency.
    `known` are the names that facts have: others are told, and kept all the same.
    UsageError for a file that tells no such rows, Forbidden without the permission.
    """
    notice = None if known is None else partial(unknown_names, entity, known=known)
    if entity.key == PRICES.key:
        return import_prices(store, actor, data, filename, currency=currency, dry_run=dry_run, notice=notice)
    if entity.key == EXCHANGE_RATES.key:
        return import_rates(store, actor, data, filename, into=currency, of=of, dry_run=dry_run)
    given = {"currency": currency} if "currency" in entity.fields else {}
    return import_rows(store, actor, entity, data, filename, given=given, dry_run=dry_run, notice=notice)
