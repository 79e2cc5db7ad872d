"""The analyses of Cost on a large workspace, asked for as nobody has yet: a period of its own each time, no cache.

Told is the CPU of the process, all threads included: how long somebody waits depends on what else the machine does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bench.figures import Figure
from bench.sizes import Sizes
from bench.workspaces import demo, open_at
from orchflow import clock
from orchflow.insights.cost_effects import cost_effects
from orchflow.insights.what_if_use import what_if_base
from orchflow.metrics.coverage import coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import SYSTEM

MOST_MS = 40
DAYS = timedelta(days=27)
ANALYSES: dict[str, Callable[[Facts], object]] = {
    "why it moved": cost_effects,
    "the month's end": lambda facts: facts.spending.month_end,
    "out of the ordinary": lambda facts: facts.spending.anomalies.folds,
    "what if": what_if_base,
}


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Every analysis over several periods."""
    workspace = demo(sizes.large, sizes)
    with closing(open_at(workspace.folder)) as ws:
        reach, now = coverage(ws.warehouse, clock.now()), clock.now()
        today = clock.today(ws.zone)

        def seconds(analysis: Callable[[Facts], object], back: int) -> float:
            end = today - timedelta(days=back)
            facts = Facts(
                ws, SYSTEM, Filters(end - DAYS, end), privacy=privacy_of(SYSTEM), now=now, reach=reach
            )
            began = time.process_time()
            analysis(facts)
            return time.process_time() - began

        told = []
        for name, analysis in ANALYSES.items():
            seconds(analysis, sizes.visits + 1)
            taken = statistics.median(seconds(analysis, back) for back in range(sizes.visits))
            note = f"median of {sizes.visits} periods of 28 days, {workspace.events:,} events"
            told.append(Figure(f"CPU of Cost, {name}, cold", taken * 1000, "ms", MOST_MS, "less", note))
        return told
