"""The dataset of the ledger: every line of a period, so that what it cost can be laid beside other books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pandas as pd
import pyarrow as pa

from orchflow import clock
from orchflow.insights.ledger import PARTS, read_ledger
from orchflow.metrics.filters import month_to_date
from orchflow.people.permissions import Permission
from orchflow.reports.dataset import Reading
from orchflow.reports.in_memory import narrowed
from orchflow.reports.made_dataset import MadeDataset

TEXT, WHOLE, MONEY, NUMBER = pa.string(), pa.int64(), pa.decimal128(38, 18), pa.decimal128(18, 2)
KINDS: dict[str, pa.DataType] = {
    **dict.fromkeys(("line", "kind", "number", "name"), TEXT),
    **dict.fromkeys(
        ("effort_id", "project_id", "goal_id", "task_id", "team_id", "tasks", "tasks_done"), WHOLE
    ),
    **dict.fromkeys(("points", "points_done", "hours", "unpriced_hours"), NUMBER),
    **dict.fromkeys((*PARTS, "cost", "own"), MONEY),
    "cost_currency": TEXT,
    "in_part": pa.bool_(),
}
OWN_NUMBER = {
    "effort": "effort_id",
    "project": "project_id",
    "goal": "goal_id",
    "task": "task_id",
    "team": "team_id",
}


@dataclass(frozen=True, kw_only=True)
class LedgerDataset(MadeDataset):
    """Of the days that are asked for, or of this month; one who narrows it to a kind of line can sum it up."""

    @property
    def dated(self) -> bool:
        return True

    @property
    def chronological(self) -> bool:
        return False

    def _table(self, reading: Reading) -> pa.Table:
        if self.name not in reading.kept:
            table = pa.Table.from_pandas(
                self.made(reading)[list(self.kinds)], self.schema(reading.ws), preserve_index=False
            )
            reading.kept[self.name] = narrowed(table, reading.part.where)
        return cast("pa.Table", reading.kept[self.name])


def _lines(reading: Reading) -> pd.DataFrame:
    month = month_to_date(clock.today(reading.ws.zone))
    end = reading.part.end or max(month.end, reading.part.start or month.end)
    read = read_ledger(reading.ws, reading.actor, reading.part.start or min(month.start, end), end)
    rows = [
        {
            **{name: getattr(line, name) for name in KINDS if hasattr(line, name)},
            "line": f"{line.kind}-{getattr(line, OWN_NUMBER[line.kind])}" if line.kind in OWN_NUMBER else line.kind,
            "cost_currency": reading.ws.currency,
        }
        for line in read.lines
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(KINDS)).astype(
        {name: "Int64" for name, kind in KINDS.items() if kind is WHOLE}
    )


LEDGER = LedgerDataset(
    name="ledger", description="The ledger: what each effort, project, goal, task and team cost in the period, and what belongs to nobody",
    section="Usage", permission=Permission.INSIGHTS_VIEW, kinds=KINDS, by=("line",), filters=("kind",), made=_lines,
)  # fmt: skip
