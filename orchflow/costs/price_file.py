"""Prices from a file: a row for each price, or for each model with a column for each kind of use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from orchflow.costs.price_kinds import PriceKind
from orchflow.costs.prices import PRICES
from orchflow.errors import UsageError
from orchflow.inputs.row_file import (
    FileRow,
    FileRows,
    Headings,
    ImportReport,
    Notice,
    counted_cell,
    rows_below,
    save_rows,
)
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.text_table import Table, read_table
from orchflow.store.engine import Store
from orchflow.store.written import plain_word

_MEANT: Final = {
    "provider": ("vendor", "company"),
    "model": ("model name", "model id"),
    "kind": ("usage", "token kind", "type"),
    "price": ("rate", "cost", "unit price", "amount"),
    "per": ("unit", "units"),
    "currency": ("billing currency",),
    "valid_from": ("since", "effective date", "effective from", "date"),
    "valid_to": ("until", "effective to"),
    "over_tokens": ("context over", "tokens over"),
    "service_tier": ("tier",),
    "note": ("comment",),
}
_HEADINGS: Final = Headings(PRICES, {word: field for field, words in _MEANT.items() for word in words})
_KINDS: Final = {
    "input": PriceKind.INPUT, "prompt": PriceKind.INPUT, "cached": PriceKind.CACHED, "cached input": PriceKind.CACHED,
    "cache read": PriceKind.CACHED, "cache write": PriceKind.CACHE_WRITE, "cache write 5m": PriceKind.CACHE_WRITE,
    "cache write 1h": PriceKind.CACHE_WRITE_1H, "output": PriceKind.OUTPUT, "completion": PriceKind.OUTPUT,
    "reasoning": PriceKind.REASONING, "image": PriceKind.IMAGE, "second": PriceKind.SECOND, "request": PriceKind.REQUEST,
}  # fmt: skip
_NOTHING: Final = ("", "-", "–")


def import_prices(
    store: Store, actor: Actor, data: bytes, filename: str, *, currency: str, dry_run: bool = False, notice: Notice | None = None,
) -> ImportReport:  # fmt: skip
    """Add the prices of a CSV or Excel file and correct those there are; the same file again changes nothing.

    `currency` is that of new prices that name none. A price is known by its model, kind, tiers, times and first day.
    UsageError for a file that tells no prices, Forbidden without the permission.
    """
    actor.require(PRICES.edit)
    table = read_table(data, filename, lambda name: _HEADINGS.knows(name) or plain_word(name) in _KINDS)
    fields = _HEADINGS.fields(table.heading)
    kinds = [_KINDS.get(plain_word(name)) for name in table.heading]
    if "model" not in fields or not ("price" in fields or any(kinds)):
        raise UsageError(
            f"{filename} tells no prices: it has no column model, or neither a column price nor one of a kind of use",
            "Name its columns provider, model, kind, price, per, currency and from; or input, cached, output for kind and price.",
        )
    given = {"currency": currency}
    if "price" in fields:
        rows = rows_below(table, fields, given)
        unread = table.unread(fields)
    else:
        rows = list(_wide(table, fields, kinds, given))
        unread = table.unread([field or kind for field, kind in zip(fields, kinds, strict=True)])
    told = FileRows(rows, tuple(name for name in unread if not _HEADINGS.passes_over(name)), given)
    return save_rows(store, actor, PRICES, told, dry_run=dry_run, notice=notice)


def _wide(
    table: Table, fields: Sequence[str | None], kinds: Sequence[PriceKind | None], given: Mapping[str, Any]
) -> Iterator[FileRow]:
    whole = dict(table.rows)
    for number, told in rows_below(table, fields, given):
        for kind, cell in zip(kinds, whole[number], strict=True):
            if kind is not None and cell is not None and str(cell).strip() not in _NOTHING:
                yield number, told | {"kind": kind.value, "price": counted_cell(table, cell)}
