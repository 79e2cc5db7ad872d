"""`orchflow rates …`: rates of exchange, listed, set, read from a file and removed; and the amounts that lack one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from orchflow.cli.console import (
    Json,
    carry_out,
    out,
    plan_store,
    print_columns,
    print_document,
)
from orchflow.cli.inputs import show_import
from orchflow.errors import NotFound, UsageError

rates_app = typer.Typer(
    help="Rates of exchange into the workspace's currency; `orchflow export exchange_rates` writes them to a file.",
    no_args_is_help=True,
)
_SHOWN = ("currency", "into_currency", "valid_from", "rate", "note")

Code = Annotated[str, typer.Argument(metavar="CURRENCY", help="Code of ISO 4217, like EUR.")]
Into = Annotated[str | None, typer.Option(help="Into which currency; the workspace's where it is left out.")]
From = Annotated[str, typer.Option("--from", metavar="D", help="The first day on which it holds.")]


@rates_app.command("list")
def rates_list(as_json: Json = False) -> None:
    """Show every rate, the newest of each currency first."""
    from orchflow.costs.exchange_rates import EXCHANGE_RATES
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        rows = EXCHANGE_RATES.list(store, SYSTEM)
    rates = [{name: getattr(row, name) for name in ("id", *_SHOWN)} for row in rows]
    heads = {name.replace("_", " "): name for name in _SHOWN}
    shown = [{**rate, "rate": f"{rate['rate'].normalize():f}"} for rate in rates]
    print_document({"rates": rates}, as_json, lambda: print_columns(heads, shown))


@rates_app.command("set")
def rates_set(
    currency: Code,
    rate: Annotated[str, typer.Argument(help="What one unit of it is worth.")],
    day: From,
    into: Into = None,
    note: Annotated[str | None, typer.Option(help="Where the rate is from.")] = None,
    as_json: Json = False,
) -> None:
    """Add a rate, or correct the one of that day."""
    from orchflow.costs.exchange_rates import EXCHANGE_RATES
    from orchflow.people.permissions import SYSTEM
    from orchflow.store.edits import Edit

    values = {"rate": rate} | ({"note": note} if note is not None else {})
    with plan_store() as store:
        known = _stored(store, currency, into, day)
        key = {"currency": currency, "into_currency": into or _own(), "valid_from": day}
        edit = Edit(known.id, known.version, values) if known else Edit(None, None, key | values)
        (outcome,) = EXCHANGE_RATES.save(store, SYSTEM, [edit]).outcomes
        row = outcome.stored_row()
    document = {name: getattr(row, name) for name in ("id", *_SHOWN)}
    print_document(
        document,
        as_json,
        lambda: out.print(
            f"1 {row.currency} is {row.rate.normalize():f} {row.into_currency} from {row.valid_from} on.",
            highlight=False,
        ),
    )


@rates_app.command("remove")
def rates_remove(currency: Code, day: From, into: Into = None, as_json: Json = False) -> None:
    """Remove the rate of a day; the one before holds on."""
    from orchflow.costs.exchange_rates import EXCHANGE_RATES
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        known = _stored(store, currency, into, day)
        if known is None:
            raise NotFound(f"There is no rate of {currency} from {day} on", "orchflow rates list shows all.")
        EXCHANGE_RATES.delete(store, SYSTEM, known.id, known.version)
    print_document({"removed": known.id}, as_json, lambda: out.print("Removed."))


@rates_app.command("import")
def rates_import(
    file: Annotated[
        Path, typer.Argument(help="CSV or Excel: a row for each rate, or a column for each currency.")
    ],
    into: Into = None,
    of: Annotated[
        str | None,
        typer.Option(help="Whose worth a table with a column for each currency tells, like EUR."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
    as_json: Json = False,
) -> None:
    """Read rates from a file; the same file again changes nothing."""
    from orchflow.costs.rates_file import import_rates
    from orchflow.people.permissions import SYSTEM

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", "Name a file.") from None
    with plan_store() as store:
        report = import_rates(
            store,
            SYSTEM,
            data,
            file.name,
            into=into or _own(),
            of=of.upper() if of else None,
            dry_run=dry_run,
        )
    print_document(asdict(report), as_json, lambda: show_import(report))
    if report.problems:
        raise typer.Exit(1)


@rates_app.command("missing")
def rates_missing(as_json: Json = False) -> None:
    """Show the amounts that are in no sum of cost, for want of a rate."""
    carry_out("rates_missing", _show_missing, as_json)


def _stored(store: Any, currency: str, into: str | None, day: str) -> Any:
    from orchflow.costs.exchange_rates import EXCHANGE_RATES
    from orchflow.people.permissions import SYSTEM
    from orchflow.store.field import read_values

    key = {"currency": currency, "into_currency": into or _own(), "valid_from": day}
    wanted = read_values(EXCHANGE_RATES.model, key)
    rows = EXCHANGE_RATES.list(
        store, SYSTEM, currency=wanted["currency"], into_currency=wanted["into_currency"]
    )
    return next((row for row in rows if row.valid_from == wanted["valid_from"]), None)


def _own() -> str:
    from orchflow.config.settings import load_settings

    return load_settings().workspace.currency


def _show_missing(document: dict[str, Any]) -> None:
    if not document["unconverted"]:
        out.print(f"Every amount is in {document['currency']} or has a rate.")
    for line in document["unconverted"]:
        out.print(line["said"], highlight=False)
