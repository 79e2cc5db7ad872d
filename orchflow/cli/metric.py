"""How `orchflow metric` reads its filters and shows a figure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from orchflow import format as fmt
from orchflow.cli.console import out, print_table
from orchflow.errors import UsageError


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
    for line in document["unconverted"]:
        out.print(line["said"], highlight=False, markup=False)
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
