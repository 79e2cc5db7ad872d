"""How fast bills in FOCUS are loaded, and what memory that takes."""

from __future__ import annotations

import resource
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from bench.bill_rows import write_bill
from bench.figures import Figure
from bench.sizes import Sizes
from bench.workspaces import open_at
from orchflow.config.sources import FocusFileSettings
from orchflow.ingest.run import run_source
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import SYSTEM

MOST_MEGABYTES = 1000
FIRST, DAYS = date(2026, 9, 1), 30


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Load a month as CSV and as Parquet into an empty workspace each; the CSV again, which changes nothing."""
    told = []
    for suffix in (".csv", ".parquet"):
        file = folder / f"bill{suffix}"
        with closing(duckdb.connect()) as connection:
            write_bill(connection, file, sizes.bill_rows, FIRST, DAYS)
        settings = FocusFileSettings(name="cloud", kind="focus_file", path=str(file))
        with closing(open_at(folder / f"home{suffix}")) as ws:
            began = time.perf_counter()
            result = run_source(ws, SYSTEM, open_source(settings))
            seconds = time.perf_counter() - began
            assert (result.state, result.jobs[0].new) == ("done", sizes.bill_rows)
            told.append(Figure(f"bills from {suffix}", sizes.bill_rows / seconds, "rows/s", note=f"{sizes.bill_rows:,} rows of 57 columns in {seconds:.1f} s"))  # fmt: skip
            if suffix == ".csv":
                began = time.perf_counter()
                assert (
                    run_source(ws, SYSTEM, open_source(settings), full=True).jobs[0].unchanged
                    == sizes.bill_rows
                )
                told.append(Figure("the same bill read again", sizes.bill_rows / (time.perf_counter() - began), "rows/s", note="nothing changes"))  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*told, Figure("most memory while bills were loaded", peak, "MB", MOST_MEGABYTES, note="of the process, all that was measured before with it")]  # fmt: skip
