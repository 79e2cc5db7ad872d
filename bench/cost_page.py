"""Cost and Ledger on a real server, asked over its websocket as a browser would, with all four parts of cost in the workspace.

A visit is a new tab: its time runs from the request to the last message of the run, on the server's machine and
without a browser. *Cold* means figures nobody has asked for (a period of its own per visit) on a warm process,
*cached* the same period again. The CPU of a cached rerun is the server process's own, all threads included.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from bench.figures import Figure, median_seconds
from bench.people import PERSON
from bench.rows import usage_chunks
from bench.sizes import Sizes
from bench.visitor import Visitor
from bench.workspaces import Demo, demo, open_at, settings_of
from orchflow import clock
from orchflow.ui.filters import PERIODS
from orchflow.warehouse.sql import load_query
from tests.serving import Server

LONGEST = 90
PAGES = {"cost": ("Cost page", 80), "ledger": ("Ledger", 150)}
"""Their names, and within how many milliseconds they are to come cold."""
COLUMNS = (
    "event_id", "occurred_at", "organization", "caller", "user_id", "conversation_id", "provider", "model", "status",
    "input_tokens", "output_tokens", "cost", "duration_ms",
)  # fmt: skip


@dataclass
class Visits:
    """Hands out periods of equal length, each another one, so that no cache knows them."""

    days: int
    given: int = 0

    def next(self) -> tuple[date, date]:
        """A period of half the data, a day earlier each time; when they run out, a day shorter."""
        length = min(self.days // 2, LONGEST)
        steps = max(self.days - length, 1)
        end = clock.now().date() - timedelta(days=self.given % steps)
        start = end - timedelta(days=length - 1 - self.given // steps)
        self.given += 1
        return start, end


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Fill two workspaces and visit each; the larger one also while it loads."""
    small, large = demo(sizes.small, sizes), demo(sizes.large, sizes)
    backfill = folder / "backfill.parquet"
    _write_backfill(backfill, sizes)
    bare = _bare(large.folder, sizes)
    with large.serve() as server:
        of_large = {page: _visit(server, large, page, sizes) for page in PAGES}
    of_small = of_large
    if small != large:
        with small.serve() as server:
            of_small = {page: _visit(server, small, page, sizes) for page in PAGES}
    loaded = large.copied(folder)
    settings_of(loaded.folder, [{"name": "backfill", "kind": "usage_file", "path": str(backfill)}])
    with loaded.serve() as server:
        loading = _while_loading(server, backfill, large.events, sizes)
    flat = [
        Figure(
            f"cold {PAGES[page][0]}, {large.events:,} against {small.events:,} events",
            of_large[page].cold / of_small[page].cold,
            "×",
            1.25,
            "less",
            "flat is 1",
        )
        for page in PAGES
    ]
    return [
        *large.figures(),
        *(figure for page in of_small.values() if small != large for figure in page.figures()),
        *(figure for page in of_large.values() for figure in page.figures()),
        *_bare_figures(bare, of_large["cost"]),
        *flat,
        *loading,
    ]


@dataclass(frozen=True)
class Page:
    """Seconds of a page at so many events: cold, cached, and of a rerun, whose CPU seconds are told too."""

    page: str
    events: int
    visits: int
    cold: float
    cold_cpu: float
    cached: float
    reruns: int
    cpu: float
    wall: float

    def figures(self) -> list[Figure]:
        """What was measured, in words."""
        (name, most), at = PAGES[self.page], f"at {self.events:,} events"
        periods = f"median of {self.visits} periods in new tabs"
        return [
            Figure(f"{name}, cold, {at}", self.cold * 1000, "ms", most, "less", f"{periods}; {self.cold_cpu * 1000:.0f} ms of CPU"),
            Figure(f"{name}, cached, {at}", self.cached * 1000, "ms", note="the same period in new tabs"),
            Figure(
                f"CPU of a cached rerun, {name}, {at}", self.cpu * 1000, "ms", 15, "less", f"{self.reruns} reruns in one tab"
            ),
            Figure(f"wall time of a cached rerun, {name}, {at}", self.wall * 1000, "ms"),
        ]  # fmt: skip


