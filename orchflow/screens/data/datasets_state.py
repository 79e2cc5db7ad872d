"""What the Datasets screen keeps."""

from __future__ import annotations

from dataclasses import dataclass

from orchflow.errand import Errand
from orchflow.reports.dataset import Selection
from orchflow.reports.datasets import DATASETS, ExportedFile
from orchflow.ui.state import Key, Keys

VIEWS = {"data": "Datasets", "sql": "SQL snapshot"}
SHOWN = {"rows": "Rows", "columns": "Columns", "doors": "API and command"}

KEYS = Keys("datasets")
VIEW = KEYS.choice("view", VIEWS, "data")
FIND = KEYS.text("find")
NAME = KEYS.choice("name", DATASETS, "usage_daily")
SHOW = KEYS.choice("show", SHOWN, "rows")
QUERY = KEYS.text("query")


@dataclass(frozen=True)
class PreparedFile:
    """A file that is being written, or lies ready: which part of which dataset, and how far it is."""

    dataset: str
    suffix: str
    part: Selection
    errand: Errand[ExportedFile]

    @property
    def file(self) -> str:
        return f"{self.dataset}{self.suffix}"

    @property
    def going(self) -> bool:
        return not self.errand.ended


FILE = KEYS.thing("file", PreparedFile)
COUNTED = KEYS.thing("counted", tuple)
"""What somebody asked to have counted."""
SNAPSHOT = KEYS.thing("snapshot", Errand)


def days_of(dataset: str) -> Key[tuple[object, ...] | None]:
    """The days that a dataset is narrowed to."""
    return narrowed(dataset).thing("days", tuple)


def narrowed(dataset: str) -> Keys:
    """Where what one dataset is narrowed to is kept: each has columns of its own."""
    return Keys(f"datasets.{dataset}")
