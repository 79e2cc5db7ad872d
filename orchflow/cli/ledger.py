"""`orchflow ledger`: what the parts of the plan cost, every amount once."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer

from orchflow import format as fmt
from orchflow.cli.console import Json, carry_out, out, print_table
from orchflow.metrics.unpriced import in_words

INDENT = {"project": "  ", "goal": "    ", "task": "      "}


def ledger(
    start: Annotated[
        str | None, typer.Option("--from", metavar="D", help="First day; of this month without it.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="D", help="Last day, inclusive.")] = None,
    effort: Annotated[
        int | None,
        typer.Option(help="One effort with everything under it, and by when and at what cost it is done."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what efforts, their projects, goals and tasks, and teams cost, and what belongs to nobody."""
    carry_out("ledger", show_ledger, as_json, start=start, end=end, effort=effort)


def show_ledger(document: dict[str, Any]) -> None:
    """Print the lines; without an effort those of efforts, teams, nobody and the total."""
    money = document["currency"]
    whole = document["forecast"] is not None
    kinds = {"effort", "project", "goal", "task"} if whole else {"effort", "team", "nobody", "total"}
    rows = [
        (
            INDENT.get(line["kind"], "") + (line["name"] or line["kind"].capitalize()),
            fmt.number(_number(line["hours"])),
            *(fmt.money(_number(line[part]), money, digits=2) for part in (*document["parts"], "cost")),
        )
        for line in document["lines"]
        if line["kind"] in kinds
    ]
    out.print(f"{document['start']} to {document['end']}", highlight=False, markup=False)
    print_table(("", "hours", *document["parts"], "cost"), rows)
    without = _number(document["lines"][-1]["unpriced_hours"]) if document["lines"] else None
    if without:
        out.print(in_words(without), markup=False, highlight=False)
    if document["unpriced_calls"]:
        out.print(
            f"{fmt.quantity(document['unpriced_calls'], 'call')} without a price in no sum", markup=False
        )
    if document["unconverted"]:
        out.print(
            f"{fmt.quantity(document['unconverted'], 'amount')} without a rate of exchange in no sum",
            markup=False,
        )
    if whole:
        out.print(_forecast(document["forecast"], money), highlight=False, markup=False)


def _forecast(told: dict[str, Any], money: str) -> str:
    if told["missing"]:
        return f"{told['missing']}."
    cost = fmt.money(_number(told["cost"]), money, digits=2)
    without = _number(told["unpriced_hours"])
    said = f" {in_words(without)}." if without else ""
    return f"Done by {told['day']} and at {cost} more, both with {told['confidence']} %.{said}"


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
