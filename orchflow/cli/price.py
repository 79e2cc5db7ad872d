"""`orchflow price …`: the price book, shipped prices, and the usage that is priced by them."""

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
    print_table,
)
from orchflow.cli.inputs import show_import
from orchflow.errors import UsageError
from orchflow.format import quantity

price_app = typer.Typer(
    help="What models cost, and usage that is priced by it; `orchflow export prices` writes the price book to a file.",
    no_args_is_help=True,
)
_SHOWN = (
    "provider", "model", "kind", "price", "per", "currency", "valid_from", "valid_to", "over_tokens", "time_from", "time_to",
    "service_tier",
)  # fmt: skip
From = Annotated[str | None, typer.Option("--from", metavar="D", help="The first day.")]
To = Annotated[str | None, typer.Option("--to", metavar="D", help="The last day.")]


@price_app.command("list")
def price_list(
    shipped: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="Instead the shipped prices of models with these words."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the workspace's own prices; they beat the shipped ones."""
    from orchflow.costs.price_lists import shipped_prices
    from orchflow.costs.prices import PRICES
    from orchflow.people.permissions import SYSTEM

    names: tuple[str, ...] = (*_SHOWN, "origin") if shipped is not None else ("id", *_SHOWN, "note")
    if shipped is not None:
        rows: list[Any] = shipped_prices(SYSTEM, shipped)
    else:
        with plan_store() as store:
            rows = list(PRICES.list(store, SYSTEM))
    prices = [{name: getattr(row, name) for name in names} for row in rows]
    shown = [{**price, "price": f"{price['price'].normalize():f}"} for price in prices]
    heads = {name.replace("_", " "): name for name in _SHOWN}
    print_document({"prices": prices}, as_json, lambda: print_columns(heads, shown))


@price_app.command("import")
def price_import(
    file: Annotated[
        Path, typer.Argument(help="CSV or Excel: a row for each price, or a column for each kind of use.")
    ],
    currency: Annotated[
        str | None, typer.Option(help="Of prices that name none; the workspace's where it is left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
    as_json: Json = False,
) -> None:
    """Read prices from a file; the same file again changes nothing."""
    from orchflow.config.settings import load_settings
    from orchflow.costs.price_file import import_prices
    from orchflow.people.permissions import SYSTEM

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", "Name a file.") from None
    money = currency.upper() if currency else load_settings().workspace.currency
    with plan_store() as store:
        report = import_prices(store, SYSTEM, data, file.name, currency=money, dry_run=dry_run)
    print_document(asdict(report), as_json, lambda: show_import(report))
    if report.problems:
        raise typer.Exit(1)


@price_app.command("missing")
def price_missing(as_json: Json = False) -> None:
    """Show the models whose usage has no amount."""
    carry_out("price_missing", _show_missing, as_json)


@price_app.command("reprice")
def price_reprice(
    start: From = None,
    end: To = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Price all usage, also that whose amount was reported.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, by month and model.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Price the usage that has no amount by the prices of its moment."""
    carry_out(
        "price_reprice",
        _show_repricing,
        as_json,
        start=start,
        end=end,
        everything=everything,
        dry_run=dry_run,
    )


@price_app.command("runs")
def price_run_list(as_json: Json = False) -> None:
    """Show who priced what when."""
    carry_out("price_run_list", _show_runs, as_json)


@price_app.command("undo")
def price_undo(
    run: Annotated[int, typer.Argument(help="Its number; `orchflow price runs` shows them.")],
    as_json: Json = False,
) -> None:
    """Take a run back: what it priced is as it was."""

    def show(document: dict[str, Any]) -> None:
        out.print(f"{quantity(document['rows'], 'row')} of usage as before run {run}.")

    carry_out("price_undo", show, as_json, run=run)


def _show_missing(document: dict[str, Any]) -> None:
    if document["unused"]:
        failed = quantity(document["unused"], "call")
        out.print(
            f"{failed} failed or were blocked before anything was used and need no price.", highlight=False
        )
    if not document["models"]:
        out.print("All other usage has an amount." if document["unused"] else "All usage has an amount.")
        return
    names = ("provider", "model", "calls", "input_tokens", "output_tokens", "first_day", "last_day")
    print_columns({name.replace("_", " "): name for name in names}, document["models"])


def _show_repricing(document: dict[str, Any]) -> None:
    if document["lines"]:
        lines = [
            (
                line["month"][:7], line["provider"] or "–", line["model"], f"{line['calls']:,}", line["before"], line["after"],
                line["change"],
            )
            for line in document["lines"]
        ]  # fmt: skip
        print_table(
            ("month", "provider", "model", "calls", "before", "after", "change"), lines,
            numbers=("calls", "before", "after", "change"),
        )  # fmt: skip
    did = "priced" if document["run"] else "would be priced"
    out.print(
        f"{quantity(document['calls'], 'call')} {did}: {document['before']} before, {document['after']} after, in {document['currency']}.",
        highlight=False,
    )
    if document["unconverted"]:
        out.print(f"{quantity(document['unconverted'], 'row')} in a currency without a rate of its day.")
    for line in document["unpriced"]:
        out.print(
            f"{line['provider'] or '–'} {line['model'] or '–'}, {line['first_day']} to {line['last_day']}: "
            f"{quantity(line['calls'], 'call')} without a price. {line['said']}.",
            highlight=False, markup=False,
        )  # fmt: skip
    if document["run"]:
        out.print(f"orchflow price undo {document['run']} takes it back.")


def _show_runs(document: dict[str, Any]) -> None:
    if not document["runs"]:
        out.print("Nothing has been priced yet.")
        return
    names = (
        "run",
        "state",
        "started_at",
        "by_name",
        "first_day",
        "last_day",
        "calls",
        "before",
        "after",
        "prices",
    )
    print_columns({name.replace("_", " "): name for name in names}, document["runs"])
