"""Operations that tell figures."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

from orchflow.alerts.of_figure import figure_rules
from orchflow.encoding import encode
from orchflow.errors import UsageError
from orchflow.metrics.document import answer, describe, facts_for
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import GRAINS, PLAN_DIMENSIONS, Dimension, Grain, PlanDimension
from orchflow.metrics.opening import opened
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.unconverted import every_unconverted
from orchflow.operations.outcome import Outcome, read_day
from orchflow.people.permissions import SYSTEM
from orchflow.reports.figure_rows import export_rows, page_of_rows, rows_of
from orchflow.workspace import Workspace


def metric(
    ws: Workspace, key: str | None = None, by: str | None = None, grain: str | None = None, start: str | None = None,
    end: str | None = None, narrowed: dict[str, list[str]] | None = None, behind: bool = False,
) -> Outcome:  # fmt: skip
    """One figure over a period, by a dimension and by time, with what is `behind` it; without a key every figure there is."""
    if key is None:
        return Outcome({"metrics": encode(describe(ws, SYSTEM))})
    dimensions = (*get_args(Dimension), *PLAN_DIMENSIONS)
    for name, value, known in (("--by", by, dimensions), ("--grain", grain, GRAINS)):
        if value is not None and value not in known:
            raise UsageError(f"{name} does not know {value!r}", f"Use one of {', '.join(known)}.")
    facts = _facts(ws, key, start, end, narrowed or {})
    document = answer(
        facts, key, by=cast(Dimension | PlanDimension | None, by), grain=cast(Grain | None, grain)
    )
    whole = encode(document)
    if behind:
        whole["behind"] = {
            name: told for name, told in encode(opened(facts, key)).items() if name != "answer"
        }
        whole["behind"]["alerts"] = encode(figure_rules(ws.store, SYSTEM, key))
    return Outcome(whole)


def metric_rows(
    ws: Workspace, key: str, of: str | None = None, out: str | None = None, limit: int = 20, start: str | None = None,
    end: str | None = None, narrowed: dict[str, list[str]] | None = None,
) -> Outcome:  # fmt: skip
    """The rows behind a figure: the first `limit` of them, or all in the file `out`."""
    facts = _facts(ws, key, start, end, narrowed or {})
    rows = rows_of(facts, key, of)
    if out is not None:
        written = export_rows(facts, rows, Path(out))
        told = {"dataset": written.dataset, "file": out, "rows": written.rows, "texts_cut_off": written.cut}
        return Outcome(told)
    page = page_of_rows(facts, rows, None, limit)
    return Outcome(
        {"dataset": rows.dataset.name, "items": encode(page.rows.to_pylist()), "more": page.next is not None}
    )


def _facts(ws: Workspace, key: str, start: str | None, end: str | None, given: dict[str, list[str]]) -> Facts:
    unknown = sorted(given.keys() - {*FILTERED, *PLAN_DIMENSIONS})
    if unknown:
        raise UsageError(
            f"Nothing is narrowed by {', '.join(unknown)}", f"Use {', '.join((*FILTERED, *PLAN_DIMENSIONS))}."
        )
    return facts_for(
        ws, SYSTEM, key, start=read_day(start, "--from"), end=read_day(end, "--to"),
        narrowed={name: given[name] for name in FILTERED if name in given and name not in PLAN_DIMENSIONS},
        plan=PlanScope.of({name: _id(name, given[name]) for name in PLAN_DIMENSIONS if name in given}),
    )  # fmt: skip


def rates_missing(ws: Workspace) -> Outcome:
    """The amounts of all days that are in no sum of cost, for want of a rate of exchange."""
    return Outcome({"currency": ws.currency, "unconverted": encode(every_unconverted(ws, SYSTEM))})


def _id(name: str, words: list[str]) -> int:
    """The one number by which a part of the plan is known."""
    if len(words) != 1 or not words[0].isdecimal():
        raise UsageError(f"{name} is not one number: {', '.join(words)!r}", f"Write it like {name}=3.")
    return int(words[0])
