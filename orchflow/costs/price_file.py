"""Prices from a file: a row for each price, or for each model with a column for each kind of use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from orchflow.costs.price_kinds import PriceKind
from orchflow.costs.prices import PRICES
from orchflow.errors import Problem, UsageError
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.text_table import Table, read_table
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.field import read_changes
from orchflow.store.moments import counted

MOST_PRICES: Final = 20_000
_MEANT: Final = {
    "provider": ("provider", "vendor", "company"),
    "model": ("model", "model name", "model id"),
    "kind": ("kind", "kind of use", "usage", "token kind", "type"),
    "price": ("price", "rate", "cost", "unit price", "amount"),
    "per": ("per", "unit", "units"),
    "currency": ("currency", "billing currency"),
    "valid_from": ("valid from", "from", "since", "effective date", "effective from", "date"),
    "valid_to": ("valid to", "to", "until", "effective to"),
    "over_tokens": ("input over", "over tokens", "context over", "tokens over"),
    "time_from": ("time from",),
    "time_to": ("time to",),
    "service_tier": ("service tier", "tier"),
    "note": ("note", "comment"),
}
_FIELDS: Final = {word: field for field, words in _MEANT.items() for word in words}
_KINDS: Final = {
    "input": PriceKind.INPUT, "prompt": PriceKind.INPUT, "cached": PriceKind.CACHED, "cached input": PriceKind.CACHED,
    "cache read": PriceKind.CACHED, "cache write": PriceKind.CACHE_WRITE, "cache write 5m": PriceKind.CACHE_WRITE,
    "cache write 1h": PriceKind.CACHE_WRITE_1H, "output": PriceKind.OUTPUT, "completion": PriceKind.OUTPUT,
    "reasoning": PriceKind.REASONING, "image": PriceKind.IMAGE, "second": PriceKind.SECOND, "request": PriceKind.REQUEST,
}  # fmt: skip
_KEY: Final = (
    "provider", "model", "kind", "service_tier", "over_tokens", "time_from", "time_to", "valid_from",
)  # fmt: skip
_MUST: Final = ("provider", "model", "kind", "price", "valid_from")


@dataclass(frozen=True)
class PricesReport:
    """What an import did. `problems` name the row of the file; `unread` are columns that were left out."""

    created: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]
    unread: tuple[str, ...]
    dry_run: bool


def import_prices(
    store: Store, actor: Actor, data: bytes, filename: str, *, currency: str, dry_run: bool = False
) -> PricesReport:
    """Add the prices of a CSV or Excel file and correct those there are; the same file again changes nothing.

    `currency` is that of rows that name none. A price is known by its model, kind, tiers, times and first day.
    UsageError for a file that tells no prices, Forbidden without the permission.
    """
    actor.require(PRICES.edit)
    table = read_table(data, filename, lambda name: _words(name) in _FIELDS or _words(name) in _KINDS)
    fields = [_FIELDS.get(_words(name)) for name in table.heading]
    kinds = [_KINDS.get(_words(name)) for name in table.heading]
    if "model" not in fields or not ("price" in fields or any(kinds)):
        raise UsageError(
            f"{filename} tells no prices: it has no column model, or neither a column price nor one of a kind of use",
            "Name its columns provider, model, kind, price, per, currency and from; or input, cached, output for kind and price.",
        )
    if "price" in fields:
        rows = list(_tall(table, fields))
        unread = table.unread(fields)
    else:
        rows = list(_wide(table, fields, kinds))
        unread = table.unread([field or kind for field, kind in zip(fields, kinds, strict=True)])
    if len(rows) > MOST_PRICES:
        raise UsageError(
            f"The file tells {len(rows):,} prices; at most {MOST_PRICES:,} are read at once",
            "Leave out the models that you do not use.",
        )
    return _save(store, actor, rows, currency, tuple(unread), dry_run)


def _save(
    store: Store, actor: Actor, rows: Sequence[tuple[int, dict[str, Any]]], currency: str, unread: tuple[str, ...],
    dry_run: bool,
) -> PricesReport:  # fmt: skip
    stored = {_key({name: getattr(row, name) for name in _KEY}): row for row in PRICES.list(store, actor)}
    edits: list[Edit] = []
    problems: list[Problem] = []
    unchanged = 0
    for place, (number, cells) in enumerate(rows):
        values, refused = read_changes(PRICES.fields, cells, number, new=True)
        missing = [Problem(number, name, "is missing") for name in _MUST if name not in cells]
        if refused or missing:
            problems += refused + missing
            continue
        known = stored.get(_key(values))
        if known is None:
            edits.append(Edit(None, None, {"currency": currency} | values, place))
        elif changes := {name: value for name, value in values.items() if getattr(known, name) != value}:
            edits.append(Edit(known.id, known.version, changes, place))
        else:
            unchanged += 1
    if not dry_run and edits:
        report = PRICES.save(store, actor, edits)
        problems += [replace(problem, row=rows[int(problem.row or 0)][0]) for problem in report.problems]
        edits = [edit for edit, outcome in zip(edits, report.outcomes, strict=True) if outcome.stored]
    created = sum(edit.id is None for edit in edits)
    return PricesReport(created, len(edits) - created, unchanged, tuple(problems), unread, dry_run)


def _key(values: dict[str, Any]) -> tuple[Any, ...]:
    """What a price is known by; names without their capitals, as they are compared."""
    return tuple(
        value.casefold() if isinstance(value := values.get(name), str) and name != "kind" else value
        for name in _KEY
    )


def _tall(table: Table, fields: Sequence[str | None]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, cells in table.first_cells(fields):
        yield number, _told(table, cells)


def _wide(
    table: Table, fields: Sequence[str | None], kinds: Sequence[PriceKind | None]
) -> Iterator[tuple[int, dict[str, Any]]]:
    whole = dict(table.rows)
    for number, cells in table.first_cells(fields):
        told = _told(table, cells)
        for kind, cell in zip(kinds, whole[number], strict=True):
            if kind is not None and cell is not None and str(cell).strip() not in ("", "-", "–"):
                yield number, told | {"kind": kind.value, "price": cell}


def _told(table: Table, cells: dict[str, Any]) -> dict[str, Any]:
    """The cells that say something, with the days that a spreadsheet counts."""
    told = {name: cell for name, cell in cells.items() if cell is not None and str(cell).strip()}
    for name in ("valid_from", "valid_to"):
        if name in told:
            told[name] = counted(told[name], table.epoch)
    return told


def _words(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()
