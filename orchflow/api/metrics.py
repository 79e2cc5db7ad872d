"""/metrics: every figure of the product, as the catalogue declares it and as it is now."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response

from orchflow.alerts.of_figure import figure_rules
from orchflow.api.bodies import read_day
from orchflow.api.datasets import Rows, no_page_of_a_file, rows_answered
from orchflow.api.metric_answers import KEYS, Metrics, OpenedAnswer
from orchflow.api.metric_queries import MetricQuery, Narrowing, RowsQuery
from orchflow.api.request_context import Caller, Reader
from orchflow.encoding import as_json
from orchflow.metrics.document import answer as read_answer
from orchflow.metrics.document import describe, facts_for
from orchflow.metrics.facts import Facts
from orchflow.metrics.opening import opened
from orchflow.reports.figure_rows import rows_of
from orchflow.table_files.write import format_of

router = APIRouter(prefix="/metrics", tags=["Metrics"])
Key = Annotated[str, Path(description="The figure.", json_schema_extra=cast(Any, KEYS), max_length=60)]


@router.get("", response_model=Metrics, operation_id="listMetrics", summary="List the figures")
def list_metrics(caller: Reader) -> JSONResponse:
    """Every figure that the token's user may see: what it answers, its definition, its target and its parts."""
    return JSONResponse({"items": as_json(describe(caller.ws, caller.actor))})


@router.get("/{key}", response_model=OpenedAnswer, operation_id="getMetric", summary="Read a figure")
def get_metric(key: Key, asked: Annotated[MetricQuery, Query()], caller: Reader) -> JSONResponse:
    """The figure over a period, compared like for like with the one before; by a dimension, by time, or by both.

    A part of time of a figure of the plan is the figure as the history stood at its end. Users who may not see figures of
    single people are told none of fewer than five: those are counted as SMALL_GROUPS, and days on which so few were there are
    told together with the days after, of which `start` and `end` are the first and last.
    """
    facts = _facts(caller, key, asked)
    told = as_json(read_answer(facts, key, by=asked.by, grain=asked.grain, compare=asked.compare))
    behind = as_json(opened(facts, key)) if asked.behind else None
    if behind is not None:
        del behind["answer"]
        behind["alerts"] = as_json(figure_rules(caller.store, caller.actor, key))
    return JSONResponse({**told, "behind": behind})


@router.get(
    "/{key}/rows", response_model=Rows, operation_id="getMetricRows", summary="Read the rows behind a figure",
    responses={200: {"content": {format_of(f".{name}").mime: {} for name in ("csv", "xlsx", "parquet")}}},
)  # fmt: skip
def get_metric_rows(key: Key, asked: Annotated[RowsQuery, Query()], caller: Reader) -> Response:
    """What the figure is counted from: a page of the rows of a dataset, or with `format` all of them as a file.

    It needs what the dataset needs; single calls and runs are for those who may see figures of single people. A figure that
    has no rows to show says why.
    """
    no_page_of_a_file(asked.model_fields_set, asked.format)
    rows = rows_of(_facts(caller, key, asked), key, asked.of)
    return rows_answered(caller, rows.dataset.name, rows.part, asked)


def _facts(caller: Caller, key: str, asked: Narrowing) -> Facts:
    return facts_for(
        caller.ws, caller.actor, key, start=read_day("from", asked.start), end=read_day("to", asked.end),
        narrowed=asked.narrowed(), plan=asked.plan(),
    )  # fmt: skip
