"""Rates of exchange from a file: a row for each rate, or a column for each currency as banks publish them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.currencies import CODES
from orchflow.errors import Problem, UsageError
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.text_table import Table, read_table
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.field import read_changes
from orchflow.store.moments import counted

MOST_RATES = 50_000
_MEANT = {
    "currency": ("currency", "base", "base currency", "from currency", "source currency"),
    "into_currency": ("into currency", "into", "to", "to currency", "quote", "target", "target currency"),
    "valid_from": ("valid from", "date", "day", "since", "effective date", "effective from", "time period"),
    "rate": ("rate", "exchange rate", "value", "price", "obs value"),
    "note": ("note", "comment"),
}
_FIELDS = {word: field for field, words in _MEANT.items() for word in words}
_NOTHING = ("", "n/a", "na", "-", "–")
_KEY = ("currency", "into_currency", "valid_from")


@dataclass(frozen=True)
class RatesReport:
    """What an import did. `problems` name the row of the file; `unread` are columns that were left out."""

    created: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]
    unread: tuple[str, ...]
    dry_run: bool


def import_rates(
    store: Store, actor: Actor, data: bytes, filename: str, *, into: str | None = None, of: str | None = None, dry_run: bool = False
) -> RatesReport:  # fmt: skip
    """Add the rates of a CSV or Excel file and correct those there are; the same file again changes nothing.

    `into` is the currency of rows that name none; `of` the currency whose worth a table with a column for each currency
    tells. UsageError for a file that tells no rates, Forbidden without the permission.
    """
    actor.require(EXCHANGE_RATES.edit)
    table = read_table(data, filename, _known)
    fields = _fields(table.heading)
    if "rate" in fields:
        rows, unread = _tall(table, fields, into), table.unread(fields)
    elif "valid_from" in fields and any(_code(name) for name in table.heading):
        rows = _wide(table, fields, of)
        unread = table.unread([fields[at] or _code(name) for at, name in enumerate(table.heading)])
    else:
        raise UsageError(
            f"{filename} tells no rates: it has neither a column rate nor a date and a column for each currency",
            "Name its columns currency, into, from and rate.",
        )
    return _save(store, actor, list(rows), tuple(unread), dry_run)


def _save(
    store: Store, actor: Actor, rows: Sequence[tuple[int, dict[str, Any]]], unread: tuple[str, ...], dry_run: bool
) -> RatesReport:  # fmt: skip
    if len(rows) > MOST_RATES:
        raise UsageError(
            f"The file tells {len(rows):,} rates; at most {MOST_RATES:,} are read at once",
            "Leave out the days before your first usage.",
        )
    stored = {tuple(getattr(row, name) for name in _KEY): row for row in EXCHANGE_RATES.list(store, actor)}
    edits: list[Edit] = []
    problems: list[Problem] = []
    unchanged = 0
    for place, (number, cells) in enumerate(rows):
        values, refused = read_changes(EXCHANGE_RATES.fields, cells, number, new=True)
        missing = [Problem(number, name, "is missing") for name in (*_KEY, "rate") if name not in cells]
        if refused or missing:
            problems += refused + missing
            continue
        known = stored.get(tuple(values[name] for name in _KEY))
        if known is None:
            edits.append(Edit(None, None, values, place))
        elif changes := {name: value for name, value in values.items() if getattr(known, name) != value}:
            edits.append(Edit(known.id, known.version, changes, place))
        else:
            unchanged += 1
    if not dry_run and edits:
        report = EXCHANGE_RATES.save(store, actor, edits)
        problems += [replace(problem, row=rows[int(problem.row or 0)][0]) for problem in report.problems]
        edits = [edit for edit, outcome in zip(edits, report.outcomes, strict=True) if outcome.stored]
    created = sum(edit.id is None for edit in edits)
    return RatesReport(created, len(edits) - created, unchanged, tuple(problems), unread, dry_run)


def _tall(
    table: Table, fields: Sequence[str | None], into: str | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, cells in table.first_cells(fields):
        told = {name: cell for name, cell in cells.items() if cell is not None}
        if "valid_from" in told:
            told["valid_from"] = counted(told["valid_from"], table.epoch)
        yield number, ({"into_currency": into} if into else {}) | told


def _wide(table: Table, fields: Sequence[str | None], of: str | None) -> Iterator[tuple[int, dict[str, Any]]]:
    if of is None:
        raise UsageError(
            "The table has a column for each currency and does not say what it is the worth of",
            "Say it, for example EUR for a table of the European Central Bank.",
        )
    day = fields.index("valid_from")
    for number, row in table.rows:
        since = counted(row[day], table.epoch)
        for name, cell in zip(table.heading, row, strict=True):
            code = _code(name)
            if code and code != of and str(cell).strip().casefold() not in _NOTHING and cell is not None:
                yield number, {"currency": of, "into_currency": code, "valid_from": since, "rate": cell}


def _fields(heading: Sequence[str]) -> list[str | None]:
    """What each column holds; `from` is a currency where no other column is, else the day."""
    fields = [_FIELDS.get(_words(name)) for name in heading]
    for place, name in enumerate(heading):
        if _words(name) == "from":
            fields[place] = "valid_from" if "currency" in fields else "currency"
    return [field if field not in fields[:place] else None for place, field in enumerate(fields)]


def _known(name: str) -> bool:
    return _words(name) in _FIELDS or _words(name) == "from" or bool(_code(name))


def _code(name: str) -> str | None:
    return name.strip() if name.strip() in CODES else None


def _words(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()
