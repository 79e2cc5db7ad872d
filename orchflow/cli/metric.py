"""`orchflow metric …`: a figure over a period and what is behind it, and the rows that it is counted from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from orchflow import format as fmt
from orchflow.cli.console import Json, carry_out, out, print_columns, print_table
from orchflow.errors import UsageError

SHOWN_COLUMNS = 7
"""So many columns of rows stand beside each other in a terminal; a file has them all."""


class _ShowsAFigure(TyperGroup):
    """`orchflow metric cost` is `orchflow metric show cost`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        asked = args if args and (args[0] in self.commands or args[0] == "--help") else ["show", *args]
        return super().parse_args(ctx, asked)


metric_app = typer.Typer(
    help="Any figure over a period, and the rows behind it; `orchflow metric cost` shows one.",
    cls=_ShowsAFigure,
)

Start = Annotated[str | None, typer.Option("--from", metavar="D", help="First day.")]
End = Annotated[str | None, typer.Option("--to", metavar="D", help="Last day, inclusive.")]
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="Narrow it, like agent=writer or project=3; may be repeated."),
]


@metric_app.command("show")
def metric_show(
    key: Annotated[str | None, typer.Argument(help="Key of a figure; all are listed without one.")] = None,
    by: Annotated[str | None, typer.Option(help="A dimension: agent, model, project, sprint, …")] = None,
    grain: Annotated[str | None, typer.Option(help="day, week or month")] = None,
    start: Start = None,
    end: End = None,
    where: Where = None,
    behind: Annotated[
        bool, typer.Option("--behind", help="With its formula, rows, sources, target and where else it is.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a figure over a period, compared like for like with the one before."""
    carry_out(
        "metric", show_metric, as_json, key=key, by=by, grain=grain, start=start, end=end, narrowed=narrowing(where or []), behind=behind
    )  # fmt: skip


@metric_app.command("rows")
def metric_rows(
    key: Annotated[str, typer.Argument(help="Key of a figure.")],
    of: Annotated[str | None, typer.Option(help="Of a figure composed of others: whose rows.")] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="File to write them all to; .csv, .xlsx, .parquet or .json.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Rows to show without a file.")] = 20,
    start: Start = None,
    end: End = None,
    where: Where = None,
    as_json: Json = False,
) -> None:
    """Show the rows that a figure is counted from, or write them to a file."""

    def show(document: dict[str, Any]) -> None:
        if file is not None:
            print_exported(document, file)
        else:
            _show_rows(document)

    carry_out(
        "metric_rows", show, as_json, key=key, of=of, out=str(file.resolve()) if file else None, limit=limit, start=start, end=end,
        narrowed=narrowing(where or []),
    )  # fmt: skip


def print_exported(document: dict[str, Any], file: Path) -> None:
    """How many rows are in the file, and what of them is not."""
    out.print(f"{fmt.quantity(document['rows'], 'row')} in {file}", markup=False)
    if document["texts_cut_off"]:
        from orchflow.table_files.writers import cut_off

        out.print(cut_off(document["texts_cut_off"]), markup=False, highlight=False)


def _show_rows(document: dict[str, Any]) -> None:
    rows = [
        {name: str(fmt.NOTHING if value is None else value) for name, value in row.items()}
        for row in document["items"]
    ]
    said = f"{document['dataset']}: {fmt.quantity(len(rows), 'row')}" + (
        "; there are more" if document["more"] else ""
    )
    out.print(said, highlight=False, markup=False)
    if rows:
        print_columns({name: name for name in list(rows[0])[:SHOWN_COLUMNS]}, rows)


def narrowing(words: Sequence[str]) -> dict[str, list[str]]:
    """`agent=writer` and the like by their names; UsageError for a word without a value."""
    narrowed: dict[str, list[str]] = {}
    for word in words:
        name, mark, value = word.partition("=")
        if not mark or not value:
            raise UsageError(f"{word!r} is not a filter", "Write it like agent=writer.")
        narrowed.setdefault(name, []).append(value)
    return narrowed


def show_metric(document: dict[str, Any]) -> None:
    """Print every figure there is, or one with its parts."""
    if "metrics" in document:
        rows = [(figure["key"], figure["unit"], figure["question"]) for figure in document["metrics"]]
        print_table(("figure", "unit", "what it answers"), rows)
        return
    said = [
        f"{document['label']}, {document['start']} to {document['end']}: {_written(document['value'], document)}"
    ]
    if document["missing"]:
        said.append(document["missing"])
    elif document["previous"] is not None:
        said.append(f"{_written(document['previous'], document)} before ({document['compared_with']})")
    if document["target"] is not None:
        said.append(f"target {_written(document['target'], document)}")
    out.print(". ".join(said), highlight=False, markup=False)
    for line in (
        *(line["said"] for line in document["unconverted"]),
        document["unpriced"],
        document["besides"],
    ):
        if line:
            out.print(line, highlight=False, markup=False)
    if document.get("behind"):
        _show_behind(document["behind"], document)
    if document["parts"]:
        axes = [name for name in ("start", "label") if document["parts"][0][name] is not None]
        heads = {"start": document["grain"] or "", "label": document["by"] or ""}
        lines: list[tuple[str, ...]] = [
            (
                *(str(part[axis]) for axis in axes),
                *(_written(part[side], document) for side in ("value", "previous")),
            )
            for part in document["parts"]
        ]
        print_table((*(heads[axis] for axis in axes), "value", "before"), lines)


def _show_behind(behind: dict[str, Any], document: dict[str, Any]) -> None:
    """A line for each thing that is behind the figure."""
    said = [
        ("Definition", document["definition"]),
        ("Formula", behind["formula"]),
        *(("Part", f"{part['key']}: {part['label']}") for part in behind["composed_of"]),
        *(("Rows", f"{rows['dataset']} of {', '.join(rows['of'])}") for rows in behind["rows"]),
        ("Rows", behind["no_rows"]),
        *(
            (
                "Source" if one["covered"] else "Missed",
                ": ".join(filter(None, [one["source"], one["reason"]])),
            )
            for one in behind["sources"]
        ),
        *(("Target", f"{_written(one['value'], document)} ({one['note']})") for one in behind["targets"]),
        *(
            ("Alert rule", f"{one['rule_id']} {one['name']}: {one['state'].replace('_', ' ')}")
            for one in behind["alerts"]
        ),
        ("Shown on", ", ".join(behind["shown_on"])),
        ("Answered for by", behind["owner"]),
    ]
    print_table(("behind it", ""), [(what, words) for what, words in said if words])


def _written(value: Any, document: dict[str, Any]) -> str:
    """With more digits than a screen has."""
    amount = None if value is None else Decimal(str(value))
    match document["unit"]:
        case "percent":
            return fmt.percent(amount, digits=2)
        case "money":
            return fmt.money(amount, document["currency"], digits=4)
        case "ms":
            return fmt.NOTHING if amount is None else f"{fmt.number(amount)} ms"
        case "days":
            return fmt.days(amount)
        case _:
            return fmt.number(amount, digits=0 if amount is None or amount == round(amount) else 2)
