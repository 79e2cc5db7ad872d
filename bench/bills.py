"""How fast bills in FOCUS are loaded, and what memory that takes."""

from __future__ import annotations

import resource
import time
from contextlib import closing
from pathlib import Path

import duckdb

from bench.figures import Figure
from bench.sizes import Sizes
from bench.workspaces import open_at
from orchflow.config.sources import FocusFileSettings
from orchflow.focus_columns import COLUMNS
from orchflow.ingest.run import run_source
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import SYSTEM

MOST_MEGABYTES = 1000
_CELLS = {
    "BilledCost": "(n * 37 % 100000)::decimal(38, 11) / 7919",
    "EffectiveCost": "(n * 37 % 100000)::decimal(38, 11) / 7919",
    "ListCost": "(n * 41 % 100000)::decimal(38, 11) / 7919",
    "ContractedCost": "(n * 39 % 100000)::decimal(38, 11) / 7919",
    "BillingAccountId": "'account-' || n % 3",
    "BillingCurrency": "'USD'",
    "BillingPeriodStart": "'2026-09-01T00:00:00Z'",
    "BillingPeriodEnd": "'2026-10-01T00:00:00Z'",
    "ChargePeriodStart": "strftime(timestamp '2026-09-01' + to_hours(n % 720), '%Y-%m-%dT%H:%M:%SZ')",
    "ChargePeriodEnd": "strftime(timestamp '2026-09-01' + to_hours(n % 720 + 1), '%Y-%m-%dT%H:%M:%SZ')",
    "ChargeCategory": "'Usage'",
    "ChargeDescription": "'Virtual machine in region ' || n % 20",
    "ProviderName": "['AWS', 'Microsoft', 'Google'][n % 3 + 1]",
    "ServiceName": "'Service ' || n % 40",
    "SubAccountName": "'Account ' || n % 25",
    "ResourceId": "'arn:aws:ec2:eu-west-1:123456789012:instance/i-' || md5(n::varchar)",
    "Tags": """'{"team": "' || n % 12 || '", "environment": "prod"}'""",
}


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Load a month as CSV and as Parquet into an empty workspace each; the CSV again, which changes nothing."""
    told = []
    for suffix in (".csv", ".parquet"):
        file = _written(folder / f"bill{suffix}", sizes.bill_rows)
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


def _written(file: Path, rows: int) -> Path:
    cells = ", ".join(f'{_CELLS.get(name, "null::varchar")} as "{name}"' for name in COLUMNS)
    with closing(duckdb.connect()) as connection:
        connection.execute(f"copy (select {cells} from range({rows}) as rows(n)) to '{file}'")
    return file
