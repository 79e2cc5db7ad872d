"""`python -m bench`: measure, print one table, write one file. Nothing is asserted; a missed aim is shown as missed."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import (
    alerts,
    api_load,
    arrow_load,
    bills,
    browser,
    checks,
    cost_page,
    guidance,
    planning,
    postgres_load,
    pricing,
    raw_rows,
    rollup_queries,
    screens,
    sessions,
    spending,
)
from bench.figures import Figure, show, write
from bench.sizes import QUICK, Sizes
from bench.workspaces import keep_in

RESULTS = Path(__file__).parent / "results"

PARTS: dict[str, Callable[[Sizes, Path], list[Figure]]] = {
    "arrow": lambda sizes, _: arrow_load.measure(sizes),
    "postgres": lambda sizes, _: postgres_load.measure(sizes),
    "api": lambda sizes, _: api_load.measure(sizes),
    "bills": bills.measure,
    "cost-page": cost_page.measure,
    "spending": spending.measure,
    "queries": rollup_queries.measure,
    "raw-rows": raw_rows.measure,
    "pricing": pricing.measure,
    "planning": planning.measure,
    "checks": checks.measure,
    "alerts": alerts.measure,
    "guidance": guidance.measure,
    "screens": screens.measure,
    "sessions": sessions.measure,
    "browser": browser.measure,
}


def main(arguments: list[str] | None = None) -> None:
    """Run the parts asked for; all of them by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a few rows: shows that it runs, says nothing of speed"
    )
    parser.add_argument(
        "--only", choices=list(PARTS), action="append", help="a part to run; may be given again"
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the result file")
    parser.add_argument(
        "--kept", type=Path, help="folder in which the workspaces that are filled stay for the next run"
    )
    chosen = parser.parse_args(arguments)
    sizes = QUICK if chosen.quick else Sizes()
    began = time.perf_counter()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # PostgreSQL for Python warns without one
        keep_in(chosen.kept or Path(folder))
        for name in chosen.only or PARTS:
            print(f"measuring {name} …", flush=True)
            place = Path(folder) / name
            place.mkdir()
            figures += PARTS[name](sizes, place)
    show(figures)
    print(f"written to {write(figures, chosen.out, quick=chosen.quick, seconds=time.perf_counter() - began)}")


if __name__ == "__main__":
    main()