def _visit(server: Server, workspace: Demo, page: str, sizes: Sizes) -> Page:
    visits, home = Visits(sizes.days), workspace.home
    _warm(server, home, page, visits)
    process = psutil.Process(server.process.pid)
    before = process.cpu_times()
    cold = [_open(server, home, page, *visits.next()) for _ in range(sizes.visits)]
    after = process.cpu_times()
    known = visits.next()
    _open(server, home, page, *known)
    cached = [_open(server, home, page, *known) for _ in range(sizes.visits)]
    cpu, wall = _reruns(server, home, page, known, sizes.reruns)
    cold_cpu = (after.user + after.system - before.user - before.system) / sizes.visits
    return Page(
        page, workspace.events, sizes.visits, statistics.median(cold), cold_cpu, statistics.median(cached), sizes.reruns, cpu, wall
    )  # fmt: skip


def _bare_figures(bare: tuple[float, float], page: Page) -> list[Figure]:
    return [
        Figure(
            f"bare query on the {name}, at {page.events:,} events",
            seconds * 1000,
            "ms",
            note=f"the cold page takes {page.cold / seconds:.2f} ×",
        )
        for name, seconds in zip(("rollup", "raw events"), bare, strict=True)
    ]


def _warm(server: Server, home: Path, page: str, visits: Visits) -> None:
    for _ in range(2):
        _open(server, home, page, *visits.next())


def _open(server: Server, home: Path, page: str, start: date, end: date) -> float:
    with Visitor(server.address, home, PERSON) as visitor:
        return visitor.open(page, _query(start, end)).seconds


def _query(start: date, end: date) -> str:
    return urlencode(
        [("period", PERIODS["custom"]), ("dates", start.isoformat()), ("dates", end.isoformat())]
    )


def _reruns(
    server: Server, home: Path, page: str, known: tuple[date, date], times: int
) -> tuple[float, float]:
    """CPU seconds of the server process and wall seconds per rerun in one tab."""
    process = psutil.Process(server.process.pid)
    with Visitor(server.address, home, PERSON) as visitor:
        for _ in range(3):
            visitor.open(page, _query(*known))
        before, began = process.cpu_times(), time.perf_counter()
        for _ in range(times):
            visitor.open(page, _query(*known))
        wall = time.perf_counter() - began
        after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / times, wall / times


def _bare(folder: Path, sizes: Sizes) -> tuple[float, float]:
    """Seconds of the query behind the page's chart, on the rollup and on the raw events, in a warehouse just opened."""
    visits = Visits(sizes.days)
    ws = open_at(folder)
    try:
        taken = []
        for name in ("cost_by_day_rollup", "cost_by_day_raw"):
            query = load_query("bench", name)

            def ask(query: Any = query) -> None:
                start, end = visits.next()
                ws.warehouse.query(query, {"start": start, "end": end})

            ask()
            taken.append(median_seconds(ask, sizes.visits))
        return taken[0], taken[1]
    finally:
        ws.close()


def _write_backfill(file: Path, sizes: Sizes) -> None:
    chunks = usage_chunks(sizes.backfill, sizes.days, seed=31, rows=100_000)
    first = next(chunks).select(list(COLUMNS))
    with pq.ParquetWriter(file, first.schema) as writer:
        writer.write_table(first)
        for chunk in chunks:
            writer.write_table(chunk.select(list(COLUMNS)))


def _while_loading(server: Server, file: Path, events: int, sizes: Sizes) -> list[Figure]:
    visits, home = Visits(sizes.days), server.home
    _warm(server, home, "cost", visits)
    alone = statistics.median(_open(server, home, "cost", *visits.next()) for _ in range(sizes.visits))
    during: list[float] = []
    with _loading(server) as loading:
        began = time.perf_counter()
        while not during or loading.poll() is None:
            during.append(_open(server, home, "cost", *visits.next()))
        seconds = time.perf_counter() - began
        told, complaint = loading.communicate()
    if loading.returncode:
        raise RuntimeError(f"the backfill failed: {told}{complaint}")
    rows = sum(batch.num_rows for batch in _parquet(file))
    slower, worst = statistics.median(during) / alone, max(during)
    note = f"median of {len(during)} visits, slowest {worst * 1000:.0f} ms, alone {alone * 1000:.0f} ms"
    return [
        Figure(
            f"Cost page while {rows:,} rows load, {events:,} events", slower, "× slower", 2.0, "less", note
        ),
        Figure(
            "that backfill, through the running server",
            rows / seconds,
            "rows/s",
            note="the visits take their part",
        ),
    ]


@contextmanager
def _loading(server: Server) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "orchflow.cli", "ingest", "run", "backfill", "--json"]
    loading = subprocess.Popen(
        command, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield loading
    finally:
        if loading.poll() is None:
            loading.kill()
            loading.wait()


def _parquet(file: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(file) as opened:
        yield from opened.iter_batches(columns=["event_id"])
