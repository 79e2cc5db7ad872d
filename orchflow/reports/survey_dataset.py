"""The dataset of results of surveys: each figure of each group of each closed wave, never an answer."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from orchflow.people.permissions import Permission
from orchflow.reports.dataset import Reading
from orchflow.reports.made_dataset import DAY, TEXT, WHOLE, MadeDataset, kinds_of
from orchflow.surveys.results import survey_results

NUMBER = pa.float64()
KINDS = (
    kinds_of(WHOLE, "wave_id") | kinds_of(TEXT, "title", "kind") | kinds_of(DAY, "closes") | kinds_of(TEXT, "group")
    | kinds_of(WHOLE, "invited", "answers") | kinds_of(TEXT, "figure", "label", "barrier", "unit") | kinds_of(NUMBER, "value", "low", "high")
)  # fmt: skip


def _results(reading: Reading) -> pd.DataFrame:
    rows = [
        (
            result.wave.id, result.wave.title, result.wave.kind.value, result.wave.closes, group.name, group.invited, group.answers,
            each.key, each.label, group.barrier or None, each.unit, each.estimate.value, each.estimate.low, each.estimate.high,
        )
        for result in survey_results(reading.ws.store, reading.actor) for group in result.groups for each in group.figures
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(KINDS))


SURVEY_RESULTS = MadeDataset(
    name="survey_results", description="What closed surveys came to, of groups in which five or more answered; no single answers",
    by=("wave_id", "group", "figure"), filters=("wave_id", "kind", "group", "figure"), made=_results, kinds=KINDS, section="People",
    permission=Permission.INSIGHTS_VIEW,
)  # fmt: skip
