"""Rates of exchange from a file: a row for each rate, or a column for each currency as banks publish them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.currencies import CODES
from orchflow.errors import UsageError
from orchflow.inputs.row_file import (
    FileRow,
    FileRows,
    Headings,
    ImportReport,
    counted_cell,
    rows_below,
    save_rows,
)
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.text_table import Table, read_table
from orchflow.store.engine import Store

_MEANT = {
    "currency": ("base", "base currency", "from currency", "source currency"),
    "into_currency": ("into currency", "to", "to currency", "quote", "target", "target currency"),
    "valid_from": ("date", "day", "since", "effective date", "effective from", "time period"),
    "rate": ("exchange rate", "value", "price", "obs value"),
    "note": ("comment",),
}
_HEADINGS = Headings(EXCHANGE_RATES, {word: field for field, words in _MEANT.items() for word in words})
_NOTHING = ("", "n/a", "na", "-", "–")


def import_rates(
    store: Store, actor: Actor, data: bytes, filename: str, *, into: str | None = None, of: str | None = None, dry_run: bool = False
) -> ImportReport:  # fmt: skip
    """Add the rates of a CSV or Excel file and correct those there are; the same file again changes nothing.

    `into` is the currency of rows that name none; `of` the currency whose worth a table with a column for each currency
    tells. UsageError for a file that tells no rates, Forbidden without the permission.
    """
    actor.require(EXCHANGE_RATES.edit)
    table = read_table(data, filename, _known)
    fields = _fields(table.heading)
    given = {"into_currency": into} if into else {}
    if "rate" in fields:
        rows = rows_below(table, fields, given)
        unread = table.unread(fields)
    elif "valid_from" in fields and any(_code(name) for name in table.heading):
        rows = list(_wide(table, fields, of))
        unread = table.unread([fields[at] or _code(name) for at, name in enumerate(table.heading)])
    else:
        raise UsageError(
            f"{filename} tells no rates: it has neither a column rate nor a date and a column for each currency",
            "Name its columns currency, into, from and rate.",
        )
    return save_rows(store, actor, EXCHANGE_RATES, FileRows(rows, tuple(unread), given), dry_run=dry_run)


def _wide(table: Table, fields: Sequence[str | None], of: str | None) -> Iterator[FileRow]:
    if of is None:
        raise UsageError(
            "The table has a column for each currency and does not say what it is the worth of",
            "Say it, for example EUR for a table of the European Central Bank.",
        )
    day = fields.index("valid_from")
    for number, row in table.rows:
        since = counted_cell(table, row[day])
        for name, cell in zip(table.heading, row, strict=True):
            code = _code(name)
            if code and code != of and str(cell).strip().casefold() not in _NOTHING and cell is not None:
                yield number, {"currency": of, "into_currency": code, "valid_from": since, "rate": cell}


def _fields(heading: Sequence[str]) -> list[str | None]:
    """What each column holds; `from` is a currency where no other column is, else the day."""
    fields = _HEADINGS.fields(heading)
    for place, name in enumerate(heading):
        if name.strip().casefold() == "from":
            fields[place] = "valid_from" if "currency" in fields else "currency"
    return [field if field not in fields[:place] else None for place, field in enumerate(fields)]


def _known(name: str) -> bool:
    return _HEADINGS.knows(name) or bool(_code(name))


def _code(name: str) -> str | None:
    return name.strip() if name.strip() in CODES else None
